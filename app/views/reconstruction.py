"""The decoded motion and how far it is from the original."""

from app.views.arrays import pack
from app.views.patch import pose_patch
from app.views.view import View

ERROR_UNIT_MM = 0.1


def payload(session) -> dict:
    """Joints and errors of the frames in which the page does not have them; the figures of the whole clip.

    After an edit the page works out the errors behind the decoder's reach from where the body then stands;
    in another alignment all errors are sent and no joints.
    """
    bench = session.workbench
    errors = bench.errors
    shown, alignment = session.page_has or (None, None)
    patch = pose_patch(shown, bench.decoding)
    first, stop = patch["frames"] if alignment == bench.alignment else (0, bench.take.frames)
    return {
        **patch,
        "error_frames": [first, stop],
        "errors": pack(errors[first:stop], "u16", scale=ERROR_UNIT_MM),
        "joint_mm": [float(value) for value in errors.mean(axis=0)],
        "mean_mm": float(errors.mean()),
        "alignment": bench.alignment,
        "fps": bench.take.clip.fps,
    }


VIEW = View(
    "reconstruction", lambda session: (session.workbench.decoding, session.workbench.alignment), payload
)
