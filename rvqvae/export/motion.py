"""Motion as files: features, joints, BVH."""

from pathlib import Path

import numpy as np

from rvqvae.atomic import in_one_stroke
from rvqvae.errors import FileError
from rvqvae.motion.bvh.bvh_export import write_bvh
from rvqvae.motion.clips import Clip
from rvqvae.motion.layouts import LAYOUTS, FeatureLayout

SUFFIXES = (".npy", ".npz", ".bvh")


def write_motion(path: str | Path, clip: Clip, layout: FeatureLayout | None = None) -> None:
    """Write a clip in one stroke, in the format of the path's suffix.

    `.npy` holds its features (N, D). `.npz` holds `features` and `fps` and, where joints are known, also
    `names`, `lengths` and `positions` (N, J, 3) in metres, which make HumanML3D's a corpus that
    `rvqvae.motion` reads. `.bvh` holds its joints on its skeleton, in centimetres.

    Parameters
    ----------
    layout : where joints lie in the features, if the clip's layout has no name

    Raises
    ------
    FileError
        If the suffix is another, or the layout has no joints for a BVH.
    """
    path = Path(path)
    if path.suffix not in SUFFIXES:
        raise FileError(path, f"found the suffix {path.suffix or '(none)'}; expected {', '.join(SUFFIXES)}")
    if path.suffix == ".bvh":
        known = layout_of(clip, layout)
        joints, fps = known.to_joints(clip.features), frame_rate_of(clip, known)
        in_one_stroke(path, lambda file: write_bvh(file, joints, fps, known.skeleton))
    elif path.suffix == ".npy":
        in_one_stroke(path, lambda file: np.save(file, clip.features))
    else:
        in_one_stroke(
            path, lambda file: np.savez_compressed(file, allow_pickle=True, **_arrays(clip, layout))
        )


def frame_rate_of(clip: Clip, layout: FeatureLayout) -> float:
    """Frames a second of a clip, its layout's where it says none."""
    return layout.fps if clip.fps is None else clip.fps


def layout_of(clip: Clip, described: FeatureLayout | None = None) -> FeatureLayout:
    """Where joints lie in a clip's features.

    Raises
    ------
    ValueError
        If that is not known.
    """
    known = described or LAYOUTS.get(clip.layout)
    if known is None:
        raise ValueError(
            f"{clip.name}: features of layout {clip.layout} have no known joints; write them as .npy or .npz"
        )
    return known


def _arrays(clip: Clip, described: FeatureLayout | None) -> dict[str, np.ndarray]:
    arrays = {"features": clip.features, "fps": np.array(np.nan if clip.fps is None else clip.fps)}
    known = described or LAYOUTS.get(clip.layout)
    if known is not None:
        joints = known.to_joints(clip.features).astype(np.float32)
        arrays |= {"names": np.array([clip.name]), "lengths": np.array([len(joints)]), "positions": joints}
    return arrays
