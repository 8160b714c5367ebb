"""How the error falls with every layer that is kept."""

from app.views.view import View


def payload(session) -> dict:
    """Mean error after the first 1, 2, … Q layers of the unedited tokens."""
    bench = session.workbench
    return {
        "errors": bench.take.errors_by_layers[bench.alignment],
        "unit": bench.unit,
        "alignment": bench.alignment,
    }


VIEW = View("ladder", lambda session: (session.workbench.take, session.workbench.alignment), payload)
