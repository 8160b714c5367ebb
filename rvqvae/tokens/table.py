"""Tokens of many clips."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from rvqvae.errors import FileError

MAX_BYTES = 64 << 20
MAX_ROWS = 100_000
MAX_CODE = 2**31 - 1


class TokenFileError(FileError):
    """A token file that cannot be used; the reason names the row and the column."""


@dataclass(frozen=True)
class TokenRow:
    """One clip's tokens.

    Attributes
    ----------
    id : str
    tokens : (Q, n) int64 array, -1 where a token was dropped
    frames : int or None, frames of the clip they were made from
    extra : dict, the other columns of its row
    """

    id: str
    tokens: np.ndarray
    frames: int | None = None
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TokenTable:
    """Tokens of many clips.

    Attributes
    ----------
    rows : sequence of TokenRow, which may read each one from disk when it is asked for
    checkpoint, fingerprint : str or None, the name and `Checkpoint.fingerprint` of what made them
    """

    rows: Sequence[TokenRow]
    checkpoint: str | None = None
    fingerprint: str | None = None

    def other_checkpoint(self, name: str, fingerprint: str) -> str | None:
        """A sentence of warning if these tokens were made by another checkpoint than this one."""
        if self.fingerprint is None or self.fingerprint == fingerprint:
            return None
        return (
            f"these tokens were made by {self.checkpoint} ({self.fingerprint}); decoded by {name} "
            f"({fingerprint}) they mean another motion"
        )


def check_size(path: Path) -> None:
    """Refuse a file that is missing or too large to be read."""
    if not path.is_file():
        raise TokenFileError(path, "no such file")
    if path.stat().st_size > MAX_BYTES:
        raise TokenFileError(path, f"{path.stat().st_size} bytes; at most {MAX_BYTES} are read")


def check_rows(path: Path, count: int) -> None:
    """Refuse a table of more rows than are read."""
    if count > MAX_ROWS:
        raise TokenFileError(path, f"holds more than {MAX_ROWS} rows; split it into smaller tables")
