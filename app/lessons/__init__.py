"""The lessons: every module `lesson<number>_<name>.py` here is one, and the challenge comes last."""

from importlib import import_module
from pathlib import Path

from app.lessons.lesson import Lesson


def _find() -> tuple[Lesson, ...]:
    names = [file.stem for file in Path(__file__).parent.glob("lesson[0-9]*_*.py")]
    lessons = [import_module(f"app.lessons.{name}").LESSON for name in names]
    challenge = import_module("app.lessons.challenge").LESSON
    return (*sorted(lessons, key=lambda lesson: lesson.number), challenge)


LESSONS: tuple[Lesson, ...] = _find()
BY_KEY: dict[str, Lesson] = {lesson.key: lesson for lesson in LESSONS}
