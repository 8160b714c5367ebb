"""Bodies of requests, looked over before anything parses them."""

import json
import re
from pathlib import Path
from typing import Any

from app import limits
from app.errors import StudioError

# A path as long as this takes seconds to follow.
_LONG_PATH = re.compile(rb'"path"\s*:\s*"[^"]{%d}' % limits.PATH_CHARACTERS)


class ForeignFileError(StudioError):
    """A file that nobody sent."""


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


def check_files(body: bytes, uploads: Path) -> None:
    """Refuse a call that names a file as Gradio does, anywhere but among uploads.

    Gradio fetches such a file where it names an address, and reads it from this machine where an agent does.

    Raises
    ------
    ForeignFileError
        If there is one, or this cannot be told.
    """
    # A letter may be written by its number too, and a text in two bytes a letter.
    if not any(sign in body for sign in (b"meta", b"\\", b"\0")):
        return
    try:
        waiting: list[Any] = [json.loads(body)]
    except (ValueError, RecursionError):  # what another reader might still take for a call
        raise ForeignFileError("A call is JSON, its numbers of up to 4,300 digits.") from None
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            waiting += value.values()
            if _is_file(value) and not _is_upload(value.get("path"), uploads):
                raise ForeignFileError(
                    "A file is sent first, by POST to gradio_api/upload, and named by what that answers; no "
                    "other path and no address is read."
                )


def _is_file(value: dict[str, Any]) -> bool:
    meta = value.get("meta")
    return isinstance(meta, dict) and "_type" in meta


def _is_upload(path: Any, uploads: Path) -> bool:
    try:
        return isinstance(path, str) and Path(path).resolve().is_relative_to(uploads.resolve())
    except (OSError, ValueError):  # what no path may hold
        return False
