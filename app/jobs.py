"""Long work beside a visitor's requests: started, watched, cancelled, and its result kept until replaced."""

from collections.abc import Callable, Hashable
from contextvars import ContextVar
from functools import partial
from threading import Lock
from typing import Any

from app import limits
from app.errors import StudioError
from app.job import Cancelled, Deliver, Job, Result, Work
from app.payloads.packed import JobState
from app.places import Places

__all__ = ["AT_ONCE", "Cancelled", "Job", "Jobs", "Work", "places", "still_wanted"]

# Of all visitors together; more would only slow each other and everyone's edits.
AT_ONCE = limits.JOBS
places = Places(AT_ONCE, limits.JOBS_OF_ONE)
POLL = 0.5

# What a program that waits for work asks from time to time; it raises where nobody waits any more.
still_wanted: ContextVar[Callable[[], None] | None] = ContextVar("still_wanted", default=None)


class Jobs:
    """A visitor's long work, one job of each name at a time."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._runs: dict[Job, Callable[[], None]] = {}  # of those that wait for a place
        self._lock = Lock()

    def start(
        self,
        name: str,
        about: Hashable,
        work: Callable[[Job], Any],
        *,
        deliver: Deliver | None = None,
        again: bool = False,
    ) -> None:
        """Begin work in the background; work(job) reports through `job.progress` and returns the result.

        The same work for the same thing is not begun twice; other work of this name is cancelled first.

        Parameters
        ----------
        deliver : function(visitor, result) that brings the result to its visitor when it is there, and may
            return a sentence; it must not hold the visitor
        again : whether what is done is begun again
        """
        with self._lock:
            before = self._jobs.get(name)
            if before is not None:
                if before.about == about and (before.is_open or (before.state == "done" and not again)):
                    return
                self._stop(before)
            if places.closed:
                raise StudioError("This server is about to restart; ask again in a minute.")
            if sum(job.is_open for job in self._jobs.values()) >= limits.JOBS_OPEN:
                raise StudioError(
                    f"{limits.JOBS_OPEN} pieces of your long work are under way; wait for one, or cancel it."
                )
            job = self._jobs[name] = Job(about, deliver=deliver)
            run = self._runs[job] = partial(self._run, job, work)
        places.begin(self, run)

    def of(self, name: str, about: Hashable) -> Job | None:
        """The job of this name if it is about this."""
        job = self._jobs.get(name)
        return job if job is not None and job.about == about else None

    def result(self, name: str, about: Hashable) -> Any:
        """What it came to; None before it is done, or where it was about something else."""
        job = self.of(name, about)
        return job.result if job is not None and job.state == "done" else None

    def to_deliver(self) -> list[tuple[Deliver, Any]]:
        """What is done and not delivered yet, with who delivers it; each is returned once."""
        with self._lock:
            found = []
            for job in self._jobs.values():
                if job.state == "done" and job.deliver is not None:
                    found.append((job.deliver, job.result))
                    job.deliver = None
        return found

    def begin(self, work: Work[Any]) -> None:
        """Begin work in the background, as `start`."""
        self.start(work.name, work.about, work.run)

    def state(self, name: str, about: Hashable) -> JobState | None:
        """State of the job of this name about this; None if there is none."""
        job = self.of(name, about)
        return job.state if job is not None else None

    def state_of(self, work: Work[Any]) -> JobState | None:
        """State of the job of this work; None if there is none."""
        return self.state(work.name, work.about)

    def result_of(self, work: Work[Result]) -> Result | None:
        """What it came to; None before it is done."""
        result: Result | None = self.result(work.name, work.about)
        return result

    def finish(self, work: Work[Result]) -> Result:
        """What work comes to, begun where it is not yet, and waited for: for programs.

        Raises
        ------
        StudioError
            If it failed or was cancelled.
        """
        self.begin(work)
        self.wait(work.name)
        job = self.of(work.name, work.about)
        if job is None or job.state != "done":
            raise StudioError("This was cancelled before it was done.")
        result: Result = job.result
        return result

    def wait(self, name: str) -> None:
        """Return when a job has ended: for programs, which have nothing else to do.

        Raises
        ------
        StudioError
            If it failed; the sentence is the job's.
        """
        job, wanted = self._jobs[name], still_wanted.get()
        while not job.ended.wait(POLL):
            if wanted is not None:
                try:
                    wanted()
                except Exception:
                    self.cancel(name)
                    raise
        if job.state == "failed":
            raise StudioError(job.words)

    def cancel(self, name: str) -> None:
        """Ask a job to stop; it does so at its next progress report, or is interrupted a while later."""
        if name in self._jobs:
            self._stop(self._jobs[name])

    def cancel_all(self) -> None:
        """Ask every job to stop: its visitor has left."""
        for name in list(self._jobs):
            self.cancel(name)

    def _run(self, job: Job, work: Callable[[Job], Any]) -> None:
        self._runs.pop(job, None)
        job.run(work)

    def _stop(self, job: Job) -> None:
        """Ask a job to stop; one that only waits is let go at once, with all that it holds."""
        job.ask_to_stop()
        run = self._runs.pop(job, None)
        if run is not None and places.forget(run):
            job.end_waiting()

    def states(self) -> tuple[tuple[str, JobState, float, str, int | str | None], ...]:
        """(name, state, share, words, order) of every job, oldest first."""
        return tuple(
            (name, j.state, round(j.share, 3), j.words, j.order) for name, j in list(self._jobs.items())
        )
