"""What makes a page look the same elsewhere, as values."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from app.workbench.average import NOTHING, Meaning
from app.workbench.edits import Borrow, Edit
from app.workbench.encoded_clip import SourceClip
from app.workbench.encoded_row import EncodedRow
from app.workbench.version import Pinned
from app.workbench.workbench import Workbench
from rvqvae.motion import FeatureLayout

LONGEST_WORDS = 200


@dataclass(frozen=True)
class SharedB:
    """The state pinned as B."""

    edits: tuple[Edit, ...]
    layers: tuple[bool, ...]
    off: Meaning = NOTHING


@dataclass(frozen=True)
class Look:
    """What only the page knows.

    Attributes
    ----------
    joints : of the trajectories
    time : the moment in seconds
    picture : above the tokens
    tab : of the laboratory; "" leaves the one that is open
    """

    joints: tuple[str, ...] = ()
    time: float = 0.0
    picture: str = "position"
    tab: str = ""


@dataclass(frozen=True, eq=False)
class SharedRow:
    """The row of a token table that a state is about.

    Attributes
    ----------
    words : what it is called, with its table
    id, frames : as in `TokenRow`
    tokens : (Q, n) int64 array of the table; None in links
    """

    words: str
    id: str = ""
    tokens: np.ndarray | None = None
    frames: int | None = None


@dataclass(frozen=True)
class SharedState:
    """All that makes a page look the same elsewhere.

    Attributes
    ----------
    fingerprint : of the weights, so that another checkpoint of the same name is noticed
    pinned, both : B, and whether the other treatment of the later layers is shown in its place
    own_clip : a visitor's own clip, in files only
    row : where the clip is a row of a token table
    off : what layers that are off, and dropped tokens, stand for
    layout : where joints lie in the clip's features, where somebody described it
    """

    checkpoint: str
    fingerprint: str
    clip: str
    layers: tuple[bool, ...]
    alignment: str
    edits: tuple[Edit, ...]
    pinned: SharedB | None = None
    both: bool = False
    look: Look = Look()
    own_clip: SourceClip | None = None
    row: SharedRow | None = None
    off: Meaning = NOTHING
    layout: FeatureLayout | None = None


def read_look(joints: list[str], time: float, picture: str = Look.picture, tab: str = Look.tab) -> Look:
    """What a page, link or file says of its look.

    Raises
    ------
    ValueError
        If the time is not a moment of any clip.
    """
    seconds = float(time)
    if not 0 <= seconds < math.inf:
        raise ValueError(f"{seconds} is not a moment of a clip")
    return Look(tuple(str(joint) for joint in joints), seconds, str(picture), str(tab))


def state_of(bench: Workbench, look: Look | None = None, *, with_own_clip: bool = False) -> SharedState:
    """What a link (or, with the clip, a file) holds of a workbench and of the page around it."""
    encoded, pinned = bench.encoded, bench.pinned
    return SharedState(
        checkpoint=encoded.checkpoint_key,
        fingerprint=encoded.checkpoint.fingerprint,
        clip=encoded.clip.key,
        layers=bench.layers,
        alignment=bench.alignment,
        edits=bench.version.edits,
        pinned=_b_of(pinned) if pinned else None,
        both=bench.both,
        look=look or Look(),
        own_clip=encoded.clip if with_own_clip and encoded.clip.own else None,
        row=_row_of(encoded) if isinstance(encoded, EncodedRow) else None,
        off=bench.off,
        layout=encoded.checkpoint.described,
    )


def _b_of(pinned: Pinned) -> SharedB:
    return SharedB(pinned.version.edits, pinned.decoding.layers, pinned.decoding.off)


def _row_of(encoded: EncodedRow) -> SharedRow:
    return SharedRow(encoded.where[:LONGEST_WORDS], encoded.clip.title, encoded.given, encoded.frames)


def with_keys(state: SharedState, keys: Mapping[str, str]) -> SharedState:
    """The state where a visitor's own clips have other keys, those that tokens were borrowed from too."""
    pinned = state.pinned
    return replace(
        state,
        clip=keys.get(state.clip, state.clip),
        edits=_edits_with_keys(state.edits, keys),
        pinned=pinned and replace(pinned, edits=_edits_with_keys(pinned.edits, keys)),
    )


def _edits_with_keys(edits: tuple[Edit, ...], keys: Mapping[str, str]) -> tuple[Edit, ...]:
    return tuple(
        replace(edit, clip=keys[edit.clip]) if isinstance(edit, Borrow) and edit.clip in keys else edit
        for edit in edits
    )
