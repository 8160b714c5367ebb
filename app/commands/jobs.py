"""Watching and stopping long work."""


def look(session) -> None:
    """Change nothing; the answer brings what long work has done since."""


def cancel(session, job: str) -> None:
    """Stop long work; what it has done so far is dropped."""
    session.jobs.cancel(str(job))


COMMANDS = (look, cancel)
