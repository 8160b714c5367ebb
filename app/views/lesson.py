"""The lesson that is open: question, things to do, and what settles it; nothing before its time."""

from dataclasses import asdict

from app.lessons import BY_KEY
from app.lessons.lesson import Lesson
from app.views.view import View


def payload(session) -> dict:
    """The lesson as far as the learner is; {"open": False} where none is.

    The steps come with the answer, the outcome when all steps are done.
    """
    visit = session.visit
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
    take = session.workbench.take
    if not take.has_joints:
        return {
            **about,
            "unfit": "Lessons measure a body's joints, which these features are not known to have. Choose a "
            "clip and a checkpoint of HumanML3D features at the top of the page.",
        }
    layers = take.num_layers
    if layers < lesson.layers_needed:
        return {
            **about,
            "unfit": f"This lesson needs a checkpoint with {lesson.layers_needed} layers or more; this one "
            f"has {layers}. Choose another at the top of the page.",
        }
    return {**about, "unfit": "", **_progress(session, lesson)}


def _progress(session, lesson: Lesson) -> dict:
    visit = session.visit
    question = lesson.question(session) if lesson.question else None
    answer = visit.answer
    if question is not None and answer is not None and not question.takes(answer):
        answer = None  # the answer was about another clip
    is_committed = question is None or answer is not None
    steps = lesson.steps(session) if is_committed else ()
    is_done = is_committed and all(step.done for step in steps)
    return {
        "question": asdict(question) if question else None,
        "answer": answer,
        "said": question.words(answer) if question and answer is not None else "",
        "picture": lesson.picture(session) if lesson.picture else None,
        "steps": [asdict(step) for step in steps],
        "outcome": asdict(lesson.outcome(session)) if is_done else None,
    }


def key(session):
    """The learner's progress, and what the lesson looks at."""
    visit = session.visit
    if visit is None:
        return None
    bench = session.workbench
    panels = tuple(sorted(session.open_panels))
    return visit, bench.decoding, bench.take, session.cell, panels, session.lab, _finished(session)


def _finished(session) -> tuple:
    return tuple((name, state) for name, state, *_ in session.jobs.states())


VIEW = View("lesson", key, payload)
