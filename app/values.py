"""Values of commands, as JSON brings them, checked; and what names of files are made of."""

import re
from typing import Any

from app.errors import StudioError


def as_int(number: Any) -> int:
    """A whole number, however JSON wrote it.

    Raises
    ------
    StudioError
        If it is anything else.
    """
    if isinstance(number, bool) or not isinstance(number, int | float) or number % 1:
        raise StudioError(f"{number!r} is not a whole number.")
    return int(number)


def file_stem(title: str) -> str:
    """A clip's title as the beginning of a file's name: nothing that a file system could object to."""
    return re.sub(r"[^\w.-]+", "-", title).strip("-.").lower()[:80] or "clip"
