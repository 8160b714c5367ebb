"""What a file that cannot be used raises, and how values of strangers are echoed."""

import reprlib
from pathlib import Path

import numpy as np


class FileError(ValueError):
    """A file that cannot be used: where it is and, apart from that, why.

    Attributes
    ----------
    path : the file or folder; a text for what is no path here, such as the id of a checkpoint on the Hub
    reason : what was found and what was expected; it names no place on this machine
    """

    def __init__(self, path: str | Path, reason: str):
        super().__init__(path, reason)  # both, so that it can be sent to another process
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"

    def named(self, name: str | None = None) -> str:
        """The message with a name in place of the path; with the path's own last part when None."""
        return f"{Path(self.path).name if name is None else name}: {self.reason}"


def shown(value: object) -> str:
    """A value as a message echoes it: at most 120 characters, in bounded time whatever it holds."""
    text = _SHORT.repr(value)
    return text if len(text) <= _MOST else f"{text[: _MOST - 3]}..."


_MOST = 120


class _Short(reprlib.Repr):
    """`reprlib` that never asks an object of another type to show itself: a nested one can take for ever."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel, self.maxstring = 3, 80
        self.maxtuple = self.maxlist = self.maxdict = 4

    def repr_int(self, x: int, level: int) -> str:
        return super().repr_int(x, level) if x.bit_length() < 4096 else f"<{x.bit_length()} bits>"

    def repr_set(self, x: set[object], level: int) -> str:
        return f"<set of {len(x)}>"

    def repr_frozenset(self, x: frozenset[object], level: int) -> str:
        return f"<frozenset of {len(x)}>"

    def repr_dict(self, x: dict[object, object], level: int) -> str:
        return super().repr_dict(x, level) if len(x) <= 64 else f"<dict of {len(x)}>"

    def repr_instance(self, x: object, level: int) -> str:
        if isinstance(x, np.generic) and x.nbytes <= 16:
            return str(x)
        if x is None or isinstance(x, bool | float | complex | Path):
            return repr(x)
        if isinstance(x, bytes | bytearray):
            return f"<{len(x)} bytes>"
        return f"<{type(x).__name__[:40]}>"


_SHORT = _Short()
