"""Going through a lesson."""

from app.lessons import BY_KEY
from app.lessons.visit import Visit
from app.take import StudioError


def open_lesson(session, lesson: str) -> None:
    """Begin a lesson."""
    if lesson not in BY_KEY:
        raise StudioError(f"There is no lesson {lesson!r}; choose one of {', '.join(BY_KEY)}.")
    close_lesson(session)
    session.visit = Visit(lesson)


def close_lesson(session) -> None:
    """Leave the lesson; what it changed in the studio is put back, the visitor's own edits stay."""
    if session.visit is None:
        return
    leave = BY_KEY[session.visit.lesson].leave
    session.visit = None
    if leave:
        leave(session)


def answer_lesson(session, answer: str) -> None:
    """Commit to an answer."""
    lesson = _open(session)
    question = lesson.question(session) if lesson.question else None
    if question is None:
        raise StudioError(f"{lesson.title} asks no question.")
    answer = str(answer).strip()
    if not question.takes(answer):
        expected = (
            f"choose one of: {'; '.join(option.label for option in question.options)}."
            if question.options
            else f"type a whole number of {question.unit}."
        )
        raise StudioError(f"{answer!r} is no answer to this question; {expected}")
    session.visit = session.visit.answered(answer)


def do_in_lesson(session, move: str, value=None) -> None:
    """Make one of the lesson's own moves."""
    lesson = _open(session)
    if move not in lesson.moves:
        raise StudioError(f"{lesson.title} has no move {move!r}.")
    lesson.moves[move](session, value)
    session.visit = session.visit.moved(move, value)


def _open(session):
    if session.visit is None:
        raise StudioError("No lesson is open; choose one under Lessons.")
    session.workbench.take.need_joints("A lesson measures")
    return BY_KEY[session.visit.lesson]


COMMANDS = (open_lesson, close_lesson, answer_lesson, do_in_lesson)
