"""The feature layouts that have a name: what each column is, and from joints to features and back."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch

from rvqvae.motion.form import (
    Blocks,
    RootMotion,
    features_of,
    joints_of,
    local_joints,
    root_heading,
)
from rvqvae.motion.posing import SNAPMOGEN_OFFSETS, posed
from rvqvae.motion.skeleton import HUMANML3D_BODY, KIT_BODY, SMPLH_BODY, SNAPMOGEN_BODY, Skeleton

Features = TypeVar("Features", np.ndarray, torch.Tensor)


@dataclass(frozen=True, eq=False)
class FeatureLayout:
    """A layout of motion features, of HumanML3D's form or a relative's.

    Attributes
    ----------
    name : the name used in checkpoints and clips
    title : the name for people
    skeleton : its joints
    fps : frames a second that its velocities are measured at
    unit : of its lengths, in metres
    contact_squared_speed : a joint stands where its step to the next frame, squared, is below, in its unit
    blocks : where root, positions, rotations, velocities and contacts lie
    from_positions : whether joints tell all the features; else they hold rotations that need more than joints
    offsets : (J, 3) of each joint from its parent in the rest pose, in its unit, where the features have
        rotations and no positions
    """

    name: str
    title: str
    skeleton: Skeleton
    fps: float
    unit: float
    contact_squared_speed: float
    blocks: Blocks
    from_positions: bool = True
    offsets: tuple[tuple[float, float, float], ...] | None = None

    @property
    def width(self) -> int:
        """Features of a frame."""
        return self.blocks.width

    def to_joints(self, features: Features) -> Features:
        """Recover joints from the root motion and joint positions within features.

        Differentiable when given a tensor. An array is integrated in float64, so that the path of a long clip
        stays exact.

        Parameters
        ----------
        features : (..., T, D) array or tensor, raw units (not normalised)

        Returns
        -------
        (..., T, J, 3) of the input's kind and precision, metres: starts over the origin facing +z.
        """
        if isinstance(features, torch.Tensor):
            joints = joints_of(features, self.blocks, self._posed(features))
            return joints if self.unit == 1 else joints * self.unit
        features = np.asarray(features)
        # What comes after the positions says nothing of where joints are.
        told = features[..., : self.blocks.positions.stop].astype(np.float64)
        return self.to_joints(torch.from_numpy(told)).numpy().astype(features.dtype, copy=False)

    def from_joints(self, joints: np.ndarray) -> np.ndarray:
        """Compute the features of a clip.

        The clip is moved and turned to start at the origin facing +z, which the features do not depend on;
        bone lengths and floor are taken as they are.

        Parameters
        ----------
        joints : (T, J, 3) array, metres, y up, at the layout's frame rate, T >= 2

        Returns
        -------
        (T - 1, D) float32 array: velocities need a next frame, so the last frame gives none.

        Raises
        ------
        ValueError
            If the shape is not (T, J, 3) with T >= 2, or joints do not tell the layout's features.
        DegenerateClipError
            If a frame has no heading, or a bone points exactly against its rest direction.
        """
        if not self.from_positions:
            raise ValueError(
                f"{self.title} features hold how each bone is turned about itself, which joints do not tell; "
                "convert with its own code, from rotations"
            )
        in_unit = np.asarray(joints, dtype=np.float64) / self.unit
        return features_of(in_unit, self.skeleton, self.blocks, self.contact_squared_speed)

    def local_joints(self, features: np.ndarray) -> np.ndarray:
        """Joints (..., T, J, 3) float64, metres from the root in the body's own heading, of raw features."""
        whole = None if self.offsets is None else self._posed(torch.as_tensor(features, dtype=torch.float64))
        joints = local_joints(features, self.blocks) if whole is None else (whole - whole[..., :1, :]).numpy()
        return joints if self.unit == 1 else joints * self.unit

    def _posed(self, features: torch.Tensor) -> torch.Tensor | None:
        """Joints over the origin in the body's own heading, in its unit, where rotations alone tell them."""
        if self.offsets is None:
            return None
        return posed(features, self.blocks, self.skeleton.parents, self.offsets)

    def heading(self, features: torch.Tensor) -> torch.Tensor:
        """Heading (..., T) in radians about +y of each frame of raw features (..., T, D)."""
        return root_heading(features, self.blocks.motion)

    def path(self, features: np.ndarray) -> np.ndarray:
        """`to_joints`' first joint alone: where the root is, (..., T, 3) float64 metres."""
        of_root = features[..., : self.blocks.positions.start + 3]
        told = torch.from_numpy(np.asarray(features if self.offsets else of_root, dtype=np.float64))
        whole = self._posed(told)
        root = joints_of(told, self.blocks, None if whole is None else whole[..., :1, :])[..., 0, :]
        return root.numpy() * self.unit


