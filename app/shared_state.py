"""What makes a page look the same elsewhere, as values."""

import math
from dataclasses import dataclass

import numpy as np

from app.edits import Edit
from app.tables.take import TokenTake
from app.take import OWN, SourceClip
from app.workbench import Workbench

LONGEST_WORDS = 200


@dataclass(frozen=True)
class SharedB:
    """The state pinned as B."""

    edits: tuple[Edit, ...]
    layers: tuple[bool, ...]


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
    take, pinned = bench.take, bench.pinned
    return SharedState(
        checkpoint=take.checkpoint_key,
        fingerprint=take.checkpoint.fingerprint,
        clip=take.clip.key,
        layers=bench.layers,
        alignment=bench.alignment,
        edits=bench.version.edits,
        pinned=SharedB(pinned.version.edits, pinned.decoding.layers) if pinned else None,
        both=bench.both,
        look=look or Look(),
        own_clip=take.clip if with_own_clip and take.clip.key.startswith(OWN) else None,
        row=_row_of(take) if isinstance(take, TokenTake) else None,
    )


def _row_of(take: TokenTake) -> SharedRow:
    return SharedRow(take.where[:LONGEST_WORDS], take.clip.title, take.given, take.frames)
