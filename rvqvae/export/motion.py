"""Motion as files: features, joints, BVH."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np

from rvqvae.motion.bvh_export import write_bvh
from rvqvae.motion.clips import Clip
from rvqvae.motion.humanml import features_to_joints
from rvqvae.motion.representations import HUMANML3D

SUFFIXES = (".npy", ".npz", ".bvh")


def write_motion(path: str | Path, clip: Clip) -> None:
    """Write a clip in one stroke, in the format of the path's suffix.

    `.npy` holds its features (N, D). `.npz` holds `features` and `fps` and, for HumanML3D's layout, also what
    makes it a corpus that `rvqvae.motion` reads: `names`, `lengths` and `positions` (N, 22, 3) in metres.
    `.bvh` holds its joints on HumanML3D's skeleton, in centimetres.

    Raises
    ------
    ValueError
        If the suffix is another, or the layout has no joints for a BVH.
    """
    path = Path(path)
    if path.suffix not in SUFFIXES:
        raise ValueError(
            f"{path}: found the suffix {path.suffix or '(none)'}; expected {', '.join(SUFFIXES)}"
        )
    if path.suffix == ".bvh":
        in_one_stroke(path, lambda file: write_bvh(file, joints_of(clip), clip.fps))
    elif path.suffix == ".npy":
        in_one_stroke(path, lambda file: np.save(file, clip.features))
    else:
        in_one_stroke(path, lambda file: np.savez_compressed(file, **_arrays(clip)))


def joints_of(clip: Clip) -> np.ndarray:
    """Joints (N, 22, 3) of a clip, metres.

    Raises
    ------
    ValueError
        If its features are not in HumanML3D's layout.
    """
    if clip.layout != HUMANML3D.layout:
        raise ValueError(
            f"{clip.name}: features of layout {clip.layout} have no known joints; write them as .npy or .npz"
        )
    return features_to_joints(clip.features)


def in_one_stroke(path: Path, write: Callable[[Path], object]) -> None:
    """Have a file written beside its place and then moved there; if writing fails, no part of it is left."""
    temporary = path.with_name(f"{path.stem}.part{path.suffix}")
    try:
        write(temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _arrays(clip: Clip) -> dict[str, np.ndarray]:
    arrays = {"features": clip.features, "fps": np.array(np.nan if clip.fps is None else clip.fps)}
    if clip.layout == HUMANML3D.layout:
        joints = joints_of(clip).astype(np.float32)
        arrays |= {"names": np.array([clip.name]), "lengths": np.array([len(joints)]), "positions": joints}
    return arrays