def _of_form(
    name: str, title: str, skeleton: Skeleton, fps: float, unit: float, contact_squared_speed: float
) -> FeatureLayout:
    """A layout of HumanML3D's own form."""
    blocks = Blocks.of(len(skeleton), len(skeleton.contacts))
    return FeatureLayout(name, title, skeleton, fps, unit, contact_squared_speed, blocks)


# What has no contacts: its feet stand where they are as slow as HumanML3D's, at 30 frames a second.
_AS_SLOW_AT_30 = 0.002 * (20 / 30) ** 2
HUMANML3D = _of_form("humanml3d", "HumanML3D", HUMANML3D_BODY, 20.0, 1.0, 0.002)
KIT_ML = _of_form("kit-ml", "KIT-ML", KIT_BODY, 12.5, 0.001, 0.05)
HUMANML3D_52 = _of_form("humanml3d-52", "HumanML3D with SMPL-H hands", SMPLH_BODY, 20.0, 1.0, 0.002)
# Lu et al. 2024, "HumanTOMATO", section 3: without rotations and contacts; at Motion-X's 30 frames a second.
HUMANTOMATO = FeatureLayout(
    "humantomato",
    "HumanTOMATO",
    SMPLH_BODY,
    30.0,
    1.0,
    _AS_SLOW_AT_30,
    Blocks.of(len(SMPLH_BODY), 0, order=("root", "positions", "velocities")),
)
# Xiao et al. 2025, "MotionStreamer", and its representation_272.py; MotionMillion uses the same.
MOTIONSTREAMER = FeatureLayout(
    "motionstreamer-272",
    "MotionStreamer",
    HUMANML3D_BODY,
    30.0,
    1.0,
    _AS_SLOW_AT_30,
    Blocks.of(
        len(HUMANML3D_BODY),
        0,
        rooted=True,
        order=("root", "positions", "velocities", "rotations"),
        motion=RootMotion.MATRIX,
    ),
    from_positions=False,
)
# Guo et al. 2025, "SnapMoGen", and its utils/motion_process_bvh.py: centimetres.
SNAPMOGEN = FeatureLayout(
    "snapmogen",
    "SnapMoGen",
    SNAPMOGEN_BODY,
    30.0,
    0.01,
    0.11,
    Blocks.of(
        len(SNAPMOGEN_BODY),
        4,
        rooted=True,
        order=("root", "rotations", "positions", "velocities", "contacts"),
        motion=RootMotion.TURN,
    ),
    from_positions=False,
)
# The first of its columns, which its config/evaluator.yaml takes alone.
SNAPMOGEN_148 = FeatureLayout(
    "snapmogen-148",
    "SnapMoGen rotations",
    SNAPMOGEN_BODY,
    30.0,
    0.01,
    0.11,
    Blocks.of(len(SNAPMOGEN_BODY), 0, rooted=True, order=("root", "rotations"), motion=RootMotion.TURN),
    from_positions=False,
    offsets=SNAPMOGEN_OFFSETS,
)
_NAMED = (HUMANML3D, KIT_ML, HUMANML3D_52, HUMANTOMATO, MOTIONSTREAMER, SNAPMOGEN, SNAPMOGEN_148)
LAYOUTS = {layout.name: layout for layout in _NAMED}

UNKNOWN = "unknown"
MOTION_S, MOTION_S_WIDTH, MOTION_S_FPS = "motion-s", 668, 30.0


def layout_of_width(width: int) -> FeatureLayout | None:
    """The layout whose frames have this many features, if there is one."""
    return next((layout for layout in LAYOUTS.values() if layout.width == width), None)


def layout_name(width: int) -> str:
    """Name of the layout with this many features a frame, "unknown" if none has."""
    if width == MOTION_S_WIDTH:
        return MOTION_S
    known = layout_of_width(width)
    return known.name if known else UNKNOWN


def fps_of_width(width: int) -> float | None:
    """Frames a second of features of this width; None where it is not known."""
    known = layout_of_width(width)
    return known.fps if known else MOTION_S_FPS if width == MOTION_S_WIDTH else None


def titled(width: int) -> str:
    """Features of this width in words: "KIT-ML features (N, 251)"."""
    known = layout_of_width(width)
    return f"{known.title} features (N, {width})" if known else f"features (N, {width})"
