"""The motion of a BVH file on HumanML3D's 22 joints, and joint maps as files."""

import json
from pathlib import Path

from rvqvae.motion.bvh.bvh import BvhClip, read_bvh
from rvqvae.motion.clips import RawClip
from rvqvae.motion.conversion import resample
from rvqvae.motion.errors import MotionFileError
from rvqvae.motion.mapping import JointMap, JointMapping, MappingError, map_joints, to_body
from rvqvae.motion.skeleton import FPS

MIN_FPS = 5.0
MAPPED = "joints were mapped"  # what the remark about them begins with
MAX_MAP_BYTES = 1 << 20
_EXPECTED_MAP = "expected a JSON object of HumanML3D joint names, each with the BVH's joint or null"


def read_bvh_body(path: str | Path, joint_map: JointMap | None = None) -> RawClip:
    """The motion of a BVH file on the 22 joints, at 20 frames a second; remarks say how they were found.

    Parameters
    ----------
    path : `.bvh` file
    joint_map : HumanML3D joint name to the file's joint, where the rules of `rvqvae.motion.mapping` fail

    Raises
    ------
    MotionFileError
        If the file is damaged, a joint is not found, or it has fewer than two frames.
    """
    path = Path(path)
    bvh = read_bvh(path)
    try:
        mapping = map_joints(bvh.names, bvh.parents, joint_map)
    except MappingError as error:
        raise MotionFileError(path, f"{error}") from None
    raw = body_of_bvh(path, bvh, mapping)
    said = f"{MAPPED} {'as given' if joint_map else 'by name'}: {mapping.describe()}"
    return RawClip(raw.name, raw.array, (said, *raw.remarks))


def body_of_bvh(path: Path, bvh: BvhClip, mapping: JointMapping) -> RawClip:
    """What was read from `path` on the 22 joints, at 20 frames a second; a remark says if that is new.

    Raises
    ------
    MotionFileError
        If it has fewer than two frames, or too few a second.
    """
    if len(bvh.positions) < 2 or bvh.fps < MIN_FPS:
        raise MotionFileError(
            path,
            f"found {len(bvh.positions)} frames at {bvh.fps:g} a second; expected 2 or more, at "
            f"{MIN_FPS:g} a second or more",
        )
    body = resample(to_body(bvh.positions, mapping), bvh.fps, FPS)
    if len(body) < 2:
        raise MotionFileError(
            path, f"lasts {(len(bvh.positions) - 1) / bvh.fps:.3f} s; expected 0.05 s or more"
        )
    remarks: tuple[str, ...] = ()
    if round(bvh.fps, 2) != FPS:
        remarks = (f"resampled from {bvh.fps:.4g} to {FPS:g} frames a second",)
    return RawClip(path.stem, body, remarks)


def read_joint_map(path: str | Path) -> dict[str, str | None]:
    """The joint map in a `.json` file.

    Raises
    ------
    MotionFileError
        If there is none in it.
    """
    path = Path(path)
    size = path.stat().st_size
    if size > MAX_MAP_BYTES:
        raise MotionFileError(path, f"{size} bytes; a joint map has at most {MAX_MAP_BYTES}")
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        raise MotionFileError(path, f"not a JSON file; {_EXPECTED_MAP}") from None
    try:
        return as_joint_map(value)
    except MappingError as error:
        raise MotionFileError(path, f"{error}") from None


def as_joint_map(value: object) -> dict[str, str | None]:
    """A joint map from a value that came out of JSON.

    Raises
    ------
    MappingError
        If it is none.
    """
    if not isinstance(value, dict):
        raise MappingError(f"found a {type(value).__name__}; {_EXPECTED_MAP}")
    wrong = next((ours for ours, theirs in value.items() if not isinstance(theirs, str | None)), None)
    if wrong is not None:
        raise MappingError(f"{wrong[:40]} has the value {str(value[wrong])[:40]}; {_EXPECTED_MAP}")
    return value


def write_joint_map(path: str | Path, joint_map: JointMap) -> None:
    """Write a joint map as a `.json` file."""
    Path(path).write_text(json.dumps(dict(joint_map), indent=2) + "\n", encoding="utf-8")
