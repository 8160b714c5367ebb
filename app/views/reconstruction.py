"""The decoded motion and how far it is from the original."""

from app.views.bodies import drawn
from app.views.view import View


def payload(session) -> dict:
    """What the page does not have of the motion and its errors, and the mean error of the whole clip."""
    bench = session.workbench
    return {
        **drawn(bench.take).reconstruction(bench, session.page_has or (None, None)),
        "mean_error": float(bench.errors.mean()),
        "unit": bench.unit,
        "alignment": bench.alignment,
        "fps": bench.take.clip.fps,
    }


VIEW = View(
    "reconstruction", lambda session: (session.workbench.decoding, session.workbench.alignment), payload
)
