"""Rotations of bones from a rest pose, as HumanML3D's features hold them."""

import numpy as np

from rvqvae.motion.geometry import DegenerateClipError
from rvqvae.motion.skeleton import Skeleton


def local_rotations(joints: np.ndarray, heading: np.ndarray, skeleton: Skeleton) -> np.ndarray:
    """Local rotations (T, J - 1, 6): from each bone's parent in its chain, first two matrix columns.

    Parameters
    ----------
    joints : (T, J, 3) array, in any unit of length
    heading : (T,) array, radians by which the root is turned from +z about +y
    skeleton : with rest directions

    Raises
    ------
    DegenerateClipError
        If a bone points exactly against its rest direction.
    """
    bones = joints - joints[:, skeleton.parents]  # the root's is not used
    bones[:, 1:] /= np.linalg.norm(bones[:, 1:], axis=-1, keepdims=True)
    world = _rotation_between(np.array(skeleton.rest, dtype=np.float64)[1:], bones[:, 1:])
    root = np.zeros((len(joints), 1, 4))
    root[:, 0, 0], root[:, 0, 2] = np.cos(heading / 2), -np.sin(heading / 2)
    world = np.concatenate([root, world], axis=1)
    w, x, y, z = np.moveaxis(_relative(world[:, skeleton.rotation_parents[1:]], world[:, 1:]), -1, 0)
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
