"""One visitor's work on one clip: edits with undo, layers, alignment, and a second state to compare with.

Plain values and plain Python. Every change makes a new workbench; nothing is changed in place.
"""

from dataclasses import dataclass, replace
from functools import cached_property, reduce

import numpy as np

from app.errors import StudioError
from app.workbench.average import MEANINGS, NOTHING, Meaning
from app.workbench.decoding import Decoding
from app.workbench.edits import Donors, Edit, Neighbour, no_donors
from app.workbench.encoded_clip import EncodedClip
from app.workbench.region import Region
from app.workbench.replay import apply, replay
from app.workbench.version import Pinned, Switches, Version

MOST_EDITS = 1_000  # each keeps its tokens for undo
MOST_STEPS = MOST_EDITS  # that undo takes back, switches and resets among them


@dataclass(frozen=True, eq=False)
class Workbench:
    """The state of one visitor's work.

    Attributes
    ----------
    version : what the tokens are now
    past, future : what undo and redo lead to, nearest last
    decoding : the version decoded with the layers that are on
    alignment : how errors are measured, one of the ways of the encoded clip's measure
    left : the decoding that the latest change of the version left; an edit is held against it
    pinned : B, if a state was pinned
    both : whether B shows the same edits with the later layers treated the other way
    """

    encoded: EncodedClip
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
    def of(cls, encoded: EncodedClip, donors: Donors | None = None) -> "Workbench":
        """A fresh workbench with all layers on and no edits."""
        tokens = encoded.tokens
        decoding = Decoding(encoded, tokens, (True,) * len(tokens))
        return cls(encoded, donors or no_donors, Version(tokens), decoding, encoded.measure.default)

    @property
    def layers(self) -> tuple[bool, ...]:
        """Which layers are on, first layer first."""
        return self.decoding.layers

    @property
    def off(self) -> Meaning:
        """What a layer that is off, or a dropped token, adds to the sum."""
        return self.decoding.off

    @property
    def switches(self) -> Switches:
        """Which layers are on, and what those that are off stand for."""
        return Switches(self.layers, self.off)

    @property
    def tokens(self) -> np.ndarray:
        """(Q, n) tokens with all edits."""
        return self.version.tokens

    def edit(self, edit: Edit) -> "Workbench":
        """Apply an edit. Steps through neighbouring codes of one cell count as one edit."""
        past = self.past if self._continues(edit) else (*self.past, self.version)
        before = past[-1]
        if before.count >= MOST_EDITS:
            raise StudioError(
                f"A clip holds at most {MOST_EDITS:,} edits, and this would be one more; undo some, or reset."
            )
        tokens = apply(edit, before.tokens, self.encoded, self.donors)
        return self._at(before.after(edit, tokens), past, ())

    def step_code(self, region: Region, by: int, repair: bool) -> "Workbench":
        """Move one cell's code along the codes nearest to the one it had when stepping began."""
        region.check(self.encoded)
        last = self.version.edit
        if isinstance(last, Neighbour) and last.region == region:
            return self.edit(replace(last, repair=repair, rank=max(0, last.rank + by)))
        anchor = int(self.tokens[region.first_layer, region.first_step])
        return self.edit(Neighbour(region, repair, anchor, max(0, by)))

    def treat(self, repair: bool) -> "Workbench":
        """The latest edit with its later layers treated so, which undo takes back alone."""
        before, last = self.version.before, self.version.edit
        if before is None or last is None or last.repair == repair:
            return self
        edit = replace(last, repair=repair)
        tokens = apply(edit, before.tokens, self.encoded, self.donors)
        return self._at(before.after(edit, tokens), (*self.past, self.version), ())

    def undo(self) -> "Workbench":
        """The state before the last edit, reset or switching of layers."""
        if not self.past:
            raise StudioError("There is nothing to undo.")
        *past, there = self.past
        return self._return_to(there, past=tuple(past), future=(*self.future, self._here(there)))

    def redo(self) -> "Workbench":
        """The state that the last undo left."""
        if not self.future:
            raise StudioError("There is nothing to redo.")
        *future, there = self.future
        return self._return_to(there, past=(*self.past, self._here(there)), future=tuple(future))

    def reset(self) -> "Workbench":
        """The encoder's own tokens; the edits can be brought back by undo."""
        if not self.version.count:
            return self
        return self._at(Version(self.encoded.tokens), (*self.past, self.version), ())

    def with_edits(self, edits: tuple[Edit, ...]) -> "Workbench":
        """These edits instead of the present ones, each a step that undo takes back."""
        return reduce(Workbench.edit, edits, self.reset())

    def on(self, encoded: EncodedClip) -> "Workbench":
        """The same work on another reading of the same motion."""
        bench = Workbench.of(encoded, self.donors).with_layers(self.layers, self.off)
        bench = bench.with_edits(self.version.edits)
        if self.alignment in encoded.measure.alignments:
            bench = bench.with_alignment(self.alignment)
        if self.pinned is not None:
            b = self.pinned.decoding
            bench = bench.with_pinned(self.pinned.version.edits, b.layers, b.off)
        return bench.with_both(self.both)

    # What is on and how it is measured

    def switch(self, layers: tuple[bool, ...], off: Meaning, *, joined: bool = False) -> "Workbench":
        """These layers on, and off meaning this; undo takes it back.

        Parameters
        ----------
        joined : whether it goes on with the switching before, as a drag does: one undo takes back both
        """
        after = self.with_layers(layers, off)
        if after.switches == self.switches:
            return self
        goes_on = joined and self.past and self.past[-1].switches is not None and not self.future
        past = self.past if goes_on else (*self.past, replace(self.version, switches=self.switches))
        return replace(after, past=past[-MOST_STEPS:], future=())

    def with_layers(self, layers: tuple[bool, ...], off: Meaning | None = None) -> "Workbench":
        """The same work with these layers on, and off meaning this (None: what it means now)."""
        off = off or self.off
        if off not in MEANINGS:
            raise StudioError(f"Off cannot mean {off!r}; choose one of {', '.join(MEANINGS)}.")
        if len(layers) != self.encoded.num_layers:
            raise StudioError(
                f"{len(layers)} layer switches were given; this checkpoint "
                f"has {self.encoded.num_layers} layers."
            )
        if Switches(layers, off) == self.switches:
            return self
        return replace(self, decoding=Decoding(self.encoded, self.tokens, layers, off))

    def with_alignment(self, alignment: str) -> "Workbench":
        """The same work measured in another way; nothing is decoded again."""
        ways = self.encoded.measure.alignments
        if alignment not in ways:
            raise StudioError(f"There is no alignment {alignment!r}; choose one of {', '.join(ways)}.")
        return replace(self, alignment=alignment)

    @cached_property
    def errors(self) -> np.ndarray:
        """(N, P) error of every joint or channel in every frame, measured in this alignment."""
        return self.decoding.errors(self.alignment)

    # The state to compare with

    def pin(self) -> "Workbench":
        """Put the present state aside as B."""
        return replace(self, pinned=Pinned.of(self.version, self.decoding), both=False)

    def with_pinned(
        self, edits: tuple[Edit, ...], layers: tuple[bool, ...], off: Meaning = NOTHING
    ) -> "Workbench":
        """The same work, and as B these edits with these layers on."""
        other = Workbench.of(self.encoded, self.donors).with_layers(layers, off).with_edits(edits)
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
        last = self.version.edit
        if not self.both or last is None:
            return self.pinned
        flipped = (replace(edit, repair=not edit.repair) for edit in self.version.edits)
        version = replay(flipped, self.encoded, self.donors)
        words = "later layers kept" if last.repair else "later layers repaired"
        return Pinned(version, self.decoding.changed(version.tokens), words)

    @cached_property
    def before_last_edit(self) -> Decoding | None:
        """The decoding without the latest edit, layers as now; None where there is no edit."""
        if self.version.before is None:
            return None
        tokens, left = self.version.before.tokens, self.left
        if left is not None and left.tokens is tokens and (left.layers, left.off) == (self.layers, self.off):
            return left
        return self.decoding.changed(tokens)

    def _here(self, there: Version) -> Version:
        """The present state, as undo or redo finds it again from there."""
        return replace(self.version, switches=there.switches and self.switches)

    def _return_to(
        self, there: Version, past: tuple[Version, ...], future: tuple[Version, ...]
    ) -> "Workbench":
        if there.switches is None:
            return self._at(there, past, future)
        back = self.with_layers(there.switches.layers, there.switches.off)
        return replace(back, past=past, future=future)

    def _at(self, version: Version, past: tuple[Version, ...], future: tuple[Version, ...]) -> "Workbench":
        decoding, past = self.decoding.changed(version.tokens), past[-MOST_STEPS:]
        return replace(self, version=version, past=past, future=future, decoding=decoding, left=self.decoding)

    def _continues(self, edit: Edit) -> bool:
        before, last = self.version.before, self.version.edit
        if before is None or not self.past:
            return False
        if not (isinstance(edit, Neighbour) and isinstance(last, Neighbour)):
            return False
        return last == replace(edit, rank=last.rank) and self.past[-1].tokens is before.tokens
