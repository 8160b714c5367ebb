"""Lessons, done as on the page: a question, things to do, and the numbers that settle it."""

from typing import ClassVar

from app.commands import COMMANDS
from app.endpoints.arguments import Endpoints
from app.endpoints.work import plain
from app.take import StudioError
from app.views import lesson as lesson_view
from app.views import lessons as lessons_view

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


class Learning(Endpoints):
    """Endpoints about lessons."""

    NAMES: ClassVar = ("list_lessons", "lesson")
    LONG: ClassVar = ("lesson",)

    def list_lessons(self) -> dict:
        """Keys and titles of the lessons, and the words that they use."""
        return plain(lessons_view.payload(None))

    def lesson(
        self,
        lesson: str,
        answer: str | None = None,
        doing: list | None = None,
        clip: str | dict = "",
        checkpoint: str = "",
    ) -> dict:
        """A lesson on a clip: its question; once answered, its steps with what is done; once all are, its
        outcome with tables and formulas.

        doing holds what a learner would do on the page, in order: {"name": "set_layers", "layers": [true,
        …]}, {"name": "inspect_cell", "layer": 0, "step": 7}, {"name": "do_in_lesson", "move": …, "value": …}
        and so on.
        """
        session = self.session(clip, checkpoint)
        _do(session, "open_lesson", lesson=str(lesson))
        if answer is not None:
            _do(session, "answer_lesson", answer=str(answer))
        if len(doing or ()) > MOST_COMMANDS:
            raise StudioError(f"{len(doing)} things to do are too many; at most {MOST_COMMANDS} are done.")
        for command in doing or ():
            if not isinstance(command, dict):
                raise StudioError(f"{str(command)[:40]!r} is nothing to do; expected an object with a name.")
            values = dict(command)
            name = values.pop("name", None)
            if name not in ALLOWED:
                raise StudioError(f"There is nothing named {name!r} to do; choose from {', '.join(ALLOWED)}.")
            _do(session, name, **values)
        return plain(lesson_view.payload(session))


def _do(session, name: str, **values) -> None:
    COMMANDS[name](session, **values)
    session.visit = session.visit.after(session.workbench, session.cell)
    for job, *_ in session.jobs.states():
        session.jobs.wait(job)
