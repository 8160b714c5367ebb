"""Places and directions of joints: which way a body faces, turning, the floor, mirroring, HumanML3D's bones.

Units are metres and seconds; y is up; the frame is right-handed; a body that faces +z has its left at +x.
"""

import numpy as np

from rvqvae.motion.skeleton import BONE_LENGTHS, HUMANML3D_BODY, JOINT, JOINT_NAMES, NUM_JOINTS, PARENTS

_FACING = (JOINT["right_hip"], JOINT["left_hip"], JOINT["right_shoulder"], JOINT["left_shoulder"])
LEAST_LENGTH = 1e-6  # of a bone or axis that has a direction


class DegenerateClipError(ValueError):
    """A clip whose body has no defined heading or bone direction in some frame."""


def mirror_joints(joints: np.ndarray) -> np.ndarray:
    """Reflect a clip left to right.

    Parameters
    ----------
    joints : (..., 22, 3) array, metres

    Returns
    -------
    (..., 22, 3) array: x negated, left and right joints exchanged.
    """
    return joints[..., list(HUMANML3D_BODY.mirrored), :] * np.array([-1, 1, 1], dtype=joints.dtype)


def forward_directions(joints: np.ndarray, facing: tuple[int, int, int, int] = _FACING) -> np.ndarray:
    """Horizontal facing of each frame, from the lines across hips and shoulders.

    Parameters
    ----------
    joints : (T, J, 3) array, in any unit of length
    facing : `Skeleton.facing` of the joints

    Returns
    -------
    (T, 3) unit vectors with y = 0.

    Raises
    ------
    DegenerateClipError
        If those lines stand upright in a frame, so that the body faces nowhere.
    """
    right_hip, left_hip, right_shoulder, left_shoulder = facing
    across = (joints[:, right_hip] - joints[:, left_hip]) + (
        joints[:, right_shoulder] - joints[:, left_shoulder]
    )
    forward = np.cross([0.0, 1.0, 0.0], across)
    return unit(forward, "the body's left-right axis is vertical, so it has no heading")


def heading_angles(forward: np.ndarray) -> np.ndarray:
    """Angle (T,) in radians by which each (T, 3) facing is turned from +z about +y."""
    return np.arctan2(forward[:, 0], forward[:, 2])


def rotate_about_y(vectors: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Turn (..., 3) vectors about +y by angles that broadcast against their leading axes."""
    x, y, z = vectors[..., 0], vectors[..., 1], vectors[..., 2]
    cos, sin = np.cos(angle), np.sin(angle)
    turned_x = cos * x + sin * z
    turned = np.empty((*turned_x.shape, 3), turned_x.dtype)
    turned[..., 0], turned[..., 1], turned[..., 2] = turned_x, y, cos * z - sin * x
    return turned


def to_humanml_skeleton(joints: np.ndarray) -> np.ndarray:
    """Bring a clip to HumanML3D's body: its bone lengths, lowest point 0, start at the origin facing +z.

    Bone directions are kept and bone lengths replaced; the path is scaled by the ratio of leg lengths
    (Guo et al. 2022, "Generating Diverse and Natural 3D Human Motions from Text", data processing).

    Parameters
    ----------
    joints : (T, 22, 3) array, metres, y up

    Returns
    -------
    (T, 22, 3) float64 array, metres

    Raises
    ------
    DegenerateClipError
        If a bone has no length or the first frame has no heading.
    """
    joints = np.asarray(joints, dtype=np.float64)
    bones = joints[:, 1:] - joints[:, PARENTS[1:]]
    lengths = np.linalg.norm(bones, axis=-1)
    if not (lengths > LEAST_LENGTH).all():
        frame, bone = np.argwhere(~(lengths > LEAST_LENGTH))[0]
        ends = f"{JOINT_NAMES[PARENTS[bone + 1]]} to {JOINT_NAMES[bone + 1]}"
        raise DegenerateClipError(f"the bone from {ends} has no length (frame {frame})")
    directions, first = bones / lengths[..., None], lengths[0]
    source_leg = first[JOINT["right_knee"] - 1] + first[JOINT["right_ankle"] - 1]
    target_leg = BONE_LENGTHS[JOINT["right_knee"]] + BONE_LENGTHS[JOINT["right_ankle"]]

    placed = np.empty_like(joints)
    placed[:, 0] = joints[:, 0] * (target_leg / source_leg)
    for joint in range(1, NUM_JOINTS):
        placed[:, joint] = placed[:, PARENTS[joint]] + BONE_LENGTHS[joint] * directions[:, joint - 1]
    return face_forward_at_origin(on_floor(placed))


def on_floor(joints: np.ndarray) -> np.ndarray:
    """Shift a (T, 22, 3) clip vertically so that its lowest joint over all frames is at y = 0."""
    return joints - [0.0, joints[..., 1].min(), 0.0]


def face_forward_at_origin(joints: np.ndarray, facing: tuple[int, int, int, int] = _FACING) -> np.ndarray:
    """Move and turn a (T, J, 3) clip so that frame 0 has its root over the origin and faces +z."""
    moved = joints - joints[0, 0] * [1.0, 0.0, 1.0]
    heading = heading_angles(forward_directions(moved[:1], facing))
    return rotate_about_y(moved, -heading[0])


def unit(vectors: np.ndarray, problem: str) -> np.ndarray:
    """Scale (..., 3) vectors to length 1; `DegenerateClipError` names `problem` where one has none."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    bad = ~(length[..., 0] > LEAST_LENGTH)
    if bad.any():
        raise DegenerateClipError(f"{problem} (frame {np.argwhere(bad)[0][0]})")
    return vectors / length
