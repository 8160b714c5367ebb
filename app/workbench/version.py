"""What undo leads back to, and what is put aside as B."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile

import numpy as np

from app.workbench.average import NOTHING, Meaning
from app.workbench.decoding import Decoding
from app.workbench.edits import Edit


@dataclass(frozen=True)
class Switches:
    """Which layers are on, and what those that are off stand for."""

    layers: tuple[bool, ...]
    off: Meaning


@dataclass(frozen=True, eq=False)
class Version:
    """Tokens, and how they came out of the encoder's own: one edit after another.

    Attributes
    ----------
    before, edit : the version without its latest edit, and that edit; None for the encoder's own tokens
    count : how many edits there are
    switches : in what undo and redo lead to, how the layers stood, if it is they that changed
    """

    tokens: np.ndarray
    before: "Version | None" = field(default=None, repr=False)
    edit: Edit | None = None
    count: int = 0
    switches: Switches | None = None

    def after(self, edit: Edit, tokens: np.ndarray) -> "Version":
        """This version with one edit more, which made these tokens."""
        return Version(tokens, self, edit, self.count + 1)

    @property
    def edits(self) -> tuple[Edit, ...]:
        """All edits, oldest first; made anew: one kept in each step of an undo would outweigh its tokens."""
        return self.edits_after(0)

    def edits_after(self, count: int) -> tuple[Edit, ...]:
        """The edits without the first so many, oldest first."""
        later = takewhile(lambda version: version.count > count, self.line())
        return tuple(version.edit for version in later if version.edit is not None)[::-1]

    def shared_with(self, other: "Version") -> int:
        """How many edits, from the first on, both came through."""
        one: Version | None = self
        another: Version | None = other
        while one is not another:
            if one is None or another is None:
                return 0
            counts = one.count, another.count
            if counts[0] >= counts[1]:
                one = one.before
            if counts[1] >= counts[0]:
                another = another.before
        return one.count if one is not None else 0

    def line(self) -> Iterator["Version"]:
        """This version and all before it, latest first."""
        version: Version | None = self
        while version is not None:
            yield version
            version = version.before


@dataclass(frozen=True, eq=False)
class Pinned:
    """A state put aside as B."""

    version: Version
    decoding: Decoding
    words: str

    @classmethod
    def of(cls, version: Version, decoding: Decoding) -> "Pinned":
        """Named by how many edits it has and which layers are on."""
        on = [str(layer + 1) for layer, is_on in enumerate(decoding.layers) if is_on]
        count = version.count
        layers = "all layers" if all(decoding.layers) else f"layers {' '.join(on) or 'none'}"
        words = f"{count} edit{'' if count == 1 else 's'}, {layers}"
        if decoding.off != NOTHING:
            words += ", off means average code"
        return cls(version, decoding, words)
