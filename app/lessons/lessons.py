"""The lessons in their order, the one that is open as far as its learner is, and the way through it."""

from collections.abc import Hashable
from dataclasses import asdict
from typing import Any, cast

from app.command import after_every_command, command
from app.errors import StudioError
from app.lab.relabel import Relabelling
from app.lessons import (
    challenge,
    lesson1_snap,
    lesson2_left,
    lesson3_sum,
    lesson4_order,
    lesson5_names,
    lesson6_leak,
    lesson7_bits,
    lesson8_loaded,
)
from app.lessons.fitting import unfit, unfit_payload
from app.lessons.glossary import GLOSSARY
from app.lessons.lesson import Lesson
from app.lessons.visit import Learner, Visit, visit_of
from app.payloads.lessons import LessonPayload, LessonsPayload
from app.view import View
from app.visitor import Visitor

LESSONS: tuple[Lesson, ...] = (
    lesson1_snap.LESSON,
    lesson2_left.LESSON,
    lesson3_sum.LESSON,
    lesson4_order.LESSON,
    lesson5_names.LESSON,
    lesson6_leak.LESSON,
    lesson7_bits.LESSON,
    lesson8_loaded.LESSON,
    challenge.LESSON,
)
BY_KEY: dict[str, Lesson] = {lesson.key: lesson for lesson in LESSONS}


@command
def open_lesson(visitor: Visitor, lesson: str) -> None:
    """Begin a lesson."""
    if lesson not in BY_KEY:
        raise StudioError(f"There is no lesson {lesson!r}; choose one of {', '.join(BY_KEY)}.")
    close_lesson(visitor)
    visitor.room(Learner).visit = Visit(lesson)


@command
def close_lesson(visitor: Visitor) -> None:
    """Leave the lesson; what it changed in the studio is put back, the visitor's own edits stay."""
    if visitor.room(Learner).visit is None:
        return
    leave = BY_KEY[visit_of(visitor).lesson].leave
    visitor.room(Learner).visit = None
    if leave:
        leave(visitor)


@command
def answer_lesson(visitor: Visitor, answer: str) -> None:
    """Commit to an answer."""
    lesson = _open(visitor)
    question = lesson.question(visitor) if lesson.question else None
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
    before = lesson.note(visitor) if lesson.note else None
    visitor.room(Learner).visit = visit_of(visitor).answered(answer, before)


@command
def do_in_lesson(visitor: Visitor, move: str, value: Any = None) -> None:
    """Make one of the lesson's own moves."""
    lesson = _open(visitor)
    if move not in lesson.moves:
        raise StudioError(f"{lesson.title} has no move {move!r}.")
    lesson.moves[move](visitor, value)
    visitor.room(Learner).visit = visit_of(visitor).moved(move, value)


@after_every_command
def note_progress(visitor: Visitor) -> None:
    """What the studio shows now counts for the lesson that is open."""
    learner = visitor.room(Learner)
    if learner.visit is not None:
        learner.visit = learner.visit.after(visitor.workbench, visitor.cell)


def _open(visitor: Visitor) -> Lesson:
    visit = visit_of(visitor)
    encoded = visitor.workbench.encoded
    encoded.need_joints("A lesson measures")
    lesson = BY_KEY[visit.lesson]
    lacks = lesson.lacks(encoded) if lesson.lacks else ""
    if lacks:
        raise StudioError(f"{lacks} Choose another clip or checkpoint.")
    return lesson


def listed() -> LessonsPayload:
    """The list of lessons and the glossary; the same for everyone."""
    return {
        "list": [
            {"key": one.key, "number": one.number, "title": one.title, "minutes": one.minutes}
            for one in LESSONS
        ],
        "glossary": [
            {"term": term, "symbol": symbol, "meaning": meaning} for term, symbol, meaning in GLOSSARY
        ],
    }


def lessons_payload(visitor: Visitor) -> LessonsPayload:
    """What is listed, whoever asks."""
    return listed()


def lesson_payload(visitor: Visitor) -> LessonPayload:
    """The lesson as far as the learner is; {"open": False} where none is.

    The steps come with the answer, the outcome when all steps are done.
    """
    visit = visitor.room(Learner).visit
    if visit is None:
        return {"open": False}
    lesson = BY_KEY[visit.lesson]
    about = {
        "open": True,
        "key": lesson.key,
        "number": lesson.number,
        "title": lesson.title,
        "why": lesson.why,
        "shows": list(lesson.shows),
        "sources": [asdict(source) for source in lesson.sources],
    }
    found = unfit(visitor, lesson)
    progress = _progress(visitor, visit, lesson) if found is None else {}
    return cast(LessonPayload, {**about, **unfit_payload(visitor, found), **progress})


def _progress(visitor: Visitor, visit: Visit, lesson: Lesson) -> dict[str, Any]:
    question = lesson.question(visitor) if lesson.question else None
    answer = visit.answer
    if question is not None and answer is not None and not question.takes(answer):
        answer = None  # the answer was about another clip
    is_committed = question is None or answer is not None
    steps = lesson.steps(visitor) if is_committed else ()
    is_done = is_committed and all(step.done for step in steps)
    return {
        "question": asdict(question) if question else None,
        "answer": answer,
        "said": question.words(answer) if question and answer is not None else "",
        "picture": lesson.picture(visitor) if lesson.picture else None,
        "steps": [asdict(step) for step in steps],
        "outcome": asdict(lesson.outcome(visitor)) if is_done else None,
    }


def lesson_key(visitor: Visitor) -> Hashable:
    """The learner's progress, and what the lesson looks at."""
    visit = visitor.room(Learner).visit
    if visit is None:
        return None
    bench = visitor.workbench
    panels = tuple(sorted(visitor.open_panels))
    return (
        visit,
        bench.decoding,
        bench.encoded,
        visitor.cell,
        panels,
        visitor.room(Relabelling),
        _finished(visitor),
        visitor.catalog.entry(bench.encoded.checkpoint_key).report is not None,
    )


def _finished(visitor: Visitor) -> tuple[Any, ...]:
    return tuple((name, state) for name, state, *_ in visitor.jobs.states())


VIEWS = (
    View("lessons", lambda visitor: None, lessons_payload),
    View("lesson", lesson_key, lesson_payload),
)
