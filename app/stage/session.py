"""The state of the work in a few words: enough for another server to take it up."""

from collections.abc import Hashable
from typing import Any

from app.lessons.visit import Learner
from app.payloads.choosing import SessionPayload
from app.stage.own_files import Awaited
from app.view import Shown, View
from app.visitor import Visitor
from app.workbench import sharing
from app.workbench.shared_state import state_of


def payload(visitor: Visitor) -> SessionPayload:
    """The state that the page sends back should the server forget it."""
    return _payload(visitor, 0)


def patch(visitor: Visitor, shown: Shown) -> SessionPayload:
    """The same without the edits that the page has."""
    return _payload(visitor, visitor.workbench.version.shared_with(shown.version))


def _payload(visitor: Visitor, kept: int) -> SessionPayload:
    bench = visitor.workbench
    awaited = visitor.room(Awaited).for_bench(bench)
    value = sharing.to_value(awaited or state_of(bench), edits_from=0 if awaited else kept)
    edits = value.pop("edits")
    return {
        "clip": bench.encoded.clip.key,
        "checkpoint": bench.encoded.checkpoint_key,
        "resume": {
            "state": value,
            "kept": 0 if awaited else kept,
            "edits": edits,
            "panels": sorted(visitor.open_panels),
            "then": _lesson(visitor),
        },
    }


def _lesson(visitor: Visitor) -> list[dict[str, Any]]:
    visit = visitor.room(Learner).visit
    if visit is None:
        return []
    opened = [{"name": "open_lesson", "lesson": visit.lesson}]
    return opened + ([{"name": "answer_lesson", "answer": visit.answer}] if visit.answer is not None else [])


def key(visitor: Visitor) -> Hashable:
    """The work, what is open, and how far the lesson is."""
    visit = visitor.room(Learner).visit
    lesson = visit and (visit.lesson, visit.answer)
    return visitor.workbench, visitor.room(Awaited).state, tuple(sorted(visitor.open_panels)), lesson


VIEWS = (View("session", key, payload, patch=patch),)
