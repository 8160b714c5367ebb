"""A visitor's BVH files: which of their joints stand for HumanML3D's 22, as told by name or as chosen."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app.catalog.choosing import choose_clip
from app.catalog.own_clips import NoOwnBodyError, OwnClip, read_own_clip
from app.command import command
from app.errors import StudioError, in_the_files_name
from app.parsing.motion import read_joint_names
from app.visitor import Visitor
from app.workbench.encoded_clip import SourceClip
from rvqvae.motion.bvh.bvh_body import as_joint_map
from rvqvae.motion.description import to_value
from rvqvae.motion.errors import MotionFileError
from rvqvae.motion.layouts import HUMANML3D
from rvqvae.motion.mapping import PLACEABLE, JointMap, MappingError, suggest_joints

SUFFIX = ".bvh"
MENDS = {
    "turn": "turn it upright",
    "rest": "drop the rest pose",
    "scale": "make it as tall as a person",
    "floor": "put it on the floor",
}


@dataclass(frozen=True)
class Skeleton:
    """The joints of a visitor's BVH file.

    Attributes
    ----------
    file : where it is on the server
    file_name : as the visitor knows it
    names : its joints
    by_name : joint map of all 22 joints, as the names tell
    joint_map : the one in use
    target : layout that its features are wanted in, see `app.parsing.tasks.clip`
    mends : what is done to the file first
    """

    file: Path
    file_name: str
    names: tuple[str, ...]
    by_name: JointMap
    joint_map: JointMap
    target: str | dict[str, Any] | None = None
    mends: tuple[str, ...] = ()

    def read(self) -> OwnClip:
        """The clip that it makes."""
        return read_own_clip(
            self.file, self.file_name, joint_map=self.joint_map, target=self.target, mends=self.mends
        )

    @property
    def missing(self) -> list[str]:
        """Joints that are needed and not told."""
        return [ours for ours, theirs in self.joint_map.items() if theirs is None and ours not in PLACEABLE]


@dataclass
class Skeletons:
    """A visitor's.

    Attributes
    ----------
    of_clips : by the clip's key
    asked : of a file whose joints the names do not tell, which the visitor is asked about
    opened : how many files were opened, mapped or not
    """

    of_clips: dict[str, Skeleton] = field(default_factory=dict)
    asked: Skeleton | None = None
    opened: int = 0

    def shown_with(self, clip_key: str) -> Skeleton | None:
        """The one that the page shows: the one asked about, or the present clip's."""
        return self.asked or self.of_clips.get(clip_key)


def read_skeleton(file: Path, file_name: str, joint_map: object = None) -> Skeleton:
    """The joints of a BVH file.

    Parameters
    ----------
    joint_map : what is known of them, as JSON has it; the rest is told by name

    Raises
    ------
    StudioError
        If the file is damaged, or the map does not fit it.
    """
    try:
        names = read_joint_names(file)
        by_name = suggest_joints(names)
        chosen = by_name if joint_map is None else suggest_joints(names, as_joint_map(joint_map))
    except MappingError as error:
        raise StudioError(f"{file_name}: {error}.") from None
    except MotionFileError as error:
        raise StudioError(in_the_files_name(error, file, file_name)) from error
    return Skeleton(file, file_name, names, by_name, chosen)


def open_bvh(visitor: Visitor, file: Path, file_name: str) -> str:
    """Work on a BVH file; where its names do not tell all joints, the page asks for the rest."""
    return _open(visitor, replace(read_skeleton(file, file_name), target=_wanted(visitor)))


