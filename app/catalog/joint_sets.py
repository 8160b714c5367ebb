"""Which joints of a visitor's file stand for HumanML3D's 22: as told by name, of joints without names by
shape, or as given."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.catalog.own_clips import OwnClip, read_own_clip
from app.errors import StudioError, in_the_files_name
from app.parsing.motion import JointSet, read_joint_set
from app.payloads.arrays import pack_joints
from app.payloads.handing import Figure
from rvqvae.motion.bvh.bvh_body import as_joint_map
from rvqvae.motion.errors import MotionFileError
from rvqvae.motion.mapping import PLACEABLE, JointMap, MappingError, suggest_joints


@dataclass(frozen=True)
class Skeleton:
    """The joints of a visitor's file.

    Attributes
    ----------
    file : where it is on the server
    file_name : as the visitor knows it
    names : its joints
    by_name : joint map of all 22 joints, as the names tell; of joints without names, as their shape does
    by_shape : what the shape tells, in a line; "" where there are names
    joint_map : the one in use
    target : layout that its features are wanted in, see `app.parsing.tasks.clip`
    mends : what is done to the file first
    figure : a body that was found by its shape
    """

    file: Path
    file_name: str
    names: tuple[str, ...]
    by_name: JointMap
    joint_map: JointMap
    target: str | dict[str, Any] | None = None
    mends: tuple[str, ...] = ()
    by_shape: str = ""
    figure: Figure | None = None

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
    """The joints of a BVH file, or of an array whose joints are not known.

    Parameters
    ----------
    joint_map : what is known of them, as JSON has it; the rest is told by name

    Raises
    ------
    StudioError
        If the file is damaged, or the map does not fit it.
    """
    try:
        found = read_joint_set(file)
        chosen = found.told if joint_map is None else _chosen(found, as_joint_map(joint_map))
    except MappingError as error:
        raise StudioError(f"{file_name}: {error}.") from None
    except MotionFileError as error:
        raise StudioError(in_the_files_name(error, file, file_name)) from error
    figure: Figure | None = None
    if found.pose is not None:
        figure = {"joints": pack_joints(found.pose[None]), "bones": found.bones}
    return Skeleton(file, file_name, found.names, found.told, chosen, by_shape=found.words, figure=figure)


def question(skeleton: Skeleton) -> str:
    """What the visitor is asked about joints that are not told."""
    missing = ", ".join(joint.replace("_", " ") for joint in skeleton.missing)
    if skeleton.by_shape:
        return (
            f"{skeleton.file_name}: found {skeleton.by_shape}, which do not tell {missing}; choose which "
            f'joints they are, or upload a .json file with "names" of all {len(skeleton.names)}.'
        )
    return f"{skeleton.file_name}: its names do not tell {missing}; choose which joints they are."


def _chosen(found: JointSet, given: JointMap) -> JointMap:
    """All 22 joints as given, the others as names or shape tell."""
    if found.words:
        taken = {*given, *given.values()}
        others = {ours: name for ours, name in found.told.items() if not {ours, name} & taken}
        given = {**others, **given}
    return suggest_joints(found.names, given)
