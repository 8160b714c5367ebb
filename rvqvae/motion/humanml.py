"""HumanML3D's 263 features of a frame, computed from joints and turned back into joints.

| columns | count | meaning |
|---|---|---|
| 0 | 1 | yaw velocity of the root: half the turn to the next frame, radians a frame |
| 1-2 | 2 | x and z velocity of the root in the next frame's heading, metres a frame |
| 3 | 1 | root height, metres |
| 4-66 | 21 x 3 | joint positions, horizontally relative to the root, heading removed, metres |
| 67-192 | 21 x 6 | joint rotations, first two columns of each matrix |
| 193-258 | 22 x 3 | joint velocities in the frame's heading, metres a frame |
| 259-262 | 4 | foot contacts: left ankle, left foot, right ankle, right foot |

Source: Guo et al. 2022, "Generating Diverse and Natural 3D Human Motions from Text", section 4 and its
data processing. One sign is repaired: there, a heading that crosses 180 degrees gives that one frame a
yaw velocity of the wrong sign (the two quaternions of a rotation); here the turn always goes the short way.
"""

from itertools import pairwise

import numpy as np
import torch
from scipy.ndimage import gaussian_filter1d

from rvqvae.motion.skeleton import (
    CHAINS,
    JOINT,
    NUM_JOINTS,
    DegenerateClipError,
    face_forward_at_origin,
    heading_angles,
    rotate_about_y,
    unit,
)

NUM_FEATURES = 263
ROOT = slice(0, 4)
YAW_VELOCITY = slice(0, 1)
ROOT_VELOCITY = slice(1, 3)
ROOT_HEIGHT = slice(3, 4)
POSITIONS = slice(4, 67)
ROTATIONS = slice(67, 193)
VELOCITIES = slice(193, 259)
CONTACTS = slice(259, 263)
GROUPS = (
    YAW_VELOCITY,
    ROOT_VELOCITY,
    ROOT_HEIGHT,
    POSITIONS,
    ROTATIONS,
    VELOCITIES,
    CONTACTS,
)

HEADING_SMOOTHING_FRAMES = 20
CONTACT_SQUARED_SPEED = 0.002
CONTACT_JOINTS = [JOINT[n] for n in ("left_ankle", "left_foot", "right_ankle", "right_foot")]

# Direction of each bone in the rest pose that the rotations are measured from.
REST_DIRECTIONS = np.zeros((NUM_JOINTS, 3))
for _joint, _direction in {
    1: (1, 0, 0), 2: (-1, 0, 0), 3: (0, 1, 0), 4: (0, -1, 0), 5: (0, -1, 0), 6: (0, 1, 0),
    7: (0, -1, 0), 8: (0, -1, 0), 9: (0, 1, 0), 10: (0, 0, 1), 11: (0, 0, 1), 12: (0, 1, 0),
    13: (1, 0, 0), 14: (-1, 0, 0), 15: (0, 0, 1), 16: (0, -1, 0), 17: (0, -1, 0),
    18: (0, -1, 0), 19: (0, -1, 0), 20: (0, -1, 0), 21: (0, -1, 0),
}.items():  # fmt: skip
    REST_DIRECTIONS[_joint] = _direction

# Every chain starts from the root's rotation, the arms' chains too, although they hang from the chest.
_CHAIN_PARENT = np.zeros(NUM_JOINTS, dtype=int)
_BONE_START = np.zeros(NUM_JOINTS, dtype=int)
for _chain in CHAINS:
    for _start, _end in pairwise(_chain):
        _BONE_START[_end] = _start
        _CHAIN_PARENT[_end] = 0 if _start == _chain[0] else _start


def joints_to_features(joints: np.ndarray) -> np.ndarray:
    """Compute HumanML3D's features of a clip.

    The clip is moved and turned to start at the origin facing +z, which the features do not depend on;
    bone lengths and floor are taken as they are (see `to_humanml_skeleton`).

    Parameters
    ----------
    joints : (T, 22, 3) array, metres, y up, 20 frames a second, T >= 2

    Returns
    -------
    (T - 1, 263) float32 array: velocities need a next frame, so the last frame gives none.

    Raises
    ------
    ValueError
        If the shape is not (T, 22, 3) with T >= 2.
    DegenerateClipError
        If a frame has no heading, or a bone points exactly against its rest direction.
    """
    joints = np.asarray(joints, dtype=np.float64)
    if joints.ndim != 3 or joints.shape[1:] != (NUM_JOINTS, 3) or len(joints) < 2:
        raise ValueError(f"joints have shape {joints.shape}; expected (T, 22, 3) with T of 2 or more")
    joints = face_forward_at_origin(joints)
    heading = _smoothed_heading(joints)
    frames = len(joints) - 1

    turn = np.diff(heading)
    turn = (turn + np.pi) % (2 * np.pi) - np.pi
    step = np.diff(joints, axis=0)
    root_velocity = rotate_about_y(step[:, 0], -heading[1:])[:, [0, 2]]
    local = joints[:-1] - joints[:-1, :1] * [1.0, 0.0, 1.0]
    positions = rotate_about_y(local, -heading[:-1, None])[:, 1:]
    velocities = rotate_about_y(step, -heading[:-1, None])
    contacts = (step[:, CONTACT_JOINTS] ** 2).sum(-1) < CONTACT_SQUARED_SPEED

    features = np.empty((frames, NUM_FEATURES), dtype=np.float32)
    features[:, 0] = -turn / 2
    features[:, ROOT_VELOCITY] = root_velocity
    features[:, 3] = joints[:-1, 0, 1]
    features[:, POSITIONS] = positions.reshape(frames, -1)
    features[:, ROTATIONS] = _rotations(joints[:-1], heading[:-1]).reshape(frames, -1)
    features[:, VELOCITIES] = velocities.reshape(frames, -1)
    features[:, CONTACTS] = contacts
    return features


