"""Joints of any set on HumanML3D's 22: by what the set is, by their names, or as a joint map says."""

from pathlib import Path

import numpy as np

from rvqvae.motion.bvh.bvh_body import MAPPED
from rvqvae.motion.clips import RawClip
from rvqvae.motion.conversion import JOINT_SETS, MOST_JOINTS, begins_with_body, body_of_joint_set
from rvqvae.motion.errors import MotionFileError, UnknownJointsError
from rvqvae.motion.mapping import JointMap, MappingError, map_joints, to_body
from rvqvae.motion.shape import MOST_FRAMES
from rvqvae.motion.skeleton import HUMANML3D_BODY, KIT_BODY, NUM_JOINTS
from rvqvae.motion.spanning import spanning_tree

OTHER_JOINTS = (
    f"expected joints whose first {NUM_JOINTS} are HumanML3D's, as SMPL's sets begin; others open with a "
    "joint map that says which of them are those, or as BVH, which names them"
)


def joint_names(count: int) -> tuple[str, ...]:
    """What joints without names are called."""
    return tuple(f"joint_{joint}" for joint in range(count))


def on_body(
    path: Path,
    raw: RawClip,
    names: tuple[str, ...] = (),
    joint_map: JointMap | None = None,
    *,
    sure: bool = True,
) -> RawClip:
    """Joints (T, J, 3) on the 22 at 20 frames a second.

    Parameters
    ----------
    path : their file
    names : of the joints, where the file has them
    joint_map : HumanML3D joint name to one of theirs or of `joint_names`; of sets that are known it is not
        needed
    sure : whether joints as many as those of a known set are that set; else their bones have to bear it out

    Raises
    ------
    UnknownJointsError
        If it is not known which joints they are.
    MotionFileError
        If the names or the joint map do not tell all that are needed.
    """
    count = raw.array.shape[1]
    found = f"found joints of shape {raw.array.shape} and type {raw.array.dtype}"
    if count > MOST_JOINTS:
        raise MotionFileError(path, f"{found}; at most {MOST_JOINTS} are read")
    if not names and _is_known(raw.array, sure):
        return raw if count == NUM_JOINTS else RawClip(raw.name, *body_of_joint_set(raw.array))
    if not names and joint_map is None:
        raise UnknownJointsError(path, f"{found}; {OTHER_JOINTS}")
    try:
        parents = spanning_tree(raw.array[:: max(1, len(raw.array) // MOST_FRAMES)])
        mapping = map_joints(names or joint_names(count), parents, joint_map)
    except MappingError as error:
        kind = MotionFileError if joint_map else UnknownJointsError
        raise kind(path, f"{error}") from None
    said = f"{MAPPED} {'as given' if joint_map else 'by name'}: {mapping.describe()}"
    return RawClip(raw.name, to_body(raw.array, mapping), (said,))


def _is_known(joints: np.ndarray, sure: bool) -> bool:
    count = joints.shape[1]
    if sure and count in (NUM_JOINTS, *JOINT_SETS):
        return True
    return begins_with_body(joints, KIT_BODY if count == len(KIT_BODY) else HUMANML3D_BODY)
