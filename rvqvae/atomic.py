"""Writing a file, or a folder, in one stroke."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path


def in_one_stroke(path: str | Path, write: Callable[[Path], object]) -> None:
    """Have a file, or a folder, written beside its place and then moved there.

    Whoever reads `path` sees what was there before, or the new one, whole. If writing fails no part of it is
    left; what a killed writer left is removed by the next.
    """
    path = Path(path)
    temporary = path.with_name(f"{path.stem}.part{path.suffix}")
    _remove(temporary)
    try:
        write(temporary)
        os.replace(temporary, path)
    finally:
        _remove(temporary)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
