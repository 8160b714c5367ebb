"""B, the state that A is compared with: a pinned one, or the other treatment of the later layers."""

from app.views.patch import pose_patch
from app.views.view import View


def payload(session) -> dict:
    """B's errors, and its joints as a patch of the reconstruction; {"words": ""} where there is no B."""
    bench = session.workbench
    other = bench.compared
    if other is None:
        return {"words": ""}
    errors = bench.errors_of(other.decoding)
    return {
        "words": other.words,
        **pose_patch(bench.decoding, other.decoding),
        "joint_mm": [float(value) for value in errors.mean(axis=0)],
        "mean_mm": float(errors.mean()),
    }


def key(session):
    """B and the alignment of its errors."""
    bench = session.workbench
    moving = bench.version if bench.both else None
    return bench.pinned, moving, bench.layers if bench.both else None, bench.alignment, bench.take


VIEW = View("compared", key, payload)
