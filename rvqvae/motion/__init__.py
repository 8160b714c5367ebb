"""Motion representations and files."""

from rvqvae.motion.files import (
    Clip,
    MotionFileError,
    SkippedClipWarning,
    array_clip,
    clip_features,
    iterate_clips,
    iterate_file,
    motion_files,
    read_clips,
    read_motion,
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
    "array_clip",
    "clip_features",
    "features_to_joints",
    "iterate_clips",
    "iterate_file",
    "joints_to_features",
    "mirror_joints",
    "motion_files",
    "read_clips",
    "read_motion",
    "to_humanml_skeleton",
]
