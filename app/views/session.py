"""The state of the work in a few words: enough for another server to take it up."""

from app.views.view import View


def payload(session) -> dict:
    """The state that the page sends back should the server forget it."""
    bench = session.workbench
    return {
        "resume": {
            "clip": bench.take.clip.key,
            "checkpoint": bench.take.checkpoint_key,
            "layers": list(bench.layers),
            "alignment": bench.alignment,
        }
    }


VIEW = View("session", lambda session: session.workbench, payload)
