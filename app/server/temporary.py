"""Everything temporary of this process in one folder: uploads, films, checkpoints.

It goes with the process; what a killed one left is deleted by the next.
"""

import atexit
import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from app import limits

PREFIX = "rvq-studio-"


def begin() -> Path:
    """Make the folder, have everything temporary made in it, and delete those of servers that are gone."""
    root = Path(os.environ.get("STUDIO_TEMPORARY") or tempfile.gettempdir())
    root.mkdir(parents=True, exist_ok=True)
    for left in root.glob(f"{PREFIX}*"):
        number = left.name.removeprefix(PREFIX).partition("-")[0]
        # In a container the next server may well have the number of the one before.
        if number.isdigit() and (int(number) == os.getpid() or not _runs(int(number))):
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=root))
    tempfile.tempdir = str(folder)
    os.environ["GRADIO_TEMP_DIR"] = str(folder / "uploads")
    os.environ["TMPDIR"] = str(folder)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def sweep(folder: Path) -> None:
    """Delete files of a folder that are older than anybody needs them, and the folders that this empties."""
    oldest = time.time() - 3600 * limits.TEMPORARY_HOURS
    for at, folders, names in os.walk(folder, topdown=False):
        for name in names:
            file = Path(at) / name
            with suppress(OSError):
                if file.stat().st_mtime < oldest:
                    file.unlink()
        for name in folders:
            with suppress(OSError):
                if (Path(at) / name).stat().st_mtime < oldest:
                    (Path(at) / name).rmdir()


def has_room(more: int = 0) -> bool:
    """Whether so many bytes more leave as much of the disk free as shall stay free."""
    free = shutil.disk_usage(tempfile.gettempdir()).free
    return free - more > limits.FREE_DISK_MB * limits.MB


def _runs(process: int) -> bool:
    if os.name == "nt":  # where asking would end it
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True
