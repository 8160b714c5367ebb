"""Strangers' checkpoints: read in a process of their own, and written in this project's own format there."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from app import limits
from app.errors import StudioError
from app.parsing import pool


def convert(source: str | Path, out: Path, *, hub: dict[str, Any] | None = None, most_bytes: int) -> None:
    """Write a checkpoint of any format into a folder, in this project's own.

    Parameters
    ----------
    source : file or folder; an id on the Hub where `hub` is given
    hub : see `tasks.checkpoint`
    most_bytes : of the largest file that is fetched or written

    Raises
    ------
    CheckpointError
        As `rvqvae.load_checkpoint`.
    StudioError
        If it takes too much to read.
    """
    pool.run(
        "checkpoint",
        {"source": str(source), "out": str(out), "hub": hub},
        seconds=limits.CHECKPOINT_SECONDS if hub is None else limits.HUB_SECONDS,
        megabytes=limits.CHECKPOINT_MB,
        written=most_bytes,
        in_background=hub is not None,
    )


def examine(
    source: str | Path, out: Path, strides: Sequence[int] | None = None, *, progress: Callable[..., None]
) -> tuple[dict[str, Any], bool]:
    """The doctor's report on a checkpoint or on files that do not load, as `Report.to_dict` gives it, and
    whether there is a repaired copy.

    Parameters
    ----------
    out : folder for that, in this project's own format
    strides : of the encoder, where the checkpoint has others than its files say
    progress : see `pool.run`
    """
    where = Path(source).absolute() if Path(source).exists() else source  # it runs in another folder
    found = pool.run(
        "doctor",
        {"source": str(where), "out": str(out), "strides": None if strides is None else list(strides)},
        seconds=limits.JOB_SECONDS,
        megabytes=limits.CHECKPOINT_MB,
        written=2 * limits.UPLOAD_MB * limits.MB,
        progress=progress,
        in_background=True,
    )
    try:
        report: dict[str, Any] = json.loads(found["report"])
    except ValueError:
        raise StudioError("What the doctor says of these files is too much to show.") from None
    return report, bool(found["repaired"])
