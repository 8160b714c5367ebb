"""Ends of a body that a file lacks: a jaw, eyes, finger tips, placed from the joints that they hang from."""

from collections.abc import Collection, Sequence

import numpy as np

from rvqvae.motion.geometry import LEAST_LENGTH, forward_directions, heading_angles, rotate_about_y, unit
from rvqvae.motion.skeleton import Skeleton

_HEAD = "head"


def ends_among(lacking: Collection[str], skeleton: Skeleton) -> list[str]:
    """Those of a skeleton's lacking joints that can be placed: nothing hangs from them, and they hang from a
    bone that is there."""
    names, parents = skeleton.names, skeleton.parents
    return [
        name
        for joint, name in enumerate(names)
        if name in lacking
        and joint not in parents
        and parents[joint] > 0  # the root ends no bone
        and names[parents[joint]] not in lacking
    ]


def place_ends(joints: np.ndarray, ends: Sequence[str], skeleton: Skeleton) -> np.ndarray:
    """Joints (T, J, 3) with some ends placed, each as far from its parent as that is from its own.

    What hangs from the head stands as in the rest pose and turns and nods with the head; all else goes
    straight on.

    joints : of which the ends are not used
    """
    placed = joints.copy()
    for name in ends:
        joint = skeleton.index[name]
        parent = skeleton.parents[joint]
        bone = joints[:, parent] - joints[:, skeleton.parents[parent]]
        if skeleton.names[parent] == _HEAD and skeleton.facing is not None:
            bone = _turned_with(bone, np.array(skeleton.rest[joint]), joints, skeleton.facing)
        placed[:, joint] = joints[:, parent] + bone
    return placed


def _turned_with(
    bone: np.ndarray, rest: np.ndarray, joints: np.ndarray, facing: tuple[int, int, int, int]
) -> np.ndarray:
    """A direction of the rest pose (3,), as long as a bone (T, 3) and turned as that is from its usual."""
    heading = heading_angles(forward_directions(joints, facing))
    along = rotate_about_y(unit(bone, "the head has no direction"), -heading)
    usual = unit(np.median(along, axis=0), "the head has no usual direction")
    way = rest / np.linalg.norm(rest) if np.linalg.norm(rest) > LEAST_LENGTH else np.array([0.0, 0.0, 1.0])
    axis = np.cross(usual, along)
    once = np.cross(axis, way)
    share = 1 / np.maximum(1 + along @ usual, LEAST_LENGTH)
    way = way + once + share[:, None] * np.cross(axis, once)
    return rotate_about_y(way, heading) * np.linalg.norm(bone, axis=-1, keepdims=True)
