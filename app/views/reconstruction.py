"""The decoded motion and how far it is from the original."""

from app.views.arrays import pack, pack_joints
from app.views.view import View

ERROR_UNIT_MM = 0.1


def payload(session) -> dict:
    """Joints of every frame; errors by frame and joint, by joint, and their mean, in mm with alignment."""
    bench = session.workbench
    errors = bench.errors_mm
    return {
        "joints": pack_joints(bench.decoding.joints),
        "errors": pack(errors, "u16", scale=ERROR_UNIT_MM),
        "joint_mm": [float(value) for value in errors.mean(axis=0)],
        "mean_mm": float(errors.mean()),
        "alignment": bench.alignment,
        "fps": bench.take.clip.fps,
    }


VIEW = View(
    "reconstruction", lambda session: (session.workbench.decoding, session.workbench.alignment), payload
)
