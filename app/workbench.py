"""One visitor's work on one clip: edits with undo, layers, alignment, and a second state to compare with.

Plain values and plain Python. Every change makes a new workbench; nothing is changed in place.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from app.decoding import Decoding
from app.edits import Donors, Edit, Neighbour, apply, replay
from app.region import Region
from app.take import StudioError, Take

MOST_EDITS = 1_000  # each keeps its tokens for undo


@dataclass(frozen=True, eq=False)
class Version:
    """Tokens and the edits that led to them from the encoder's own."""

    edits: tuple[Edit, ...]
    tokens: np.ndarray


@dataclass(frozen=True, eq=False)
class Pinned:
    """A state put aside as B."""

    version: Version
    decoding: Decoding
    words: str


@dataclass(frozen=True, eq=False)
class Workbench:
    """The state of one visitor's work.

    Attributes
    ----------
    version : what the tokens are now
    past, future : what undo and redo lead to, nearest last
    decoding : the version decoded with the layers that are on
    alignment : how errors are measured, one of the ways of the take's measure
    left : the decoding that the latest change of the version left; an edit is held against it
    pinned : B, if a state was pinned
    both : whether B shows the same edits with the later layers treated the other way
    """

    take: Take
    donors: Donors
    version: Version
    decoding: Decoding
    alignment: str
    past: tuple[Version, ...] = ()
    future: tuple[Version, ...] = ()
    pinned: Pinned | None = None
    both: bool = False
    left: Decoding | None = None

    @classmethod
    def of(cls, take: Take, donors: Donors | None = None) -> "Workbench":
        """A fresh workbench with all layers on and no edits."""
        tokens = take.tokens
        decoding = Decoding(take, tokens, (True,) * len(tokens))
        return cls(take, donors or _no_donors, Version((), tokens), decoding, take.measure.usual)

    @property
    def layers(self) -> tuple[bool, ...]:
        """Which layers are on, first layer first."""
        return self.decoding.layers

    @property
    def tokens(self) -> np.ndarray:
        """(Q, n) tokens with all edits."""
        return self.version.tokens

    # Edits

    def edit(self, edit: Edit) -> "Workbench":
        """Apply an edit. Steps through neighbouring codes of one cell count as one edit."""
        past = self.past if self._continues(edit) else (*self.past, self.version)
        before = past[-1]
        if len(before.edits) >= MOST_EDITS:
            raise StudioError(
                f"A clip holds at most {MOST_EDITS:,} edits, and this would be one more; undo some, or reset."
            )
        tokens = apply(edit, before.tokens, self.take, self.donors)
        return self._at(Version((*before.edits, edit), tokens), past, ())

    def step_code(self, region: Region, by: int, repair: bool) -> "Workbench":
        """Move one cell's code along the codes nearest to the one it had when stepping began."""
        region.check(self.take)
        last = self.version.edits[-1] if self.version.edits else None
        if isinstance(last, Neighbour) and last.region == region:
            anchor, rank = last.anchor, last.rank + by
        else:
            anchor, rank = int(self.tokens[region.first_layer, region.first_step]), by
        return self.edit(Neighbour(region, repair, anchor, max(0, rank)))

    def undo(self) -> "Workbench":
        """The state before the last edit, or before a reset."""
        if not self.past:
            raise StudioError("There is nothing to undo.")
        return self._at(self.past[-1], self.past[:-1], (*self.future, self.version))

    def redo(self) -> "Workbench":
        """The state that the last undo left."""
        if not self.future:
            raise StudioError("There is nothing to redo.")
        return self._at(self.future[-1], (*self.past, self.version), self.future[:-1])

    def reset(self) -> "Workbench":
        """The encoder's own tokens; the edits can be brought back by undo."""
        if not self.version.edits:
            return self
        return self._at(Version((), self.take.tokens), (*self.past, self.version), ())

    def with_edits(self, edits: tuple[Edit, ...]) -> "Workbench":
        """These edits instead of the present ones, each a step that undo takes back."""
        bench = self.reset()
        for edit in edits:
            bench = bench.edit(edit)
        return bench

    def on(self, take: Take) -> "Workbench":
        """The same work on another reading of the same motion."""
        bench = Workbench.of(take, self.donors).with_layers(self.layers).with_alignment(self.alignment)
        bench = bench.with_edits(self.version.edits)
        if self.pinned is not None:
            bench = bench.with_pinned(self.pinned.version.edits, self.pinned.decoding.layers)
        return bench.with_both(self.both)

    # What is on and how it is measured

    def with_layers(self, layers: tuple[bool, ...]) -> "Workbench":
        """The same work with these layers on."""
        if len(layers) != self.take.num_layers:
            raise StudioError(
                f"{len(layers)} layer switches were given; this checkpoint has {self.take.num_layers} layers."
            )
        if layers == self.layers:
            return self
        return replace(self, decoding=Decoding(self.take, self.tokens, layers))

    def with_alignment(self, alignment: str) -> "Workbench":
        """The same work measured in another way; nothing is decoded again."""
        ways = self.take.measure.ways
        if alignment not in ways:
            raise StudioError(f"There is no alignment {alignment!r}; choose one of {', '.join(ways)}.")
        return replace(self, alignment=alignment)

    @cached_property
    def errors(self) -> np.ndarray:
        """(N, P) error of every joint or channel in every frame, measured in this alignment."""
        return self.errors_of(self.decoding)

    def errors_of(self, decoding: Decoding) -> np.ndarray:
        """(N, P) the same for another decoding of this take."""
        return self.take.measure.distances(
            decoding.aligned[self.alignment], self.take.aligned[self.alignment]
        )

    @property
    def unit(self) -> str:
        """The unit of errors in this alignment."""
        return self.take.measure.unit(self.alignment)

    @property
    def bits_per_step(self) -> float:
        """Bits that name the active layers' codes of one step: log2(K) each."""
        return sum(self.layers) * float(np.log2(self.take.num_codes))

    # The state to compare with

    def pin(self) -> "Workbench":
        """Put the present state aside as B."""
        on = [str(layer + 1) for layer, is_on in enumerate(self.layers) if is_on]
        count = len(self.version.edits)
        layers = "all layers" if all(self.layers) else f"layers {' '.join(on) or 'none'}"
        words = f"{count} edit{'' if count == 1 else 's'}, {layers}"
        return replace(self, pinned=Pinned(self.version, self.decoding, words), both=False)

    def with_pinned(self, edits: tuple[Edit, ...], layers: tuple[bool, ...]) -> "Workbench":
        """The same work, and as B these edits with these layers on."""
        other = Workbench.of(self.take, self.donors).with_layers(layers).with_edits(edits)
        return replace(self, pinned=other.pin().pinned)

    def unpin(self) -> "Workbench":
        """Compare with nothing."""
        return replace(self, pinned=None, both=False)

    def with_both(self, both: bool) -> "Workbench":
        """Show, as B, the same edits with the later layers treated the other way."""
        return replace(self, both=both)

    @cached_property
    def compared(self) -> Pinned | None:
        """B: the other treatment of the later layers if both are asked for, else the pinned state."""
        if not self.both or not self.version.edits:
            return self.pinned
        flipped = tuple(replace(edit, repair=not edit.repair) for edit in self.version.edits)
        tokens = replay(flipped, self.take, self.donors)
        words = "later layers kept" if self.version.edits[-1].repair else "later layers repaired"
        return Pinned(Version(flipped, tokens), self.decoding.changed(tokens), words)

    @cached_property
    def before_last_edit(self) -> Decoding | None:
        """The decoding without the latest edit, layers as now; None where there is no edit."""
        if not self.version.edits:
            return None
        earlier = self.version.edits[:-1]
        if self.past and self.past[-1].edits == earlier:
            tokens, left = self.past[-1].tokens, self.left
            if left is not None and left.tokens is tokens and left.layers == self.layers:
                return left
            return self.decoding.changed(tokens)
        return self.decoding.changed(replay(earlier, self.take, self.donors))

    def _at(self, version: Version, past: tuple[Version, ...], future: tuple[Version, ...]) -> "Workbench":
        decoding = self.decoding.changed(version.tokens)
        return replace(self, version=version, past=past, future=future, decoding=decoding, left=self.decoding)

    def _continues(self, edit: Edit) -> bool:
        last = self.version.edits[-1] if self.version.edits and self.past else None
        return (
            isinstance(edit, Neighbour)
            and isinstance(last, Neighbour)
            and (edit.region, edit.anchor, edit.repair) == (last.region, last.anchor, last.repair)
            and self.past[-1].edits == self.version.edits[:-1]
        )


def _no_donors(clip: str) -> np.ndarray:
    raise StudioError(f"There is no clip named {clip!r} to take tokens from.")
