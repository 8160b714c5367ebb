"""A visitor's BVH files, and which of their joints stand for which."""

from pathlib import Path

from app import matching
from app.own_clips import NoOwnBodyError, read_own_clip
from app.skeletons import Skeleton, read_again, read_skeleton
from app.take import StudioError


def open_bvh(session, file: Path, file_name: str) -> str:
    """Work on a BVH file; where its names do not tell all joints, the page asks for the rest."""
    return _open(session, read_skeleton(file, file_name))


def use_joint_map(session, clip: str | None, joint_map: dict) -> str:
    """Read a BVH file again with this joint map: that of a clip of the visitor's, or the one asked about."""
    kept = session.skeletons
    skeleton = kept.asked if clip is None else kept.of_clips.get(clip)
    if skeleton is None:
        raise StudioError("That BVH file is not open here any more; upload it again.")
    skeleton = read_skeleton(skeleton.file, skeleton.file_name, joint_map)
    if skeleton.missing:
        raise StudioError(_question(skeleton))
    if clip is None:
        return _open(session, skeleton)
    read, remark = read_own_clip(skeleton.file, skeleton.file_name, joint_map=skeleton.joint_map)
    read_again(session, clip, read)
    kept.of_clips[clip] = skeleton
    return remark


def leave_joint_map(session) -> None:
    """Do not open the BVH file that the page asks about."""
    session.skeletons.asked = None


def _open(session, skeleton: Skeleton) -> str:
    kept = session.skeletons
    if skeleton.missing:
        _ask_about(session, skeleton)
        return _question(skeleton)
    try:
        read, remark = read_own_clip(skeleton.file, skeleton.file_name, joint_map=skeleton.joint_map)
    except NoOwnBodyError:
        _ask_about(session, skeleton)
        raise
    kept.opened, kept.asked = kept.opened + 1, None
    key = session.add_own_clip(read)
    kept.of_clips[key] = skeleton
    said = matching.show_clip(session, key)
    return " ".join(sentence for sentence in (said, remark) if sentence)


def _ask_about(session, skeleton: Skeleton) -> None:
    session.skeletons.opened += 1
    session.skeletons.asked = skeleton


def _question(skeleton: Skeleton) -> str:
    missing = ", ".join(joint.replace("_", " ") for joint in skeleton.missing)
    return f"{skeleton.file_name}: its names do not tell {missing}; choose which joints they are."


COMMANDS = (use_joint_map, leave_joint_map)
