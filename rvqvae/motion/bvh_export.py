"""Writing motion as BVH."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from rvqvae.motion.skeleton import (
    BONE_LENGTHS,
    FPS,
    JOINT_NAMES,
    NUM_JOINTS,
    PARENTS,
    forward_directions,
    heading_angles,
    to_humanml_skeleton,
    unit,
)

CENTIMETRES = 100.0

# The pose in which all rotations are zero: a T-pose facing +z, the body's left at +x.
_REST = {
    "hip": (1, 0, 0), "knee": (0, -1, 0), "ankle": (0, -1, 0), "foot": (0, 0, 1), "collar": (1, 0, 0),
    "shoulder": (1, 0, 0), "elbow": (1, 0, 0), "wrist": (1, 0, 0),
}  # fmt: skip


def write_bvh(path: str | Path, joints: np.ndarray, fps: float = FPS) -> np.ndarray:
    """Write joints as BVH in centimetres, on HumanML3D's skeleton.

    A BVH skeleton has fixed bone lengths, so the clip is brought to HumanML3D's first; bone directions are
    kept exactly. Where one joint carries several bones, each bone gets a turning joint of its own at the same
    place ("left_hip_turn"), since no single rotation could point them all.

    Parameters
    ----------
    path : file to write
    joints : (T, 22, 3) array, metres, y up
    fps : float

    Returns
    -------
    (T, 22, 3) array, metres: what was written.

    Raises
    ------
    DegenerateClipError
        If a bone has no length or the first frame has no heading.
    """
    placed = to_humanml_skeleton(joints)
    names, parents, offsets, bones = _skeleton()
    world = _world_rotations(placed, bones)
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


def _skeleton() -> tuple[list[str], list[int], np.ndarray, list[int | None]]:
    """Names, parents, rest offsets in metres, and for each BVH joint the body joint whose bone it points."""
    children = [[j for j in range(NUM_JOINTS) if PARENTS[j] == i] for i in range(NUM_JOINTS)]
    names, parents, offsets, bones = [], [], [], []

    def joint(name: str, parent: int, offset: np.ndarray, bone: int | None) -> int:
        names.append(name)
        parents.append(parent)
        offsets.append(offset)
        bones.append(bone)
        return len(names) - 1

    def place(body: int, parent: int) -> None:
        only = children[body][0] if len(children[body]) == 1 else None
        here = joint(JOINT_NAMES[body], parent, BONE_LENGTHS[body] * _rest_direction(body), only)
        for child in children[body]:
            turn = here if only is not None else joint(f"{JOINT_NAMES[child]}_turn", here, np.zeros(3), child)
            place(child, turn)

    place(0, -1)
    return names, parents, np.array(offsets), bones


def _rest_direction(joint: int) -> np.ndarray:
    side, _, part = JOINT_NAMES[joint].rpartition("_")
    direction = np.array(_REST.get(part, (0, 1, 0)), dtype=np.float64)
    return direction * [-1, 1, 1] if side == "right" else direction


def _world_rotations(joints: np.ndarray, bones: list[int | None]) -> list[Rotation]:
    """For each BVH joint, the rotation that points its bone; joints without one face where the body faces."""
    heading = Rotation.from_euler("y", _headings(joints)[:, None])
    rotations = []
    for bone in bones:
        if bone is None:
            rotations.append(heading)
            continue
        direction = unit(joints[:, bone] - joints[:, PARENTS[bone]], "a bone has no length")
        rotations.append(heading * _shortest(_rest_direction(bone), heading.inv().apply(direction)))
    return rotations


def _headings(joints: np.ndarray) -> np.ndarray:
    """Facing (T,) of each frame in radians; a frame without one keeps the first frame's."""
    across = (joints[:, 2] - joints[:, 1]) + (joints[:, 17] - joints[:, 16])
    upright = np.linalg.norm(across[:, [0, 2]], axis=-1) > 1e-6
    return heading_angles(forward_directions(np.where(upright[:, None, None], joints, joints[:1])))


def _shortest(rest: np.ndarray, directions: np.ndarray) -> Rotation:
    """Shortest rotations from a rest direction (3,) to unit vectors (T, 3)."""
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
