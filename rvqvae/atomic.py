"""Writing a file, or a folder, in one stroke."""

import ctypes
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

_AT_CWD, _RENAME_EXCHANGE = -100, 2  # of <fcntl.h> and <stdio.h>


def in_one_stroke(path: str | Path, write: Callable[[Path], object]) -> None:
    """Have a file, or a folder, written beside its place and then moved there.

    Whoever reads `path` sees what was there before, or the new one, whole. If writing fails no part of it is
    left; what a killed writer left is removed by the next. Where a system cannot exchange two folders, a kill
    just between two renames leaves none; see `put_back`.
    """
    path = Path(path)
    temporary = path.with_name(f"{path.stem}.part{path.suffix}")
    put_back(path)
    _remove(temporary)
    try:
        write(temporary)
        _move(temporary, path)
    finally:
        _remove(temporary)


def put_back(path: str | Path) -> None:
    """Have a folder at its place again, where its writer was killed between two renames."""
    path = Path(path)
    before = _before(path)
    if not before.is_dir():
        return
    if path.exists():
        _remove(before)
    else:
        os.replace(before, path)


def _before(path: Path) -> Path:
    return path.with_name(f"{path.stem}.part-before{path.suffix}")


def _move(new: Path, path: Path) -> None:
    if not path.is_dir():
        os.replace(new, path)
    elif not _exchanged(new, path):
        os.replace(path, _before(path))
        os.replace(new, path)
        _remove(_before(path))


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False where the system or the file system has none for that."""
    exchange = getattr(ctypes.CDLL(None), "renameat2", None) if sys.platform == "linux" else None
    if exchange is None:
        return False
    done: int = exchange(_AT_CWD, os.fsencode(one), _AT_CWD, os.fsencode(other), _RENAME_EXCHANGE)
    return done == 0


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
