"""How far long work is."""

from app.views.view import View


def payload(session) -> dict:
    """For each job its state, the share done (0 to 1), what it is doing or why it failed, and its order."""
    keys = ("state", "share", "words", "order")
    return {
        "jobs": {name: dict(zip(keys, job, strict=True)) for name, *job in session.jobs.states()},
    }


VIEW = View("jobs", lambda session: session.jobs.states(), payload)
