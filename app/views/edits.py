"""The edits in words, and what can be undone and redone."""

from app.views.view import View


def payload(session) -> dict:
    """Words of every edit, oldest first, with the treatment of the later layers."""
    bench = session.workbench
    return {
        "edits": [{"words": edit.words(bench.take), "repair": edit.repair} for edit in bench.version.edits],
        "can_undo": bool(bench.past),
        "can_redo": bool(bench.future),
        "both": bench.both,
    }


VIEW = View(
    "edits",
    lambda session: (session.workbench.version, session.workbench.both, session.workbench.take),
    payload,
)
