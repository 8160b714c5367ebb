"""The form of HumanML3D's features and of its relatives, for any skeleton: from joints, and back to joints.

| block | width | meaning |
|---|---|---|
| root | 4 | half the turn to the next frame, radians; x and z step in the next frame's heading; height |
| positions | 3 (J - 1) | of the joints, horizontally relative to the root, heading removed |
| rotations | 6 (J - 1) | of the joints, first two columns of each matrix |
| velocities | 3 J | of the joints, in the frame's heading, a frame |
| contacts | 4 | whether the contact joints stand |

Source: Guo et al. 2022, "Generating Diverse and Natural 3D Human Motions from Text", section 4 and its
data processing. One sign is repaired: there, a heading that crosses 180 degrees gives that one frame a
yaw velocity of the wrong sign (the two quaternions of a rotation); here the turn always goes the short way.

Relatives leave blocks out, order them otherwise, count the root among joints, or tell its motion otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
import torch

from rvqvae.motion.geometry import face_forward_at_origin, heading_angles, rotate_about_y, unit
from rvqvae.motion.rotations import local_rotations
from rvqvae.motion.skeleton import Skeleton

YAW_VELOCITY, ROOT_VELOCITY, ROOT_HEIGHT = slice(0, 1), slice(1, 3), slice(3, 4)
HEADING_SMOOTHING_FRAMES = 20
_NO_ROTATION = np.array([1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
PARTS = ("root", "positions", "rotations", "velocities", "contacts")


class RootMotion(Enum):
    """How a frame tells where the root goes.

    HALF_TURN : HumanML3D's: half the turn to the next frame, step to it in its heading, height
    TURN : SnapMoGen's: the same with the whole turn
    MATRIX : MotionStreamer's: x and z step from the frame before in that one's heading, and the turn from it,
        the first two rows of the matrix that undoes it; the height is the root's position
    """

    HALF_TURN = "half turn"
    TURN = "turn"
    MATRIX = "matrix"

    @property
    def width(self) -> int:
        """Features of a frame."""
        return 8 if self is RootMotion.MATRIX else 4


@dataclass(frozen=True)
class Blocks:
    """Where the parts of a frame's features lie; a part that there is not is empty.

    Attributes
    ----------
    rooted : whether the root is among the joints of positions and rotations
    motion : how the root block tells the root's motion
    """

    root: slice
    positions: slice
    rotations: slice
    velocities: slice
    contacts: slice
    rooted: bool = False
    motion: RootMotion = RootMotion.HALF_TURN

    @classmethod
    def of(
        cls,
        joints: int,
        contacts: int,
        *,
        rooted: bool = False,
        order: Sequence[str] = PARTS,
        motion: RootMotion = RootMotion.HALF_TURN,
    ) -> "Blocks":
        """The blocks of a skeleton of so many joints, root included; parts not in `order` are empty."""
        told = joints if rooted else joints - 1
        widths = dict(zip(PARTS, (motion.width, 3 * told, 6 * told, 3 * joints, contacts), strict=True))
        stops = np.cumsum([widths[part] for part in order]).tolist()
        found = {part: slice(stop - widths[part], stop) for part, stop in zip(order, stops, strict=True)}
        none = slice(stops[-1], stops[-1])
        return cls(**{part: found.get(part, none) for part in PARTS}, rooted=rooted, motion=motion)

    @property
    def width(self) -> int:
        """Features of a frame."""
        return max(block.stop for block in self.parts.values())

    @property
    def parts(self) -> dict[str, slice]:
        """The parts that there are, in their order."""
        found = {part: getattr(self, part) for part in PARTS}
        there = ((part, block) for part, block in found.items() if block.stop > block.start)
        return dict(sorted(there, key=lambda one: one[1].start))

    @property
    def scales(self) -> tuple[slice, ...]:
        """The groups of features that HumanML3D gives one standard deviation each."""
        root: tuple[slice, ...] = (YAW_VELOCITY, ROOT_VELOCITY, ROOT_HEIGHT)
        if self.motion is RootMotion.MATRIX:
            root = (slice(0, 2), slice(2, 8))
        return (*root, *(block for part, block in self.parts.items() if part != "root"))


def features_of(
    joints: np.ndarray, skeleton: Skeleton, blocks: Blocks, contact_squared_speed: float
) -> np.ndarray:
    """Features of a clip of joints, which is moved and turned to start at the origin facing +z.

    Parameters
    ----------
    joints : (T, J, 3) array, T >= 2, y up, in the features' unit of length
    contact_squared_speed : a contact joint stands where its step to the next frame, squared, is below

    Returns
    -------
    (T - 1, D) float32 array: velocities need a next frame, so the last frame gives none.

    Raises
    ------
    ValueError
        If the shape is not (T, J, 3) with T >= 2, or it is not known where the skeleton faces.
    DegenerateClipError
        If a frame has no heading, or a bone points exactly against its rest direction.
    """
    joints = np.asarray(joints, dtype=np.float64)
    if joints.ndim != 3 or joints.shape[1:] != (len(skeleton), 3) or len(joints) < 2:
        raise ValueError(
            f"joints have shape {joints.shape}; expected (T, {len(skeleton)}, 3) with T of 2 or more"
        )
    if skeleton.facing is None:
        raise ValueError("its hips and shoulders are not known, so neither is where the body faces")
    joints = face_forward_at_origin(joints, skeleton.facing)
    heading = _smoothed_heading(joints, skeleton.facing)
    frames = len(joints) - 1

    turn = np.diff(heading)
    turn = (turn + np.pi) % (2 * np.pi) - np.pi
    step = np.diff(joints, axis=0)
    root_velocity = rotate_about_y(step[:, 0], -heading[1:])[:, [0, 2]]
    local = joints[:-1] - joints[:-1, :1] * [1.0, 0.0, 1.0]
    positions = rotate_about_y(local, -heading[:-1, None])[:, 0 if blocks.rooted else 1 :]
    velocities = rotate_about_y(step, -heading[:-1, None])
    contacts = (step[:, list(skeleton.contacts)] ** 2).sum(-1) < contact_squared_speed

    features = np.empty((frames, blocks.width), dtype=np.float32)
    features[:, 0] = -turn / 2 if blocks.motion is RootMotion.HALF_TURN else -turn
    features[:, ROOT_VELOCITY] = root_velocity
    features[:, 3] = joints[:-1, 0, 1]
    features[:, blocks.positions] = positions.reshape(frames, -1)
    if "rotations" in blocks.parts:
        rotations = local_rotations(joints[:-1], heading[:-1], skeleton)
        if blocks.rooted:  # the root has but its heading, which is removed
            rotations = np.concatenate([np.broadcast_to(_NO_ROTATION, (frames, 1, 6)), rotations], axis=1)
        features[:, blocks.rotations] = rotations.reshape(frames, -1)
    if "velocities" in blocks.parts:
        features[:, blocks.velocities] = velocities.reshape(frames, -1)
    if "contacts" in blocks.parts:
        features[:, blocks.contacts] = contacts
    return features


def joints_of(features: torch.Tensor, blocks: Blocks, posed: torch.Tensor | None = None) -> torch.Tensor:
    """Joints (..., T, J, 3) of features (..., T, D), or of `posed` positions, in their unit, from +z."""
    heading = root_heading(features, blocks.motion)
    cos, sin = torch.cos(heading), torch.sin(heading)
    root_x, root_z = _root_path(features, blocks.motion, cos, sin)
    local = features[..., blocks.positions].unflatten(-1, (-1, 3)) if posed is None else posed
    roots = 0 if blocks.rooted else 1
    joints = features.new_empty(*local.shape[:-2], roots + local.shape[-2], 3)
    if roots:
        joints[..., 0, :] = torch.stack([root_x, features[..., 3], root_z], dim=-1)
    # Written where they belong: a long clip has too many joints to be put together from parts.
    root_x, root_z, cos, sin = (of_frame[..., None] for of_frame in (root_x, root_z, cos, sin))
    joints[..., roots:, 0] = cos * local[..., 0] + sin * local[..., 2] + root_x
    joints[..., roots:, 1] = local[..., 1]
    joints[..., roots:, 2] = cos * local[..., 2] - sin * local[..., 0] + root_z
    return joints


def root_heading(features: torch.Tensor, motion: RootMotion = RootMotion.HALF_TURN) -> torch.Tensor:
    """Heading (..., T) in radians about +y of each frame of (..., T, D) features; 0 at the first, except
    where the features say another ("MATRIX")."""
    return heading_steps(features, motion).cumsum(-1)


def heading_steps(features: torch.Tensor, motion: RootMotion) -> torch.Tensor:
    """By how much (..., T) each frame is turned from the one before, radians; they sum up to the heading."""
    if motion is RootMotion.MATRIX:
        return -torch.atan2(features[..., 4], features[..., 2])
    whole = 2 if motion is RootMotion.HALF_TURN else 1
    return torch.nn.functional.pad(-whole * features[..., :-1, 0], (1, 0))


def local_joints(features: np.ndarray, blocks: Blocks) -> np.ndarray:
    """Joints (..., T, J, 3) float64 from the root, in the body's own heading, of features (..., T, D)."""
    features = np.asarray(features)
    told = features[..., blocks.positions]
    told = told.reshape(*told.shape[:-1], told.shape[-1] // 3, 3)
    if blocks.rooted:
        told = told.astype(np.float64)
        return told - told[..., :1, :]
    local = np.zeros((*told.shape[:-2], told.shape[-2] + 1, 3))
    local[..., 1:, :] = told
    local[..., 1:, 1] -= features[..., ROOT_HEIGHT]
    return local


def _root_path(
    features: torch.Tensor, motion: RootMotion, cos: torch.Tensor, sin: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Where the root stands on the floor, x and z (..., T)."""
    if motion is RootMotion.MATRIX:
        cos, sin = (
            torch.nn.functional.pad(part[..., :-1], (1, 0), value=at) for part, at in ((cos, 1), (sin, 0))
        )
        x, z = features[..., 0], features[..., 1]
        return (cos * x + sin * z).cumsum(-1), (cos * z - sin * x).cumsum(-1)
    x, z = features[..., :-1, ROOT_VELOCITY].unbind(-1)
    cos, sin = cos[..., 1:], sin[..., 1:]
    steps = (cos * x + sin * z, cos * z - sin * x)
    x, z = (torch.nn.functional.pad(step.cumsum(-1), (1, 0)) for step in steps)
    return x, z


def _smoothed_heading(joints: np.ndarray, facing: tuple[int, int, int, int]) -> np.ndarray:
    """Heading (T,) in radians as HumanML3D measures it inside its rotations.

    There the hips enter with left and right exchanged: the line across is shoulders minus hips. Every
    published feature file is made so, and a heading without that slip agrees with none of them.
    """
    right_hip, left_hip, right_shoulder, left_shoulder = facing
    across = unit(
        (joints[:, right_shoulder] - joints[:, left_shoulder]) - (joints[:, right_hip] - joints[:, left_hip]),
        "hips and shoulders are equally wide and parallel, which leaves no heading",
    )
    forward = np.cross([0.0, 1.0, 0.0], across)
    from scipy.ndimage import gaussian_filter1d  # takes long to import

    forward = gaussian_filter1d(forward, HEADING_SMOOTHING_FRAMES, axis=0, mode="nearest")
    heading = heading_angles(unit(forward, "the body's heading averages out to none"))
    heading[0] = 0.0  # the representation pins the first frame to +z, whatever smoothing says
    return heading
