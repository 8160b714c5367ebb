"""Who the doctor can examine on this page, and what was said of whom."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from app.take import StudioError
from rvqvae import Checkpoint

if TYPE_CHECKING:
    from app.jobs import Job
    from rvqvae.doctor import Report

JOB = "doctor"


@dataclass(frozen=True)
class Patient:
    """A checkpoint, or files that could not be loaded as one.

    Attributes
    ----------
    source : what it is loaded from
    load : gives the loaded checkpoint; None where the files were refused
    reports : where what is said of it is kept
    """

    key: str
    title: str
    own: bool
    source: str | Path
    load: Callable[[], Checkpoint] | None
    reports: dict[str, "Report"]

    def examine(self, job: "Job") -> "Report":
        """The doctor's report, made once."""
        # Imported here, since the page opens without it and it takes long.
        from rvqvae.doctor import examine, file_size

        if self.load is None:
            report = examine(self.source, progress=job.progress)
        else:
            size = file_size(Path(self.source))
            report = examine(self.load(), size=size, progress=job.progress)
        self.reports[self.key] = report
        return report


@dataclass
class Clinic:
    """A visitor's choice, and the reports on the visitor's own checkpoints.

    Attributes
    ----------
    chosen : key of the patient; None follows the workbench
    """

    chosen: str | None = None
    reports: dict[str, "Report"] = field(default_factory=dict)


def patients(session) -> dict[str, Patient]:
    """All that can be examined, by key: the library's, the visitor's, and the latest files refused."""
    library, clinic, shelf = session.library, session.clinic, session.shelf
    found = [
        Patient(entry.key, entry.title, False, entry.folder, _loader(library, entry.key), library.reports)
        for entry in library.checkpoints.values()
    ]
    for own in [*shelf.kept.values(), *([shelf.refused] if shelf.refused else [])]:
        load = None if own.checkpoint is None else _loader(shelf, own.key)
        found.append(Patient(own.key, own.title, True, own.source, load, clinic.reports))
    return {patient.key: patient for patient in found}


def patient_of(session) -> Patient:
    """The one chosen, or the workbench's checkpoint."""
    found = patients(session)
    return found.get(session.clinic.chosen) or found[session.workbench.take.checkpoint_key]


def choose_patient(session, key: str) -> None:
    """Look at another patient; the workbench's own is followed when it changes."""
    if key not in patients(session):
        raise StudioError("That checkpoint is not open here any more; choose another.")
    session.clinic.chosen = None if key == session.workbench.take.checkpoint_key else key


def _loader(shelf, key: str) -> Callable[[], Checkpoint]:
    return lambda: shelf.loaded(key)
