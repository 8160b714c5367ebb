"""How far long work is, watched and stopped."""

from app.command import command
from app.payloads.stage import JobsPayload
from app.view import View
from app.visitor import Visitor


@command(silent=True)
def look(visitor: Visitor) -> None:
    """Change nothing; the answer brings what long work has done since."""


@command
def cancel(visitor: Visitor, job: str) -> None:
    """Stop long work; what it has done so far is dropped."""
    visitor.jobs.cancel(str(job))


def payload(visitor: Visitor) -> JobsPayload:
    """For each job its state, the share done (0 to 1), what it is doing or why it failed, and its order."""
    return {
        "jobs": {
            name: {"state": state, "share": share, "words": words, "order": order}
            for name, state, share, words, order in visitor.jobs.states()
        }
    }


VIEWS = (View("jobs", lambda visitor: visitor.jobs.states(), payload),)
