"""Which checkpoints a visitor compares, and on which clips."""

from collections.abc import Callable
from dataclasses import dataclass

from app.clinic import Patient, patients
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
    over : CLIP (the workbench's), HELD_OUT (clips that the library's checkpoints were not trained on) or PAGE
        (every clip that can be chosen)
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
    if over not in OVER:
        raise StudioError(f"There are no clips {over!r} to compare on; choose one of {', '.join(OVER)}.")
    session.contest = Contest(tuple(keys), over)


def about(session) -> tuple:
    """What a comparison is about; another choice is other work."""
    take = session.workbench.take
    clips = {CLIP: take.clip.key, HELD_OUT: None, PAGE: tuple(session.own_clips)}[session.contest.over]
    return chosen(session), session.contest.over, clips


def clips_of(session) -> list[Clip]:
    """The clips that the choice names."""
    return [Clip(one.title, one.features, one.fps) for one in OVER[session.contest.over](session)]


OVER: dict[str, Callable] = {
    CLIP: lambda session: [session.workbench.take.clip],
    HELD_OUT: lambda session: [one for one in session.library.clips.values() if one.trained is False],
    PAGE: lambda session: [*session.library.clips.values(), *session.own_clips.values()],
}
