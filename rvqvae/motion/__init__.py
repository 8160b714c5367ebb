"""Motion representations and files."""

from rvqvae.motion.files import (
    Clip,
    MotionFileError,
    SkippedClipWarning,
    clip_features,
    iterate_clips,
    read_clips,
)
from rvqvae.motion.humanml import NUM_FEATURES, features_to_joints, joints_to_features
from rvqvae.motion.skeleton import (
    CHAINS,
    FPS,
    JOINT_NAMES,
    NUM_JOINTS,
    PARENTS,
    DegenerateClipError,
    mirror_joints,
    to_humanml_skeleton,
)

__all__ = [
    "CHAINS",
    "FPS",
    "JOINT_NAMES",
    "NUM_FEATURES",
    "NUM_JOINTS",
    "PARENTS",
    "Clip",
    "DegenerateClipError",
    "MotionFileError",
    "SkippedClipWarning",
    "clip_features",
    "features_to_joints",
    "iterate_clips",
    "joints_to_features",
    "mirror_joints",
    "read_clips",
    "to_humanml_skeleton",
]
