"""From other frame rates, skeletons and layouts to HumanML3D's."""

from dataclasses import replace

import numpy as np

from rvqvae.motion.clips import Clip
from rvqvae.motion.errors import MotionFileError
from rvqvae.motion.geometry import to_humanml_skeleton
from rvqvae.motion.humanml import joints_to_features
from rvqvae.motion.layouts import HUMANML3D, HUMANML3D_52, KIT_ML
from rvqvae.motion.mapping import JointMapping, spine_lines, to_body
from rvqvae.motion.skeleton import FPS, JOINT, KIT_BODY, Skeleton
from rvqvae.motion.spanning import EVEN, RIGID

_KIT = JointMapping(
    sources={},
    spine=spine_lines((-1, 0, 1, 2), {"pelvis": 0, "neck": 3}),
    indices={name: index for name, index in KIT_BODY.index.items() if name in JOINT},
)
JOINT_SETS = (len(KIT_ML.skeleton), len(HUMANML3D_52.skeleton))
_TO_HUMANML3D = (KIT_ML.name, HUMANML3D_52.name)
_KIT_REMARK = (
    "KIT-ML's 21 joints were placed on HumanML3D's 22 (spine and collars between their neighbours) and "
    f"resampled from {KIT_ML.fps:g} to {FPS:g} frames a second"
)
_HANDS_REMARK = "the 30 joints of the hands were left out"
_MORE_REMARK = (
    "the first 22 of {} joints are HumanML3D's, by bones that keep their lengths and are as long left as "
    "right; the others were left out"
)
MOST_JOINTS = 512


def resample(joints: np.ndarray, source_fps: float, target_fps: float) -> np.ndarray:
    """Joints (T, J, 3) at another frame rate, by linear interpolation between frames.

    Returns
    -------
    (T', J, 3) array with T' = floor((T - 1) * target / source) + 1: the first frame stays the first.
    """
    if source_fps == target_fps:
        return joints
    # A frame that rounding puts a hair past the end still counts.
    count = int((len(joints) - 1) * target_fps / source_fps + 1e-6) + 1
    at = np.minimum(np.arange(count) * (source_fps / target_fps), len(joints) - 1)
    before = np.minimum(at.astype(int), max(len(joints) - 2, 0))
    share = (at - before)[:, None, None]
    return (1 - share) * joints[before] + share * joints[np.minimum(before + 1, len(joints) - 1)]


def body_of_joint_set(joints: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """Joints (T', 22, 3) at 20 fps of KIT-ML's (T, 21, 3) at 12.5 fps, or of a set that begins with them.

    Returns
    -------
    The joints, and a remark about what was done.
    """
    if joints.shape[1] == len(HUMANML3D_52.skeleton):
        return joints[:, : len(HUMANML3D.skeleton)], (_HANDS_REMARK,)
    if joints.shape[1] > len(HUMANML3D.skeleton):
        return joints[:, : len(HUMANML3D.skeleton)], (_MORE_REMARK.format(joints.shape[1]),)
    return resample(to_body(joints, _KIT), KIT_ML.fps, FPS), (_KIT_REMARK,)


def begins_with_body(joints: np.ndarray, body: Skeleton = HUMANML3D.skeleton) -> bool:
    """Whether the first of joints (T, J, 3) are a body's, as HumanML3D's in every set of SMPL's family.

    Bones keep their lengths and are as long left as right, which those of another order do not.
    """
    count = len(body)
    if not count <= joints.shape[1] <= MOST_JOINTS:
        return False
    bones = np.linalg.norm(joints[:, 1:count] - joints[:, body.parents[1:]], axis=-1)
    lengths = bones.mean(0)
    mirrored = lengths[np.array(body.mirrored[1:]) - 1]
    even = np.abs(lengths - mirrored) <= EVEN * np.maximum(lengths, mirrored)
    return bool((bones.std(0) <= RIGID * lengths).all() and even.all() and lengths.all())


def convertible(layout: str, target: str) -> bool:
    """Whether `convert_clip` can bring features of one layout to another."""
    return layout != target and layout in _TO_HUMANML3D and target == HUMANML3D.name


def convert_clip(clip: Clip, layout: str) -> Clip:
    """A clip in another layout of features.

    Conversions exist to "humanml3d": from "humanml3d-52", exactly, and from "kit-ml", through joints.

    Raises
    ------
    MotionFileError
        If there is no conversion between the two.
    DegenerateClipError
        If the joints give no features.
    """
    if clip.layout == layout:
        return clip
    if not convertible(clip.layout, layout):
        raise MotionFileError(
            clip.name,
            f"features of layout {clip.layout} cannot be converted to {layout}; "
            f"{' and '.join(_TO_HUMANML3D)} can, to {HUMANML3D.name}",
        )
    if clip.layout == HUMANML3D_52.name:
        features, remark = _without_hands(clip.features), _HANDS_REMARK
    else:
        joints, (remark,) = body_of_joint_set(KIT_ML.to_joints(clip.features.astype(np.float64)))
        if len(joints) < 2:
            raise MotionFileError(clip.name, "one frame has no velocity; expected 2 or more to convert")
        features = joints_to_features(to_humanml_skeleton(joints))
    return replace(clip, features=features, fps=FPS, layout=layout, remarks=(*clip.remarks, remark))


def _without_hands(features: np.ndarray) -> np.ndarray:
    """The columns of the body in (N, 623): its joints come first in every block."""
    whole, body = HUMANML3D_52.blocks.parts, HUMANML3D.blocks.parts
    parts = [features[:, whole[p].start : whole[p].start + b.stop - b.start] for p, b in body.items()]
    return np.concatenate(parts, axis=1)
