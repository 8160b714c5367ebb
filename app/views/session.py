"""The state of the work in a few words: enough for another server to take it up."""

from app.sharing import state_of, to_file
from app.views.view import View


def payload(session) -> dict:
    """The state that the page sends back should the server forget it."""
    bench = session.workbench
    return {
        "clip": bench.take.clip.key,
        "checkpoint": bench.take.checkpoint_key,
        "resume": {
            "state": to_file(state_of(bench)),
            "panels": sorted(session.open_panels),
        },
    }


VIEW = View("session", lambda session: (session.workbench, tuple(sorted(session.open_panels))), payload)
