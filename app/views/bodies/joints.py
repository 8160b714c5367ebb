"""Payloads of a body of 22 joints: positions, errors in mm, and the poses and path that an edit moved."""

import numpy as np
import torch

from app.decoding import Decoding
from app.take import Take
from app.views.arrays import pack, pack_joints
from app.views.bodies.patch import pose_patch
from app.workbench import Workbench
from rvqvae.motion import JOINT_NAMES, PARENTS
from rvqvae.motion.humanml import root_heading

ERROR_UNIT_MM = 0.1


def original(take: Take) -> dict:
    """The original motion: names and tree of the joints, and where they are in every frame."""
    return {
        "joint_names": list(JOINT_NAMES),
        "parents": [int(parent) for parent in PARENTS],
        "joints": pack_joints(take.joints),
    }


def reconstruction(bench: Workbench, shown: tuple[Decoding | None, str | None]) -> dict:
    """Joints and errors of the frames in which the page does not have them; mean errors of the whole clip.

    After an edit the page works out the errors behind the decoder's reach from where the body then stands;
    in another alignment all errors are sent and no joints.

    Parameters
    ----------
    shown : the decoding that the page has and the alignment of its errors
    """
    errors = bench.errors
    decoding, alignment = shown
    patch = pose_patch(decoding, bench.decoding)
    first, stop = patch["frames"] if alignment == bench.alignment else (0, bench.take.frames)
    return {
        **patch,
        "error_frames": [first, stop],
        "errors": pack(errors[first:stop], "u16", scale=ERROR_UNIT_MM),
        "joint_mm": [float(value) for value in errors.mean(axis=0)],
    }


def compared(bench: Workbench, other: Decoding) -> dict:
    """B's joints as a patch of the reconstruction, and its mean errors."""
    errors = bench.errors_of(other)
    return {
        **pose_patch(bench.decoding, other),
        "joint_mm": [float(value) for value in errors.mean(axis=0)],
    }


def moved(before: Decoding, after: Decoding, frames: tuple[int, int]) -> dict:
    """Displacement between two reconstructions.

    pose_mm (F, 22) is measured with each body in its own place and heading, over the frames that the decoder
    lets the edited steps reach; outside them it is zero exactly. path_mm (N,) is the pelvis' displacement
    on the floor, which goes on after them because the root's velocity is summed.
    """
    window = slice(*frames)
    pose = after.take.measure.distances(after.aligned["local"][window], before.aligned["local"][window])
    path = 1000 * np.linalg.norm((after.joints - before.joints)[:, 0, [0, 2]], axis=-1)
    turned = [float(root_heading(torch.from_numpy(d.features))[-1]) for d in (before, after)]
    peak_frame, peak_joint = np.unravel_index(pose.argmax(), pose.shape)
    return {
        "pose_mm": pack(pose, "u16", scale=0.1),
        "pose_max_mm": float(pose.max()),
        "pose_max_joint": int(peak_joint),
        "pose_max_frame": int(peak_frame) + frames[0],
        "path_mm": pack(path, "u16", scale=max(0.1, float(path.max()) / 65_000)),
        "path_end_mm": float(path[-1]),
        "turn_end_degrees": float(np.degrees(abs(turned[1] - turned[0]))),
    }
