"""A visitor's arrays of joints that have z up: turned upright when the visitor says so, and back."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from app.catalog.own_clips import OwnClip, read_own_clip
from app.catalog.skeletons import MENDS, read_again
from app.command import command
from app.errors import StudioError
from app.visitor import Visitor

TURN = "turn"


@dataclass
class Arrays:
    """Files with z up: where they are on the server and as the visitor knows them, by the clip's key."""

    of_clips: dict[str, tuple[Path, str]] = field(default_factory=dict)


def offer_turn(visitor: Visitor, clip: str, file: tuple[Path, str], own: OwnClip, said: str) -> None:
    """Offer to turn a clip upright where there is evidence that z is up in its file.

    said : what the visitor is told, which is to hold the evidence
    """
    if TURN in own.mends:
        visitor.room(Arrays).of_clips[clip] = file
        again = {"name": "turn_array", "clip": clip, "turned": True}
        visitor.notify("offer", words=said, label=f"Mend it: {MENDS[TURN]}", command=again)


@command
def turn_array(visitor: Visitor, clip: str, turned: bool) -> str:
    """Read an array of joints again, turned upright or as the file has it."""
    file = visitor.room(Arrays).of_clips.get(str(clip))
    if file is None:
        raise StudioError("That file is not open here any more; upload it again.")
    own = read_own_clip(*file, mends=(TURN,) if turned else ())
    read_again(visitor, replace(own.clip, key=str(clip)))
    told = f"{file[1]}: {own.told}." if own.told else ""
    said = " ".join(sentence for sentence in (told, own.remark) if sentence)
    if turned:
        again = {"name": "turn_array", "clip": str(clip), "turned": False}
        visitor.notify("offer", words=said, label="Undo: as it was before", command=again)
    else:
        offer_turn(visitor, str(clip), file, own, said)
    return said
