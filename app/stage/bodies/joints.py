"""Payloads of a body: positions, errors in mm, and the poses and path that an edit moved."""

from typing import Any

import numpy as np

from app.payloads.arrays import pack, pack_joints
from app.stage.bodies.patch import pose_patch
from app.view import Shown
from app.workbench.decoding import Decoding
from app.workbench.encoded_clip import EncodedClip
from app.workbench.workbench import Workbench
from rvqvae.motion.anatomy import close_ups, is_mannequin, limbs

ERROR_UNIT_MM = 0.1


def original(encoded: EncodedClip) -> dict[str, Any]:
    """The original motion: names and tree of the joints, and where they are in every frame."""
    skeleton = encoded.layout.skeleton
    return {
        "joint_names": list(skeleton.names),
        "skeleton": {
            "parents": list(skeleton.parents),
            "facing": skeleton.facing and list(skeleton.facing),
            "mannequin": is_mannequin(skeleton),
            "described": encoded.checkpoint.described is not None,
            "limbs": _groups(limbs(skeleton)),
            "close_ups": _groups(close_ups(skeleton)),
        },
        "joints": pack_joints(encoded.joints),
    }


def reconstruction(bench: Workbench, shown: Shown | None) -> dict[str, Any]:
    """Joints and errors of the frames in which the page does not have them; mean errors of the whole clip.

    After an edit the page works out the errors behind the decoder's reach from where the body then stands;
    in another alignment all errors are sent and no joints.

    Parameters
    ----------
    shown : what the page has; None where it has nothing
    """
    errors = bench.errors
    patch = pose_patch(shown.decoding if shown else None, bench.decoding)
    first, stop = (
        patch["frames"] if shown and shown.alignment == bench.alignment else (0, bench.encoded.frames)
    )
    return {
        **patch,
        "error_frames": [first, stop],
        "errors": pack(errors[first:stop], "u16", scale=ERROR_UNIT_MM),
        "joint_mm": [float(value) for value in errors.mean(axis=0)],
    }


def compared(bench: Workbench, other: Decoding) -> dict[str, Any]:
    """B's joints as a patch of the reconstruction, and its mean errors."""
    errors = other.errors(bench.alignment)
    return {
        **pose_patch(bench.decoding, other),
        "joint_mm": [float(value) for value in errors.mean(axis=0)],
    }


def moved(before: Decoding, after: Decoding, frames: tuple[int, int]) -> dict[str, Any]:
    """Displacement between two reconstructions.

    pose_mm (F, J) is measured with each body in its own place and heading, over the frames that the decoder
    lets the edited steps reach; outside them it is zero exactly. path_mm (N,) is the pelvis' displacement
    on the floor, which goes on after them because the root's velocity is summed.
    """
    window = slice(*frames)
    measure = after.encoded.measure
    pose = measure.distances(
        *(measure.aligned(decoding.features[window])["local"] for decoding in (after, before))
    )
    path = measure.distances(*(decoding.body.path[:, [0, 2]] for decoding in (after, before)))
    turned = [float(decoding.body.heading[-1]) for decoding in (before, after)]
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


def _groups(named: dict[str, tuple[int, ...]]) -> list[dict[str, Any]]:
    return [{"title": title, "joints": list(joints)} for title, joints in named.items()]
