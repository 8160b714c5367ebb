"""Writing motion as BVH."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rvqvae.motion.geometry import (
    LEAST_LENGTH,
    forward_directions,
    heading_angles,
    to_humanml_skeleton,
    unit,
)
from rvqvae.motion.skeleton import BONE_LENGTHS, FPS, HUMANML3D_BODY, JOINT, Skeleton
from rvqvae.motion.spanning import order_of

if TYPE_CHECKING:  # it takes long to import
    from scipy.spatial.transform import Rotation

CENTIMETRES = 100.0

# The pose in which all rotations are zero: a T-pose facing +z, the body's left at +x. Other bones rest as the
# skeleton says.
_REST = {
    "hip": (1, 0, 0), "knee": (0, -1, 0), "ankle": (0, -1, 0), "foot": (0, 0, 1), "collar": (1, 0, 0),
    "shoulder": (1, 0, 0), "elbow": (1, 0, 0), "wrist": (1, 0, 0),
}  # fmt: skip


def write_bvh(
    path: str | Path, joints: np.ndarray, fps: float = FPS, skeleton: Skeleton = HUMANML3D_BODY
) -> np.ndarray:
    """Write joints as BVH in centimetres.

    A BVH skeleton has fixed bone lengths: HumanML3D's body gets its own, another the median of each bone's;
    bone directions are kept exactly. Where one joint carries several bones, each bone gets a turning joint of
    its own at the same place ("left_hip_turn"), since no single rotation could point them all.

    Parameters
    ----------
    path : file to write
    joints : (T, J, 3) array, metres, y up
    fps : float
    skeleton : of the joints

    Returns
    -------
    (T, J, 3) array, metres: what was written.

    Raises
    ------
    DegenerateClipError
        If a bone has no length or the first frame has no heading.
    """
    if skeleton is HUMANML3D_BODY:
        placed, lengths = to_humanml_skeleton(joints), BONE_LENGTHS
    else:
        placed, lengths = _with_fixed_bones(joints, skeleton)
    names, parents, offsets, bones = _hierarchy(skeleton, lengths)
    world = _world_rotations(placed, skeleton, bones)
    local = [
        rotation if parent < 0 else world[parent].inv() * rotation
        for rotation, parent in zip(world, parents, strict=True)
    ]
    # At gimbal lock SciPy warns and picks one of the equal solutions, which is what is wanted.
    angles = np.stack([r.as_euler("ZXY", degrees=True, suppress_warnings=True) for r in local], axis=1)
    root = CENTIMETRES * placed[:, 0]
    text = _format(names, parents, CENTIMETRES * offsets, root, angles, fps)
    Path(path).write_text(text, encoding="utf-8")
    return placed


def _with_fixed_bones(joints: np.ndarray, skeleton: Skeleton) -> tuple[np.ndarray, np.ndarray]:
    """The clip with each bone as long as its median, and those lengths (J,), metres."""
    joints = np.asarray(joints, dtype=np.float64)
    placed, lengths = joints.copy(), np.zeros(len(skeleton))
    for joint in order_of(skeleton.parents)[1:]:
        parent = skeleton.parents[joint]
        bone = joints[:, joint] - joints[:, parent]
        length = np.linalg.norm(bone, axis=-1, keepdims=True)
        lengths[joint] = np.median(length)
        rest = _rest_direction(skeleton, joint)
        direction = np.where(length > LEAST_LENGTH, bone / np.maximum(length, LEAST_LENGTH), rest)
        placed[:, joint] = placed[:, parent] + lengths[joint] * direction
    return placed, lengths


def _hierarchy(
    skeleton: Skeleton, lengths: np.ndarray
) -> tuple[list[str], list[int], np.ndarray, list[int | None]]:
    """Names, parents, rest offsets in metres, and for each BVH joint the body joint whose bone it points."""
    count = len(skeleton)
    children = [[j for j in range(count) if skeleton.parents[j] == i] for i in range(count)]
    names, parents, offsets, bones = [], [], [], []

    def joint(name: str, parent: int, offset: np.ndarray, bone: int | None) -> int:
        names.append(name)
        parents.append(parent)
        offsets.append(offset)
        bones.append(bone)
        return len(names) - 1

    def place(body: int, parent: int) -> None:
        only = children[body][0] if len(children[body]) == 1 else None
        offset = lengths[body] * _rest_direction(skeleton, body)
        here = joint(skeleton.names[body], parent, offset, only)
        for child in children[body]:
            turned = f"{skeleton.names[child]}_turn"
            turn = here if only is not None else joint(turned, here, np.zeros(3), child)
            place(child, turn)

    place(0, -1)
    return names, parents, np.array(offsets), bones


def _rest_direction(skeleton: Skeleton, joint: int) -> np.ndarray:
    side, _, part = skeleton.names[joint].rpartition("_")
    if side not in ("left", "right") or part not in _REST:
        upright = joint == 0 or skeleton.names[joint] in JOINT  # the trunk of HumanML3D's body
        return np.array((0, 1, 0) if upright else skeleton.rest[joint], dtype=np.float64)
    direction = np.array(_REST[part], dtype=np.float64)
    return direction * [-1, 1, 1] if side == "right" else direction


def _world_rotations(joints: np.ndarray, skeleton: Skeleton, bones: list[int | None]) -> "list[Rotation]":
    """For each BVH joint, the rotation that points its bone; joints without one face where the body faces."""
    from scipy.spatial.transform import Rotation

    heading = Rotation.from_euler("y", _headings(joints, skeleton.facing)[:, None])
    rotations = []
    for bone in bones:
        if bone is None:
            rotations.append(heading)
            continue
        along = joints[:, bone] - joints[:, skeleton.parents[bone]]
        rest = _rest_direction(skeleton, bone)
        if not np.linalg.norm(along, axis=-1).max() > LEAST_LENGTH:  # two joints in one place
            rotations.append(heading)
            continue
        direction = unit(along, "a bone has no length")
        rotations.append(heading * _shortest(rest, heading.inv().apply(direction)))
    return rotations


def _headings(joints: np.ndarray, facing: tuple[int, int, int, int] | None) -> np.ndarray:
    """Facing (T,) of each frame in radians, 0 if it is not known; a frame without one keeps the first's."""
    if facing is None:
        return np.zeros(len(joints))
    right_hip, left_hip, right_shoulder, left_shoulder = facing
    across = (joints[:, right_hip] - joints[:, left_hip]) + (
        joints[:, right_shoulder] - joints[:, left_shoulder]
    )
    upright = np.linalg.norm(across[:, [0, 2]], axis=-1) > 1e-6
    return heading_angles(forward_directions(np.where(upright[:, None, None], joints, joints[:1]), facing))


