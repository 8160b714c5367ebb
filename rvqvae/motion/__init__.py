"""Motion representations and files."""

from rvqvae.motion.bvh.bvh_body import read_bvh_body, read_joint_map, write_joint_map
from rvqvae.motion.bvh.bvh_export import write_bvh
from rvqvae.motion.clips import Clip, RawClip
from rvqvae.motion.conversion import convert_clip, resample
from rvqvae.motion.errors import MotionFileError, SkippedClipWarning
from rvqvae.motion.files import (
    clip_features,
    iterate_clips,
    iterate_file,
    make_clip,
    motion_files,
    read_clips,
    read_motion,
    write_corpus,
)
from rvqvae.motion.geometry import DegenerateClipError, mirror_joints, to_humanml_skeleton
from rvqvae.motion.humanml import NUM_FEATURES, features_to_joints, joints_to_features
from rvqvae.motion.layouts import LAYOUTS, FeatureLayout
from rvqvae.motion.skeleton import CHAINS, FPS, JOINT_NAMES, NUM_JOINTS, PARENTS, Skeleton

__all__ = [
    "CHAINS",
    "FPS",
    "JOINT_NAMES",
    "LAYOUTS",
    "NUM_FEATURES",
    "NUM_JOINTS",
    "PARENTS",
    "Clip",
    "DegenerateClipError",
    "FeatureLayout",
    "MotionFileError",
    "RawClip",
    "Skeleton",
    "SkippedClipWarning",
    "clip_features",
    "convert_clip",
    "features_to_joints",
    "iterate_clips",
    "iterate_file",
    "joints_to_features",
    "make_clip",
    "mirror_joints",
    "motion_files",
    "read_bvh_body",
    "read_clips",
    "read_joint_map",
    "read_motion",
    "resample",
    "to_humanml_skeleton",
    "write_bvh",
    "write_corpus",
    "write_joint_map",
]
