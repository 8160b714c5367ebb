"""The 22-joint body of HumanML3D: names, tree, bone lengths, and bringing any clip onto it.

Units are metres and seconds; y is up; the frame is right-handed; a body that faces +z has its left at +x.
"""

import numpy as np

FPS = 20.0

JOINT_NAMES = (
    "pelvis",
    "left_hip",
    "right_hip",
    "spine1",
    "left_knee",
    "right_knee",
    "spine2",
    "left_ankle",
    "right_ankle",
    "spine3",
    "left_foot",
    "right_foot",
    "neck",
    "left_collar",
    "right_collar",
    "head",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
)
NUM_JOINTS = len(JOINT_NAMES)
JOINT = {name: index for index, name in enumerate(JOINT_NAMES)}

PARENTS = (-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19)

CHAINS = (
    (0, 2, 5, 8, 11),
    (0, 1, 4, 7, 10),
    (0, 3, 6, 9, 12, 15),
    (9, 14, 17, 19, 21),
    (9, 13, 16, 18, 20),
)

BONE_LENGTHS = np.array(  # metres, bone from PARENTS[j] to j
    [
        0.000000,
        0.103074,
        0.109883,
        0.131568,
        0.393623,
        0.390188,
        0.143190,
        0.432433,
        0.425643,
        0.057365,
        0.143382,
        0.149419,
        0.219360,
        0.137487,
        0.143383,
        0.103039,
        0.131614,
        0.122984,
        0.256840,
        0.263092,
        0.266012,
        0.269876,
    ]
)

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
    return joints[..., _MIRRORED, :] * np.array([-1, 1, 1], dtype=joints.dtype)


def forward_directions(joints: np.ndarray) -> np.ndarray:
    """Horizontal facing of each frame, from the lines across hips and shoulders.

    Parameters
    ----------
    joints : (T, 22, 3) array, metres

    Returns
    -------
    (T, 3) unit vectors with y = 0.

    Raises
    ------
    DegenerateClipError
        If those lines stand upright in a frame, so that the body faces nowhere.
    """
    across = (joints[:, 2] - joints[:, 1]) + (joints[:, 17] - joints[:, 16])
    forward = np.cross([0.0, 1.0, 0.0], across)
    return unit(forward, "the body's left-right axis is vertical, so it has no heading")


def heading_angles(forward: np.ndarray) -> np.ndarray:
    """Angle (T,) in radians by which each (T, 3) facing is turned from +z about +y."""
    return np.arctan2(forward[:, 0], forward[:, 2])


def rotate_about_y(vectors: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Turn (..., 3) vectors about +y by angles that broadcast against their leading axes."""
    x, y, z = vectors[..., 0], vectors[..., 1], vectors[..., 2]
    cos, sin = np.cos(angle), np.sin(angle)
    return np.stack([cos * x + sin * z, np.broadcast_to(y, x.shape), cos * z - sin * x], axis=-1)


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


def face_forward_at_origin(joints: np.ndarray) -> np.ndarray:
    """Move and turn a (T, 22, 3) clip so that frame 0 has its pelvis over the origin and faces +z."""
    moved = joints - joints[0, 0] * [1.0, 0.0, 1.0]
    heading = heading_angles(forward_directions(moved[:1]))
    return rotate_about_y(moved, -heading[0])


def unit(vectors: np.ndarray, problem: str) -> np.ndarray:
    """Scale (..., 3) vectors to length 1; `DegenerateClipError` names `problem` where one has none."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    bad = ~(length[..., 0] > LEAST_LENGTH)
    if bad.any():
        raise DegenerateClipError(f"{problem} (frame {np.argwhere(bad)[0][0]})")
    return vectors / length


_MIRRORED = [
    JOINT[name.replace("left", "right") if "left" in name else name.replace("right", "left")]
    for name in JOINT_NAMES
]
