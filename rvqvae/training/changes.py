"""Changes to clips that nobody recorded and a body could make: limbs exchanged, poses blended, paths bent.

Everything works on clips of HumanML3D's skeleton (`to_humanml_skeleton`), as directions of bones within the
body's own frames, so that every bone keeps its length. Joints alone do not say how a bone is twisted about
itself, and nothing here needs it. Arrays are (T, 22, 3), metres, y up, 20 frames a second.
"""

import numpy as np

from rvqvae.motion.geometry import heading_angles, rotate_about_y, unit
from rvqvae.motion.skeleton import JOINT, NUM_JOINTS, PARENTS
from rvqvae.training.floor import lifted, placed


def exchange_upper_body(lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """Pelvis, legs and path of one clip with the spine, arms and head of another.

    Parameters
    ----------
    lower, upper : (T, 22, 3) arrays of as many frames, metres, on one skeleton

    Returns
    -------
    (T, 22, 3) array; the upper body stands on the other's pelvis and is turned as its own hips were.

    Raises
    ------
    DegenerateClipError
        If the hips of either lie one above the other in a frame, so that they face nowhere.
    """
    turn = facing(lower) - facing(upper)
    mixed = lower.copy()
    above = upper[:, _UPPER_BODY] - upper[:, :1]
    mixed[:, _UPPER_BODY] = lower[:, :1] + rotate_about_y(above, turn[:, None])
    return mixed


def exchange_arm(body: np.ndarray, other: np.ndarray, side: str) -> np.ndarray:
    """One clip with an arm of another, held to the chest as it was held there.

    Parameters
    ----------
    body, other : (T, 22, 3) arrays of as many frames, metres, on one skeleton
    side : "left" or "right"
    """
    return _exchange(body, other, [JOINT[f"{side}_{part}"] for part in ("shoulder", "elbow", "wrist")])


def exchange_head(body: np.ndarray, other: np.ndarray) -> np.ndarray:
    """One clip with the head aimed, relative to the chest, as another's is; arrays as in `exchange_arm`."""
    return _exchange(body, other, [JOINT["head"]])


def scale_amplitude(joints: np.ndarray, scale: float) -> np.ndarray:
    """Every bone's swing about its mean direction, seen from the pelvis, made larger or smaller.

    Parameters
    ----------
    joints : (T, 22, 3) array, metres
    scale : of the angle from the mean: 0 stands still, 1 changes nothing; what is beyond 90 degrees stays

    Returns
    -------
    (T, 22, 3) array; the pelvis goes and turns as before, see `put_on_floor`.
    """
    frame = pelvis_frames(joints)
    bones = _bones(joints)
    own = np.einsum("tji,tkj->tki", frame, bones)
    lengths = np.linalg.norm(own, axis=-1, keepdims=True)
    directions = own[:, 1:] / lengths[:, 1:]
    mean = unit(directions.mean(axis=0), "a bone's directions average out to none")
    angle = np.arccos(np.clip((directions * mean).sum(-1, keepdims=True), -1, 1))
    # Towards the mean by its share, or away from it by no more than the same share of 90 degrees.
    wanted = angle + (scale - 1) * np.minimum(angle, np.pi / 2)
    aside = directions - mean * np.cos(angle)
    aside /= np.maximum(np.linalg.norm(aside, axis=-1, keepdims=True), 1e-9)
    scaled = mean * np.cos(wanted) + aside * np.sin(wanted)
    own[:, 1:] = np.where(angle > 1e-6, scaled, directions) * lengths[:, 1:]
    own[:, _PELVIS] = np.einsum("tji,tkj->tki", frame, bones[:, _PELVIS])  # the frame's own bones
    changed = np.einsum("tij,tkj->tki", frame, own)
    changed[:, 0] = joints[:, 0]
    return _from_bones(changed)


def cross_fade(first: np.ndarray, second: np.ndarray, share: np.ndarray) -> np.ndarray:
    """A clip between two: bone directions, turns and steps of both, mixed in shares that may change.

    Parameters
    ----------
    first, second : (T, 22, 3) arrays of as many frames, metres, on one skeleton
    share : (T,) array, 0 to 1, of the second

    Returns
    -------
    (T, 22, 3) array that starts where the first does, as high above the floor as the mixture of both

    Raises
    ------
    DegenerateClipError
        If a bone of one points exactly against the other's.
    """
    headings = [np.unwrap(facing(one)) for one in (first, second)]
    # Bodies facing +z, so that only posture is mixed here.
    bodies = [
        rotate_about_y(_bones(one), -h[:, None]) for one, h in zip((first, second), headings, strict=True)
    ]
    lengths = np.linalg.norm(bodies[0], axis=-1, keepdims=True)
    mixed = _between(bodies[0], bodies[1], share[:, None, None])
    mixed = unit(mixed, "a bone points against the other clip's") * lengths
    turn = _between(np.diff(headings[0]), np.diff(headings[1]), share[1:])
    heading = headings[0][0] + np.concatenate([[0.0], np.cumsum(turn)])
    changed = rotate_about_y(mixed, heading[:, None])
    walks = [
        rotate_about_y(np.diff(one, axis=0), -h[1:, None])
        for one, h in zip((first, second), headings, strict=True)
    ]
    steps = _between(walks[0], walks[1], share[1:, None, None])
    changed[:, 0] = first[0, 0]
    lowest = _between(first[..., 1].min(1), second[..., 1].min(1), share)
    return placed(_from_bones(changed), rotate_about_y(steps, heading[1:, None]), lowest)


def bend_path(joints: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """A clip that turns more, or less, than it did, and walks where it then faces.

    Parameters
    ----------
    joints : (T, 22, 3) array, metres
    turn : (T,) array, radians about +y added to each frame's heading

    Returns
    -------
    (T, 22, 3) array: standing feet move no more than they did, so that the body turns about them.
    """
    turned = rotate_about_y(joints - joints[:, :1], turn[:, None]) + joints[:, :1]
    steps = rotate_about_y(np.diff(joints, axis=0), turn[1:, None])
    return placed(turned, steps, joints[..., 1].min(1))


def topple(joints: np.ndarray, pitch: np.ndarray, roll: np.ndarray) -> np.ndarray:
    """A clip that leans, lies or rolls over while it does what it did, as high above the floor as before.

    Parameters
    ----------
    joints : (T, 22, 3) array, metres
    pitch, roll : (T,) arrays, radians: forwards about the line to the left, sideways about the facing

    Returns
    -------
    (T, 22, 3) array: every frame's body turned about its pelvis; the pelvis' path over the floor is kept.
    """
    heading = facing(joints)[:, None]
    own = rotate_about_y(joints - joints[:, :1], -heading)
    x, y, z = np.moveaxis(own, -1, 0)
    cos, sin = np.cos(roll)[:, None], np.sin(roll)[:, None]
    x, y = cos * x - sin * y, sin * x + cos * y
    cos, sin = np.cos(pitch)[:, None], np.sin(pitch)[:, None]
    y, z = cos * y - sin * z, sin * y + cos * z
    turned = rotate_about_y(np.stack([x, y, z], axis=-1), heading) + joints[:, :1]
    return lifted(turned, joints[..., 1].min(1))


def facing(joints: np.ndarray) -> np.ndarray:
    """Heading (T,) of the hips in radians about +y; `DegenerateClipError` where they face nowhere."""
    across = joints[:, JOINT["right_hip"]] - joints[:, JOINT["left_hip"]]
    return heading_angles(
        unit(np.cross([0.0, 1.0, 0.0], across), "the line across the hips is vertical, so they face nowhere")
    )


def pelvis_frames(joints: np.ndarray) -> np.ndarray:
    """Rotations (T, 3, 3) of the pelvis; columns point left, up along the spine, and forward."""
    left, right = joints[:, JOINT["left_hip"]], joints[:, JOINT["right_hip"]]
    return _frames(left - right, joints[:, JOINT["spine1"]] - (left + right) / 2)


def chest_frames(joints: np.ndarray) -> np.ndarray:
    """Rotations (T, 3, 3) of the chest; columns point left along the collars, up to the neck, forward."""
    across = joints[:, JOINT["left_collar"]] - joints[:, JOINT["right_collar"]]
    return _frames(across, joints[:, JOINT["neck"]] - joints[:, JOINT["spine2"]])


def _frames(across: np.ndarray, up: np.ndarray) -> np.ndarray:
    left = unit(across, "a line across the body has no length")
    upward = unit(
        up - (up * left).sum(-1, keepdims=True) * left, "the spine lies along the line across the body"
    )
    return np.stack([left, upward, np.cross(left, upward)], axis=-1)


def _exchange(body: np.ndarray, other: np.ndarray, limb: list[int]) -> np.ndarray:
    turn = chest_frames(body) @ chest_frames(other).transpose(0, 2, 1)
    bones = _bones(body)
    bones[:, limb] = np.einsum("tij,tkj->tki", turn, _bones(other)[:, limb])
    return _from_bones(bones)


def _bones(joints: np.ndarray) -> np.ndarray:
    """Vectors (T, 22, 3) from each joint's parent to it, metres; the pelvis' is where it is."""
    bones = joints.copy()
    bones[:, 1:] -= joints[:, PARENTS[1:]]
    return bones


def _from_bones(bones: np.ndarray) -> np.ndarray:
    """Joints (T, 22, 3) of what `_bones` gives."""
    return np.einsum("jk,tkc->tjc", _UP_TO, bones)


def _between(first: np.ndarray, second: np.ndarray, share: np.ndarray) -> np.ndarray:
    return first + share * (second - first)


def _descendants(joint: int) -> list[int]:
    children = [child for child, parent in enumerate(PARENTS) if parent == joint]
    return [joint, *(one for child in children for one in _descendants(child))]


_UPPER_BODY = sorted(_descendants(JOINT["spine1"]))
_PELVIS = [JOINT[name] for name in ("left_hip", "right_hip", "spine1")]
# Joint = sum of the bones that lead to it.
_UP_TO = np.array(
    [[float(joint in _descendants(bone)) for bone in range(NUM_JOINTS)] for joint in range(NUM_JOINTS)]
)
