"""What makes one decoded motion out of another that the page shows, so that little is sent."""

from typing import Any

from app.payloads.arrays import pack_joints
from app.workbench.decoding import Decoding


def pose_patch(shown: Decoding | None, wanted: Decoding) -> dict[str, Any]:
    """Joints of the frames whose pose differs, and how the body stands elsewhere after them.

    An edit changes the pose within the decoder's reach alone. Behind it the body is the same but stands
    elsewhere, turned, because the root's velocity is summed: `tail` says how.

    Parameters
    ----------
    shown : what the page has; None where it has nothing

    Returns
    -------
    dict
        frames [first, stop], joints (stop - first, J, 3) packed, and tail or None
    """
    first, stop = frames_to_send(shown, wanted)
    return {
        "frames": [first, stop],
        "joints": pack_joints(wanted.body.between(first, stop)),
        "tail": None if shown is None else tail_motion(shown, wanted, stop),
    }


def frames_to_send(shown: Decoding | None, wanted: Decoding) -> tuple[int, int]:
    """(first, stop) of the frames whose pose the page cannot work out from what it shows."""
    if shown is None or shown.encoded is not wanted.encoded:
        return 0, wanted.encoded.frames
    if (shown.layers, shown.off) != (wanted.layers, wanted.off):
        return 0, wanted.encoded.frames
    return wanted.frames_that_may_differ(shown) or (0, 0)


def tail_motion(before: Decoding, after: Decoding, frame: int) -> dict[str, Any] | None:
    """How the body stands elsewhere from `frame` on: turned about its old pelvis, then moved (metres).

    None where the clip ends before that, or the two are of different clips.
    """
    if before.encoded is not after.encoded or not 0 < frame < after.encoded.frames:
        return None
    old, new = before.body.path[frame], after.body.path[frame]
    return {
        "turn": float(after.body.heading[frame] - before.body.heading[frame]),
        "from": [float(old[0]), float(old[2])],
        "to": [float(new[0]), float(new[2])],
    }
