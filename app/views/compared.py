"""B, the state that A is compared with: a pinned one, or the other treatment of the later layers."""

from app.views.bodies import drawn
from app.views.view import View


def payload(session) -> dict:
    """B's errors, and its motion as a patch of the reconstruction; {"words": ""} where there is no B."""
    bench = session.workbench
    other = bench.compared
    if other is None:
        return {"words": ""}
    return {
        "words": other.words,
        **drawn(bench.take).compared(bench, other.decoding),
        "mean_error": float(bench.errors_of(other.decoding).mean()),
    }


def key(session):
    """B and the alignment of its errors."""
    bench = session.workbench
    moving = bench.version if bench.both else None
    return bench.pinned, moving, bench.layers if bench.both else None, bench.alignment, bench.take


VIEW = View("compared", key, payload)