def _shortest(rest: np.ndarray, directions: np.ndarray) -> "Rotation":
    """Shortest rotations from a rest direction (3,) to unit vectors (T, 3)."""
    from scipy.spatial.transform import Rotation

    axis = np.cross(rest, directions)
    # Exactly opposite, any axis across the rest direction will do.
    opposite = (directions @ rest < 0) & (np.linalg.norm(axis, axis=-1) < 1e-9)
    axis[opposite] = np.cross(rest, np.eye(3)[np.abs(rest).argmin()])
    length = np.linalg.norm(axis, axis=-1, keepdims=True)
    angle = np.arctan2(np.where(opposite, 0, length[:, 0]), directions @ rest)
    return Rotation.from_rotvec(axis / np.where(length > 0, length, 1) * angle[:, None])


def _format(
    names: Sequence[str],
    parents: Sequence[int],
    offsets: np.ndarray,
    root: np.ndarray,
    angles: np.ndarray,
    fps: float,
) -> str:
    """A BVH file's text.

    Parameters
    ----------
    names, parents : (J,) joints, each after its parent; the first is the root
    offsets : (J, 3) array, rest offset from the parent; a leaf's end site repeats its own
    root : (T, 3) array, root positions
    angles : (T, J, 3) array, degrees about z, x and y, applied in this order
    fps : float
    """
    children = [[j for j, parent in enumerate(parents) if parent == i] for i in range(len(names))]
    order: list[int] = []
    lines = ["HIERARCHY"]

    def vector(values: np.ndarray) -> str:
        return " ".join(f"{value:.6f}" for value in values)

    def joint(index: int, indent: str) -> None:
        order.append(index)
        lines.append(f"{indent}{'JOINT' if indent else 'ROOT'} {names[index]}")
        lines.append(f"{indent}{{")
        lines.append(f"{indent}\tOFFSET {vector(offsets[index])}")
        positions = "" if indent else "Xposition Yposition Zposition "
        lines.append(f"{indent}\tCHANNELS {3 if indent else 6} {positions}Zrotation Xrotation Yrotation")
        for child in children[index]:
            joint(child, indent + "\t")
        if not children[index]:
            end = vector(offsets[index] * 0.5)
            lines.extend(
                [f"{indent}\tEnd Site", f"{indent}\t{{", f"{indent}\t\tOFFSET {end}", f"{indent}\t}}"]
            )
        lines.append(f"{indent}}}")

    joint(0, "")
    table = np.concatenate([root, angles[:, order].reshape(len(root), -1)], axis=1)
    lines += ["MOTION", f"Frames: {len(root)}", f"Frame Time: {1 / fps:.8f}"]
    lines += [vector(row) for row in table]
    return "\n".join(lines) + "\n"
