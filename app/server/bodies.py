"""Bodies of requests, looked over before anything parses them."""

import re

from app import limits
from app.errors import StudioError

# A path as long as this takes seconds to follow.
_LONG_PATH = re.compile(rb'"path"\s*:\s*"[^"]{%d}' % limits.PATH_CHARACTERS)


def check_values(body: bytes) -> None:
    """Refuse JSON of more values than anything here sends: they take fifty times their bytes.

    Raises
    ------
    StudioError
        If there are too many, or a path is too long to be one.
    """
    if sum(body.count(sign) for sign in (b",", b"[", b"{")) > limits.BODY_VALUES:
        raise StudioError(
            f"This holds more than {limits.BODY_VALUES:,} values, which is more than is read at once."
        )
    if _LONG_PATH.search(body):
        raise StudioError("That is no path of an uploaded file.")
