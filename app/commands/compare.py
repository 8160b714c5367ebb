"""Comparing checkpoints, in the background."""

from pathlib import Path

from app.contest import JOB, about, choose, chosen, clips_of, entrants
from app.lab import NEED_JOINTS


def compare(session) -> None:
    """Hold the chosen checkpoints against the chosen clips."""
    session.workbench.take.need_joints(NEED_JOINTS["compare"])
    there, clips = entrants(session), clips_of(session)
    patients = [there[key].patient for key in chosen(session)]

    def work(job):
        # Imported here, since the page opens without them and they take long.
        from rvqvae.comparison import compare
        from rvqvae.doctor import file_size

        job.progress(0.0, "loading")
        checkpoints = [patient.load() for patient in patients]
        sizes = [file_size(Path(patient.source)) for patient in patients]
        return compare(checkpoints, clips(), progress=job.progress), sizes

    session.jobs.start(JOB, about(session), work)


def compare_with(session, checkpoints: list[str], over: str) -> None:
    """Hold these checkpoints against these clips: "clip", "held-out", "page" or an added file's key."""
    choose(session, [str(key) for key in checkpoints], str(over))
    compare(session)


COMMANDS = (compare, compare_with)