@command
def use_joint_map(visitor: Visitor, clip: str | None, joint_map: object) -> str:
    """Read a BVH file again with this joint map: that of a clip of the visitor's, or the one asked about."""
    skeletons = visitor.room(Skeletons)
    skeleton = skeletons.asked if clip is None else skeletons.of_clips.get(clip)
    if skeleton is None:
        raise StudioError("That BVH file is not open here any more; upload it again.")
    told = read_skeleton(skeleton.file, skeleton.file_name, joint_map)
    skeleton = replace(told, target=skeleton.target, mends=skeleton.mends)
    if skeleton.missing:
        raise StudioError(_question(skeleton))
    if clip is None:
        return _open(visitor, skeleton)
    own = skeleton.read()
    read_again(visitor, replace(own.clip, key=clip))
    skeletons.of_clips[clip] = skeleton
    return _offer_mends(visitor, clip, own.mends, own.remark)


@command
def mend_bvh(visitor: Visitor, clip: str, mends: list[str]) -> str:
    """Read a BVH file of the visitor's again: turned upright ("turn"), without its rest pose ("rest"), as
    tall as a person ("scale"), on the floor ("floor"); without any it is as the file has it."""
    skeletons = visitor.room(Skeletons)
    skeleton = skeletons.of_clips.get(str(clip))
    if skeleton is None:
        raise StudioError("That BVH file is not open here any more; upload it again.")
    before = skeleton.mends
    skeleton = replace(skeleton, mends=tuple(mend for mend in MENDS if mend in mends))
    own = skeleton.read()
    read_again(visitor, replace(own.clip, key=str(clip)))
    skeletons.of_clips[str(clip)] = skeleton
    if not skeleton.mends:
        return _offer_mends(visitor, str(clip), own.mends, own.remark)
    again = {"name": "mend_bvh", "clip": str(clip), "mends": list(before)}
    visitor.notify("offer", words=own.remark, label="Undo: as it was before", command=again)
    return own.remark


@command
def leave_joint_map(visitor: Visitor) -> None:
    """Do not open the BVH file that the page asks about."""
    visitor.room(Skeletons).asked = None


def _open(visitor: Visitor, skeleton: Skeleton) -> str:
    skeletons = visitor.room(Skeletons)
    if skeleton.missing:
        _ask_about(skeletons, skeleton)
        return _question(skeleton)
    try:
        own = skeleton.read()
    except NoOwnBodyError:
        _ask_about(skeletons, skeleton)
        raise
    skeletons.opened, skeletons.asked = skeletons.opened + 1, None
    key = visitor.catalog.add_clip(own.clip)
    skeletons.of_clips[key] = skeleton
    said = choose_clip(visitor, key)
    return _offer_mends(
        visitor, key, own.mends, " ".join(sentence for sentence in (said, own.remark) if sentence)
    )


def _offer_mends(visitor: Visitor, clip: str, mends: tuple[str, ...], said: str) -> str:
    """What is said, with an offer to mend what the file needs."""
    if mends:
        label = "Mend it: " + " and ".join(MENDS[mend] for mend in mends)
        again = {"name": "mend_bvh", "clip": clip, "mends": list(mends)}
        visitor.notify("offer", words=said, label=label, command=again)
    return said


def _wanted(visitor: Visitor) -> str | dict[str, Any] | None:
    """The layout of the present checkpoint, if it is another than HumanML3D's."""
    checkpoint = visitor.workbench.encoded.checkpoint
    if checkpoint.body is None or checkpoint.body is HUMANML3D:
        return None
    return to_value(checkpoint.body) if checkpoint.described else checkpoint.body.name


def _ask_about(skeletons: Skeletons, skeleton: Skeleton) -> None:
    skeletons.opened += 1
    skeletons.asked = skeleton


def _question(skeleton: Skeleton) -> str:
    missing = ", ".join(joint.replace("_", " ") for joint in skeleton.missing)
    return f"{skeleton.file_name}: its names do not tell {missing}; choose which joints they are."


def read_again(visitor: Visitor, clip: SourceClip) -> None:
    """Put another reading of a visitor's file in the place of the first; the work on it stays."""
    before = visitor.catalog.clip(clip.key)
    visitor.catalog.put_clip(clip)
    try:
        visitor.encode_again(lambda one: one.clip.key == clip.key)
    except Exception:
        visitor.catalog.put_clip(before)
        raise
