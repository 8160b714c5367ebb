"""Strangers' motion files, read in a process of their own."""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from app.errors import StudioError
from app.parsing import pool
from app.parsing.tables import texts_of
from rvqvae.motion import JOINT_NAMES, Clip
from rvqvae.motion.mapping import JointMap

_NO_MOTION = "What was read of this file is no motion."


@dataclass(frozen=True)
class JointSet:
    """The joints of a file.

    Attributes
    ----------
    names : as the file has them, or given to those that have none
    told : joint map of all 22 joints, as names or shape tell
    words : what the shape of joints without names tells; "" where they have names
    pose, bones : (J, 3) array and pairs of joints, of a body that was found by its shape
    """

    names: tuple[str, ...]
    told: JointMap
    words: str
    pose: np.ndarray | None = None
    bones: list[list[int]] = field(default_factory=list)


@dataclass(frozen=True)
class FoundClip:
    """The first clip of a file.

    Attributes
    ----------
    clip : its first frames
    count : clips in the file
    frames : of the first clip
    convertible : whether it can be converted to HumanML3D's features, and was not asked to be
    inspection : what was found in a BVH, or in an array that is not as expected, in a line
    told : what an array was taken for, where it is as expected
    mends : what could be mended
    """

    clip: Clip
    count: int
    frames: int
    convertible: bool
    inspection: str
    told: str
    mends: tuple[str, ...]


def read_clip(
    path: str | Path,
    *,
    most_values: int,
    joint_map: JointMap | None = None,
    widths: Collection[int] = (),
    convert: bool = False,
    target: str | dict[str, Any] | None = None,
    mends: Collection[str] = (),
) -> FoundClip:
    """The first clip of a motion file; see `tasks.clip`.

    Raises
    ------
    MotionFileError
        As `rvqvae.motion.read_motion`.
    StudioError
        If the file takes too much to read.
    """
    values = {
        "path": str(path),
        "joint_map": None if joint_map is None else dict(joint_map),
        "widths": sorted(widths),
        "convert": convert,
        "target": target,
        "mends": list(mends),
        "most_values": most_values,
    }
    found = pool.run("clip", values)
    features = _features(found["features"], most_values)
    return FoundClip(
        _clip(found, str(found["name"]), features),
        int(found["count"]),
        int(found["frames"]),
        bool(found["convertible"]),
        str(found["inspection"]),
        str(found["told"]),
        tuple(str(one) for one in found["mends"]),
    )


def read_clips(path: str | Path, most_frames: int) -> tuple[list[Clip], int]:
    """Every clip of a motion file, none where they have more frames than this; and their frames."""
    found = pool.run("clips", {"path": str(path), "most_frames": most_frames})
    if "features" not in found:
        return [], int(found["frames"])
    features = _features(found["features"], most_frames * 4096)
    pieces = _pieces(features, found["lengths"])
    names = texts_of(found["names"])
    return [_clip(found, name, one) for name, one in zip(names, pieces, strict=True)], len(features)


def split_clips(found: dict[str, Any], width: int) -> list[Clip]:
    """Clips of so many features a frame that came one behind the other, each with what is known about it."""
    features = _features(found["features"], len(found["features"]) * width)
    pieces = zip(found["about"], _pieces(features, found["lengths"]), strict=True)
    return [_clip(about, str(about["name"]), one) for about, one in pieces]


def read_joint_set(path: str | Path) -> JointSet:
    """The joints of a BVH file, or of an array of which it is not known which joints it has."""
    found = pool.run("joint_set", {"path": str(path)})
    names = tuple(str(name) for name in found["names"])
    told = {ours: None if name is None else str(name) for ours, name in found["told"].items()}
    if set(told) != set(JOINT_NAMES) or not {*told.values()} <= {None, *names}:
        raise StudioError(_NO_MOTION)
    if "pose" not in found:
        return JointSet(names, told, str(found["words"]))
    pose, parents = found["pose"], [int(parent) for parent in found["parents"]]
    if not len(names) == len(parents) == len(_features(pose, 3 * len(names))) or pose.shape[1] != 3:
        raise StudioError(_NO_MOTION)
    bones = [[parent, joint] for joint, parent in enumerate(parents) if 0 <= parent < len(names)]
    return JointSet(names, told, str(found["words"]), pose, bones)


def _pieces(features: np.ndarray, lengths: np.ndarray) -> list[np.ndarray]:
    if lengths.dtype != np.int64 or (lengths < 1).any() or lengths.sum() != len(features):
        raise StudioError("This file's clips do not fit their lengths.")
    return np.split(features, np.cumsum(lengths)[:-1])


def _features(array: Any, most_values: int) -> np.ndarray:
    plain = isinstance(array, np.ndarray) and array.dtype == np.float32 and array.ndim == 2
    if not plain or not 0 < array.size <= max(most_values, array.shape[1]) or not np.isfinite(array).all():
        raise StudioError(_NO_MOTION)
    return array


def _clip(found: dict[str, Any], name: str, features: np.ndarray) -> Clip:
    fps = None if found["fps"] is None else float(found["fps"])
    if fps is not None and not 0 < fps <= 1000:
        raise StudioError(_NO_MOTION)
    return Clip(name, features, fps, str(found["layout"]), tuple(str(one) for one in found["remarks"]))
