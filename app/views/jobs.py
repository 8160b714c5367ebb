"""How far long work is."""

from app.views.view import View


def payload(session) -> dict:
    """For each job its state, the share done (0 to 1) and what it is doing or why it failed."""
    return {
        "jobs": {
            name: {"state": state, "share": share, "words": words}
            for name, state, share, words in session.jobs.states()
        }
    }


VIEW = View("jobs", lambda session: session.jobs.states(), payload)
