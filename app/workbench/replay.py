"""Edits made: on tokens as they are, and one after the other from the encoder's own."""

from collections.abc import Iterable

import numpy as np

from app.workbench.edits import (
    Borrow,
    Donors,
    Edit,
    FillRandom,
    Neighbour,
    Paste,
    Restore,
    Search,
    SetCode,
    Shuffle,
)
from app.workbench.encoded_clip import EncodedClip
from app.workbench.version import Version

KINDS = {
    edit.kind: edit for edit in (SetCode, Neighbour, Restore, Paste, Borrow, FillRandom, Shuffle, Search)
}


def apply(edit: Edit, tokens: np.ndarray, encoded: EncodedClip, donors: Donors) -> np.ndarray:
    """Tokens after an edit; the given array stays as it is.

    With `edit.repair` the layers after the block choose their codes again, in the block's steps alone.
    """
    edit.check(encoded)
    edited = tokens.copy()
    edited[edit.region.slices] = edit.block(tokens, encoded, donors)
    if edit.repair:
        edited = encoded.requantized(edited, edit.region.last_layer + 1, edit.region.slices[1])
    return edited


def replay(edits: Iterable[Edit], encoded: EncodedClip, donors: Donors) -> Version:
    """All the edits, one after the other, from the encoder's own tokens."""
    version = Version(encoded.tokens)
    for edit in edits:
        version = version.after(edit, apply(edit, version.tokens, encoded, donors))
    return version
