"""The decoded motion and how far it is from the original."""

import numpy as np

from app.views.arrays import pack, pack_joints
from app.views.view import View

ERROR_UNIT_MM = 0.1


def payload(session) -> dict:
    """Joints and errors of the frames whose pose the page does not have; the figures of the whole clip.

    After an edit the page has every pose outside the decoder's reach already. Behind it the body only
    stands elsewhere, turned: `tail` says how, so that an edit of a long clip stays small to send.
    """
    bench = session.workbench
    errors = bench.errors_mm
    first, stop = frames_to_send(session)
    return {
        "frames": [first, stop],
        "joints": pack_joints(bench.decoding.joints[first:stop]),
        "errors": pack(errors[first:stop], "u16", scale=ERROR_UNIT_MM),
        "tail": tail_motion(session.page_has[0], bench.decoding, stop) if session.page_has else None,
        "joint_mm": [float(value) for value in errors.mean(axis=0)],
        "mean_mm": float(errors.mean()),
        "alignment": bench.alignment,
        "fps": bench.take.clip.fps,
    }


def frames_to_send(session) -> tuple[int, int]:
    """The frames whose pose or error the page cannot work out from what it shows."""
    bench = session.workbench
    everything = (0, bench.take.frames)
    if session.page_has is None:
        return everything
    shown, alignment = session.page_has
    same = shown.take is bench.take and shown.layers == bench.layers and alignment == bench.alignment
    return (bench.decoding.frames_that_may_differ(shown) or (0, 0)) if same else everything


def tail_motion(before, after, frame: int) -> dict | None:
    """How the body stands elsewhere from `frame` on: turned about its old pelvis, then moved (metres).

    None where the clip ends before that, or another clip was shown.
    """
    if before.take is not after.take or not 0 < frame < after.take.frames:
        return None
    yaw_velocity = after.features[:frame, 0].astype(np.float64) - before.features[:frame, 0]
    old, new = before.joints[frame, 0], after.joints[frame, 0]
    return {
        "turn": float(-2 * yaw_velocity.sum()),
        "from": [float(old[0]), float(old[2])],
        "to": [float(new[0]), float(new[2])],
    }


VIEW = View(
    "reconstruction", lambda session: (session.workbench.decoding, session.workbench.alignment), payload
)
