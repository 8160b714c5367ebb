"""The data set that the tokenizer is held against, and what else can be chosen."""

from app.lab import RECORDED, about_data, data_set, data_sets, job_state
from app.views.view import View


def payload(session) -> dict:
    """Choices, the chosen one, the state of its analysis, and how much was seen (None before)."""
    chosen = data_set(session)
    seen = session.jobs.result("data", about_data(session))
    return {
        "choices": [{"key": one.key, "title": one.title} for one in data_sets(session)],
        "key": chosen.key,
        "title": chosen.title,
        "analysed": None
        if seen is None
        else {"clips": seen.clips, "frames": seen.frames, "steps": seen.steps},
        "needs_analysis": chosen.key != RECORDED,
        "state": job_state(session, "data", about_data(session)),
    }


def key(session):
    """The choices, the choice, and how far its analysis is."""
    about = about_data(session)
    return tuple(data_sets(session)), about, job_state(session, "data", about)


VIEW = View("dataset", key, payload)
