"""Which checkpoints a visitor compares, and on which clips."""

from collections.abc import Callable
from dataclasses import dataclass

from app.clinic import Patient, patients
from app.lab import read_data
from app.matching import fitting_clips
from app.take import StudioError
from rvqvae.motion import Clip

JOB = "compare"
MOST = 4  # as many as have a colour
CLIP, HELD_OUT, PAGE = "clip", "held-out", "page"


@dataclass(frozen=True)
class Contest:
    """A visitor's choice.

    Attributes
    ----------
    chosen : keys of the checkpoints; None takes the workbench's and the first others
    over : CLIP (the workbench's), HELD_OUT (clips that the library's checkpoints were not trained on), PAGE
        (every clip that can be chosen), or the key of a file that was added to the laboratory
    """

    chosen: tuple[str, ...] | None = None
    over: str = CLIP


@dataclass(frozen=True)
class Entrant:
    """A checkpoint that can be compared, under a title that no other has."""

    title: str
    patient: Patient


def entrants(session) -> dict[str, Entrant]:
    """All that can be compared, by key."""
    loaded = [patient for patient in patients(session).values() if patient.load is not None]
    titles = [f"{patient.title} (yours)" if patient.own else patient.title for patient in loaded]
    return {
        patient.key: Entrant(title if titles.count(title) == 1 else f"{title} {patient.key[-4:]}", patient)
        for patient, title in zip(loaded, titles, strict=True)
    }


def chosen(session) -> tuple[str, ...]:
    """Keys of those to compare, in the order in which they are listed."""
    there = entrants(session)
    if session.contest.chosen is None:
        first = session.workbench.take.checkpoint_key
        wanted = (first, *(key for key in there if key != first))[:MOST]
    else:
        wanted = session.contest.chosen
    return tuple(key for key in there if key in wanted)


def choose(session, keys: list[str], over: str) -> None:
    """Compare these on these clips."""
    there = entrants(session)
    missing = [key for key in keys if key not in there]
    if missing:
        raise StudioError("A checkpoint chosen for comparison is not open here any more; choose again.")
    if not 1 <= len(keys) <= MOST:
        raise StudioError(f"{len(keys)} checkpoints were chosen; from 1 to {MOST} are compared at once.")
    if over not in data_sets(session):
        raise StudioError(f"There are no clips {over!r} to compare on; choose some from the list.")
    session.contest = Contest(tuple(keys), over)


def about(session) -> tuple:
    """What a comparison is about; another choice is other work."""
    take = session.workbench.take
    clips = {CLIP: take.clip, PAGE: tuple(session.own_clips.values())}.get(session.contest.over)
    return chosen(session), session.contest.over, clips


def data_sets(session) -> dict[str, str]:
    """Titles of what can be compared on, by key."""
    return {
        CLIP: f"this clip, {session.workbench.take.clip.title}",
        HELD_OUT: "held-out clips",
        PAGE: "all clips of this page",
        **{data.key: data.title for data in session.lab.files},
    }


def clips_of(session) -> Callable[[], list[Clip]]:
    """What gives the clips that the choice names now; a file is only read when it is called.

    It raises a StudioError if the file cannot be read.
    """
    over, library = session.contest.over, session.library
    file = next((data for data in session.lab.files if data.key == over), None)
    if file is not None:
        return lambda: read_data(session, file)
    sources = {
        CLIP: [session.workbench.take.clip],
        HELD_OUT: [clip for clip in library.clips.values() if clip.trained is False],
        PAGE: fitting_clips(session),
    }[over]
    clips = [Clip(clip.title, clip.features, clip.fps) for clip in sources]
    return lambda: clips
