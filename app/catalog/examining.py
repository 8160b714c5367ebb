"""What the doctor says of a checkpoint, found out in a process of its own: others' edits go first."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from app.catalog import devices
from app.catalog.entry import CheckpointEntry
from app.errors import StudioError
from app.parsing import checkpoints as parsing
from rvqvae.checkpoints.saving import save_copy

if TYPE_CHECKING:  # the doctor's own imports take long, and the page opens without them
    from rvqvae.doctor import Report


def report_on(entry: CheckpointEntry, progress: Callable[..., None]) -> "Report":
    """The doctor's report on a checkpoint, or on files that could not be loaded as one.

    Parameters
    ----------
    progress : called from time to time with the share done and words; what it raises ends the examination

    Raises
    ------
    StudioError
        If it takes more time or memory than a checkpoint is given.
    """
    from rvqvae.doctor.report import report_of

    with TemporaryDirectory(prefix="doctor-") as folder:
        source, strides = Path(entry.source), None
        if entry.altered:
            source, strides = Path(folder) / "altered", _strides(entry)
            save_copy(source, entry.load())
        out = Path(folder) / "repaired"
        values, repaired = parsing.examine(source, out, strides, progress=progress)
        try:
            return report_of(values, devices.load(out) if repaired else None)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise StudioError("What the doctor says of these files cannot be read.") from None


def _strides(entry: CheckpointEntry) -> tuple[int, ...] | None:
    """Strides of the encoder, which are in no file."""
    return getattr(entry.load().model.encoder, "strides", None)
