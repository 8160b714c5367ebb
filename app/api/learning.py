"""Lessons, done as on the page: a question, things to do, and the numbers that settle it."""

from typing import Any

import gradio as gr

from app.api.arguments import Caller
from app.api.endpoint import endpoint
from app.api.work import plain
from app.errors import StudioError, UnreadableError
from app.lessons.lessons import lesson_payload, listed
from app.visitor import Visitor

MOST_COMMANDS = 100
ALLOWED = (
    "set_layers",
    "set_alignment",
    "inspect_cell",
    "show_panel",
    "set_code",
    "drop",
    "restore",
    "undo",
    "redo",
    "reset",
    "score_subsets",
    "analyse_clip",
    "renumber",
    "do_in_lesson",
)


@endpoint
def list_lessons(request: gr.Request) -> dict:
    """Keys and titles of the lessons, and the words that they use."""
    return plain(listed())


@endpoint(long=True)
def lesson(
    request: gr.Request,
    lesson: str,
    answer: str | None = None,
    doing: list | None = None,
    clip: str | dict = "",
    checkpoint: str = "",
) -> dict:
    """A lesson on a clip: its question; once answered, its steps with what is done; once all are, its
    outcome with tables and formulas.

    Parameters
    ----------
    lesson : its key, of list_lessons
    answer : to its question, the number of a choice from 0 as a text; null to be asked
    doing : what a learner would do on the page, in order: {"name": "set_layers", "layers": [true, …]},
        {"name": "inspect_cell", "layer": 0, "step": 7}, {"name": "do_in_lesson", "move": …, "value": …} and
        so on; nothing if null
    """
    caller = Caller.of(request)
    visitor = caller.visitor(clip, checkpoint)
    _do(visitor, "open_lesson", lesson=str(lesson))
    if answer is not None:
        _do(visitor, "answer_lesson", answer=str(answer))
    if doing is not None and len(doing) > MOST_COMMANDS:
        raise StudioError(f"{len(doing)} things to do are too many; at most {MOST_COMMANDS} are done.")
    for command in doing or ():
        if not isinstance(command, dict):
            raise StudioError(f"{str(command)[:40]!r} is nothing to do; expected an object with a name.")
        values = dict(command)
        name = values.pop("name", None)
        if name not in ALLOWED:
            raise StudioError(f"There is nothing named {name!r} to do; choose from {', '.join(ALLOWED)}.")
        _do(visitor, name, **values)
    return plain(lesson_payload(visitor))


def _do(visitor: Visitor, name: str, **values: Any) -> None:
    try:
        visitor.apply({"name": name, **values})
    except UnreadableError as error:
        raise StudioError(f"The arguments cannot be read ({error.__cause__}).") from error
    for job, *_ in visitor.jobs.states():
        visitor.jobs.wait(job)
