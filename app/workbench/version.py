"""What undo leads back to, and what is put aside as B."""

from dataclasses import dataclass

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
    """Tokens and the edits that led to them from the encoder's own.

    Attributes
    ----------
    switches : in what undo and redo lead to, how the layers stood, if it is they that changed
    """

    edits: tuple[Edit, ...]
    tokens: np.ndarray
    switches: Switches | None = None


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
        count = len(version.edits)
        layers = "all layers" if all(decoding.layers) else f"layers {' '.join(on) or 'none'}"
        words = f"{count} edit{'' if count == 1 else 's'}, {layers}"
        if decoding.off != NOTHING:
            words += ", off means average code"
        return cls(version, decoding, words)
