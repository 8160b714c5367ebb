"""What the studio refuses."""

from pathlib import Path

from rvqvae.errors import FileError


class StudioError(ValueError):
    """Something a visitor asked for cannot be done; the message is a sentence for the page."""


class UnreadableError(StudioError):
    """A command whose values cannot be read; the cause says why."""


def in_the_files_name(error: Exception, file: str | Path, name: str) -> str:
    """An error about a file as a sentence that calls it by its own name, not by its place on the server.

    Parameters
    ----------
    file : its place
    name : as its owner knows it; a file beside it keeps the last part of its own
    """
    if not isinstance(error, FileError):
        return f"{error}."
    if not name:
        return f"{error.reason}."
    return f"{error.named(name if Path(error.path) == Path(file) else None)}."
