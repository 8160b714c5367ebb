"""What the doctor says of a checkpoint: what it is, what was found, and the verdict."""

import hashlib
from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, cast

from app.catalog.choosing import choose_checkpoint
from app.catalog.entry import CheckpointEntry
from app.catalog.examining import report_on
from app.catalog.keys import own_key
from app.catalog.own_checkpoints import key_of
from app.command import after_every_command, command
from app.errors import StudioError
from app.jobs import Job, Work
from app.lab.tab import HEALTH, Tab
from app.payloads.inspection import DoctorPayload, DoctorReport, VerdictPayload
from app.view import View
from app.visitor import Visitor
from app.workbench.encoded_clip import LAYOUT
from rvqvae.motion import FPS

if TYPE_CHECKING:  # the doctor takes long to import, and the page opens without it
    from rvqvae import Checkpoint
    from rvqvae.doctor import Report

LESSONS = own_key("lesson-")  # broken on purpose, for as long as a lesson lasts


@dataclass
class Diagnoses:
    """A visitor's choice.

    Attributes
    ----------
    chosen : key of the checkpoint that is shown; None follows the workbench
    begun : serials of the visitor's own checkpoints that were examined without being asked for
    """

    chosen: str | None = None
    begun: set[int] = field(default_factory=set)


def can_be_examined(visitor: Visitor) -> dict[str, CheckpointEntry]:
    """All that can be, by key: every checkpoint, and the latest files of the visitor's that were refused."""
    refused = visitor.catalog.own_checkpoints.refused
    return visitor.catalog.checkpoints() | ({refused.key: refused} if refused else {})


def shown(visitor: Visitor) -> CheckpointEntry:
    """The one chosen, or the workbench's checkpoint."""
    found = can_be_examined(visitor)
    return found.get(visitor.room(Diagnoses).chosen or "") or found[visitor.workbench.encoded.checkpoint_key]


def examination(entry: CheckpointEntry) -> Work["Report"]:
    """The doctor's examination of a checkpoint, or of files that could not be loaded as one."""

    def run(job: Job) -> "Report":
        entry.report = report_on(entry, job.progress)
        return entry.report

    return Work("doctor", entry.serial, run)  # what is opened again has no report yet


@command
def examine(visitor: Visitor) -> None:
    """Let the doctor examine the checkpoint that its tab shows; once is enough for each."""
    entry = shown(visitor)
    if entry.report is None:
        visitor.jobs.begin(examination(entry))


@command
def show_diagnosis(visitor: Visitor, checkpoint: str) -> None:
    """Show, and examine if need be, another checkpoint; the workbench's own is followed when it changes."""
    key = str(checkpoint)
    if key not in can_be_examined(visitor):
        raise StudioError("That checkpoint is not open here any more; choose another.")
    followed = key == visitor.workbench.encoded.checkpoint_key
    visitor.room(Diagnoses).chosen = None if followed else key
    examine(visitor)


@after_every_command
def examine_own(visitor: Visitor) -> None:
    """Begin to examine the checkpoint that the workbench shows where it is the visitor's own and new."""
    entry = visitor.catalog.checkpoints().get(visitor.workbench.encoded.checkpoint_key)
    begun = visitor.room(Diagnoses).begun
    if entry is None or not entry.own or entry.report is not None or entry.serial in begun:
        return
    if entry.key.startswith(LESSONS) or _is_busy(visitor):
        return  # it is begun after a later command
    begun.add(entry.serial)
    visitor.jobs.begin(examination(entry))


@command
def open_repaired(visitor: Visitor) -> str:
    """Keep the repaired copy of the checkpoint shown as one of the visitor's own, and work with it."""
    examined, repaired, words = repaired_of(visitor)
    title = f"{examined.title}, repaired"
    # A frame rate is in no fingerprint, so that the key takes the repair in.
    key = own_key(hashlib.sha256(f"{key_of(repaired)}{words}".encode()).hexdigest()[:12])
    width = repaired.config.input_dim
    entry = CheckpointEntry(key, title, examined.source, replace(repaired, name=title), width, altered=True)
    entry.files = examined.files
    visitor.own_checkpoints.keep(entry)
    visitor.room(Diagnoses).chosen = None
    return choose_checkpoint(visitor, key)


def repaired_of(visitor: Visitor) -> "tuple[CheckpointEntry, Checkpoint, str]":
    """What is shown, its repaired copy, and what was done.

    Raises
    ------
    StudioError
        If there is none.
    """
    examined = shown(visitor)
    report = examined.report
    if report is None or report.repaired is None or report.remedy is None:
        raise StudioError("The doctor knows no repair of this checkpoint that could be opened.")
    return examined, report.repaired, report.remedy.words


def _is_busy(visitor: Visitor) -> bool:
    return any(
        name == "doctor" and state in ("waiting", "running") for name, state, *_ in visitor.jobs.states()
    )


def verdict_payload(visitor: Visitor) -> VerdictPayload:
    """The verdict on the workbench's checkpoint: its status, and the first sentence."""
    entry = visitor.catalog.entry(visitor.workbench.encoded.checkpoint_key)
    report = entry.report
    words = "" if report is None else report.verdict.split(". ", 1)[0].rstrip(".") + "."
    return {
        "key": entry.key,
        "status": _status(entry),
        "words": words,
        "state": visitor.jobs.state_of(examination(entry)),
    }


def verdict_key(visitor: Visitor) -> Hashable:
    """Which checkpoint it is, whether there is a verdict, and how far the doctor is."""
    entry = visitor.catalog.entry(visitor.workbench.encoded.checkpoint_key)
    return entry.key, _status(entry), visitor.jobs.state_of(examination(entry))


def payload(visitor: Visitor) -> DoctorPayload:
    """What can be examined, what is shown, its report as `Report.to_dict` gives it (or None), and the job's
    state.

    Errors in the report are of bodies each in their own heading ("local"), at `fps`.
    """
    examined = shown(visitor)
    measured = getattr(examined.report, "measurements", {})
    return {
        "checkpoints": [
            {"key": one.key, "title": one.title, "own": one.own, "status": _status(one)}
            for one in can_be_examined(visitor).values()
        ],
        "shown": examined.key,
        "report": None if examined.report is None else cast(DoctorReport, examined.report.to_dict()),
        "state": visitor.jobs.state_of(examination(examined)),
        "layout": measured.get("layout", LAYOUT),
        "fps": measured.get("fps", FPS),
    }


def key(visitor: Visitor) -> Hashable:
    """What can be examined and is shown, and how far that is."""
    examined = shown(visitor)
    known = tuple((one.key, one.title, _status(one)) for one in can_be_examined(visitor).values())
    return examined.key, known, visitor.jobs.state_of(examination(examined))


def _status(examined: CheckpointEntry) -> Literal[0, 1, 2] | None:
    return None if examined.report is None else cast(Literal[0, 1, 2], examined.report.status)


TAB = Tab("doctor", "Doctor", HEALTH)
VIEWS = (
    View("doctor", key, payload, panel="doctor"),
    View("verdict", verdict_key, verdict_payload),
)
