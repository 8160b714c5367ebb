"""A visitor's BVH files: which of their joints stand for HumanML3D's 22, as told by name or as chosen."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from app.take import SourceClip, StudioError
from rvqvae.motion.bvh import read_bvh_names
from rvqvae.motion.bvh_body import as_joint_map
from rvqvae.motion.errors import MotionFileError
from rvqvae.motion.mapping import PLACEABLE, JointMap, MappingError, suggest_joints

SUFFIX = ".bvh"


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
    """

    file: Path
    file_name: str
    names: tuple[str, ...]
    by_name: JointMap
    joint_map: JointMap

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
        names = read_bvh_names(file)
        by_name = suggest_joints(names)
        chosen = by_name if joint_map is None else suggest_joints(names, as_joint_map(joint_map))
    except MappingError as error:
        raise StudioError(f"{file_name}: {error}.") from None
    except MotionFileError as error:
        raise StudioError(f"{str(error).replace(str(file), file_name)}.") from error
    return Skeleton(file, file_name, names, by_name, chosen)


def read_again(session, key: str, clip: SourceClip) -> None:
    """Put another reading of a visitor's file in the place of the first; the work on it stays."""
    desks = {keys: desk for keys, desk in session.desks.items() if keys[0] == key}
    here = session.workbench.take
    present = here.clip.key, here.checkpoint_key
    if here.clip.key == key:
        desks[present] = session.workbench
    before = session.own_clips[key]
    session.own_clips[key] = replace(clip, key=key)
    try:
        again = {keys: desk.on(session.take(*keys)) for keys, desk in desks.items()}
    except Exception:
        session.own_clips[key] = before
        raise
    session.desks.update(again)
    session.workbench = again.get(present, session.workbench)
