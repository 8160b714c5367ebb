"""Refusals that cross from one process to another: their kind by name, and their sentence."""

from typing import Any

from app.errors import StudioError
from rvqvae.checkpoints.errors import CheckpointError
from rvqvae.errors import FileError
from rvqvae.motion.errors import MotionFileError, NoBodyError, UnknownJointsError
from rvqvae.motion.mapping import MappingError
from rvqvae.tokens import TokenFileError

LONGEST = 2_000
_FILES: dict[str, type[FileError]] = {
    kind.__name__: kind
    for kind in (CheckpointError, MotionFileError, NoBodyError, UnknownJointsError, TokenFileError)
}
UNREADABLE = "The reader of files stumbled over this one, so it cannot be opened here."


def described(error: Exception) -> dict[str, str]:
    """An error as values; of one that no reader means to raise nothing is told."""
    kind = type(error).__name__
    if isinstance(error, FileError) and kind in _FILES:
        return {"error": kind, "path": str(error.path)[:LONGEST], "reason": error.reason[:LONGEST]}
    if isinstance(error, StudioError | MappingError):
        return {"error": kind, "reason": str(error)[:LONGEST]}
    return {"error": "", "reason": UNREADABLE}


def raised(answer: Any) -> ValueError:
    """The error of such values."""
    values = answer if isinstance(answer, dict) else {}
    kind, path, reason = (str(values.get(key, ""))[:LONGEST] for key in ("error", "path", "reason"))
    if kind in _FILES:
        return _FILES[kind](path, reason)
    if kind == MappingError.__name__:
        return MappingError(reason)
    return StudioError(reason or UNREADABLE)
