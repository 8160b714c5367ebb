"""The state of the work in a few words: enough for another server to take it up."""

from app.shared_state import state_of
from app.sharing import to_file
from app.views.view import View


def payload(session) -> dict:
    """The state that the page sends back should the server forget it."""
    bench, visit = session.workbench, session.visit
    lesson = [] if visit is None else [{"name": "open_lesson", "lesson": visit.lesson}]
    if visit is not None and visit.answer is not None:
        lesson.append({"name": "answer_lesson", "answer": visit.answer})
    return {
        "clip": bench.take.clip.key,
        "checkpoint": bench.take.checkpoint_key,
        "resume": {
            "state": to_file(state_of(bench)),
            "panels": sorted(session.open_panels),
            "then": lesson,
        },
    }


def key(session):
    """The work, what is open, and how far the lesson is."""
    visit = session.visit
    lesson = visit and (visit.lesson, visit.answer)
    return session.workbench, tuple(sorted(session.open_panels)), lesson


VIEW = View("session", key, payload)