def features_to_joints(features: np.ndarray | torch.Tensor) -> np.ndarray | torch.Tensor:
    """Recover joints from the root motion and joint positions within features.

    Differentiable when given a tensor. An array is integrated in float64, so that the path of a long clip
    stays exact.

    Parameters
    ----------
    features : (..., T, 263) array or tensor, raw units (not normalised)

    Returns
    -------
    (..., T, 22, 3) of the input's kind and precision, metres: starts over the origin facing +z.
    """
    if isinstance(features, torch.Tensor):
        return _integrate(features)
    features = np.asarray(features)
    joints = _integrate(torch.from_numpy(features.astype(np.float64)))
    return joints.numpy().astype(features.dtype)


def root_heading(features: torch.Tensor) -> torch.Tensor:
    """Heading (..., T) in radians about +y of each frame of (..., T, 263) features, 0 at the first."""
    turns = -2 * features[..., :-1, 0]
    return torch.nn.functional.pad(turns.cumsum(-1), (1, 0))


def _integrate(features: torch.Tensor) -> torch.Tensor:
    heading = root_heading(features)
    cos, sin = torch.cos(heading), torch.sin(heading)
    velocity = features[..., :-1, ROOT_VELOCITY]
    step_x, step_z = _turn(velocity[..., 0], velocity[..., 1], cos[..., 1:], sin[..., 1:])
    root_x, root_z = (torch.nn.functional.pad(step.cumsum(-1), (1, 0)) for step in (step_x, step_z))
    root = torch.stack([root_x, features[..., 3], root_z], dim=-1)

    local = features[..., POSITIONS].unflatten(-1, (NUM_JOINTS - 1, 3))
    x, z = _turn(local[..., 0], local[..., 2], cos[..., None], sin[..., None])
    x, z = x + root_x[..., None], z + root_z[..., None]
    return torch.cat([root[..., None, :], torch.stack([x, local[..., 1], z], dim=-1)], dim=-2)


def _turn(x, z, cos, sin):
    return cos * x + sin * z, cos * z - sin * x


def _smoothed_heading(joints: np.ndarray) -> np.ndarray:
    """Heading (T,) in radians as HumanML3D measures it inside its rotations.

    There the hips enter with left and right exchanged, so that the line across is shoulders minus hips.
    Every published feature file is made so; a heading without that slip would not agree with any of them.
    """
    across = unit(
        (joints[:, 17] - joints[:, 16]) - (joints[:, 2] - joints[:, 1]),
        "hips and shoulders are equally wide and parallel, which leaves no heading",
    )
    forward = gaussian_filter1d(
        np.cross([0.0, 1.0, 0.0], across), HEADING_SMOOTHING_FRAMES, axis=0, mode="nearest"
    )
    heading = heading_angles(unit(forward, "the body's heading averages out to none"))
    heading[0] = 0.0  # the representation pins the first frame to +z, whatever smoothing says
    return heading


def _rotations(joints: np.ndarray, heading: np.ndarray) -> np.ndarray:
    """Local rotations (T, 21, 6): from each bone's parent in its chain, first two matrix columns."""
    bones = joints - joints[:, _BONE_START]
    bones[:, 1:] /= np.linalg.norm(bones[:, 1:], axis=-1, keepdims=True)
    world = _rotation_between(REST_DIRECTIONS[1:], bones[:, 1:])
    root = np.zeros((len(joints), 1, 4))
    root[:, 0, 0], root[:, 0, 2] = np.cos(heading / 2), -np.sin(heading / 2)
    world = np.concatenate([root, world], axis=1)
    w, x, y, z = np.moveaxis(_relative(world[:, _CHAIN_PARENT[1:]], world[:, 1:]), -1, 0)
    return np.stack(
        [
            1 - 2 * (y * y + z * z),
            2 * (x * y + w * z),
            2 * (x * z - w * y),
            2 * (x * y - w * z),
            1 - 2 * (x * x + z * z),
            2 * (y * z + w * x),
        ],
        axis=-1,
    )


def _rotation_between(rest: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """Shortest rotations, quaternions (..., 4) w first, that take unit vectors onto unit vectors."""
    w = 1 + (rest * direction).sum(-1, keepdims=True)
    quaternion = np.concatenate([w, np.cross(rest, direction)], axis=-1)
    length = np.linalg.norm(quaternion, axis=-1, keepdims=True)
    if not (length > 1e-6).all():
        raise DegenerateClipError("a bone points exactly against its rest direction")
    return quaternion / length


def _relative(parent: np.ndarray, child: np.ndarray) -> np.ndarray:
    """Quaternion product conj(parent) * child."""
    a, b = parent, child
    aw, ax, ay, az = a[..., 0], -a[..., 1], -a[..., 2], -a[..., 3]
    bw, bx, by, bz = np.moveaxis(b, -1, 0)
    return np.stack(
        [
            aw * bw - ax * bx - ay * by - az * bz,
            aw * bx + ax * bw + ay * bz - az * by,
            aw * by - ax * bz + ay * bw + az * bx,
            aw * bz + ax * by - ay * bx + az * bw,
        ],
        axis=-1,
    )
