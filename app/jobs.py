"""Long work beside a visitor's letters: started, watched, cancelled, and its result kept until replaced."""

import logging
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Event, Lock, Thread
from typing import Any

from app.take import StudioError

# Of all visitors together; more would only slow each other and everyone's edits.
AT_ONCE = 2
_room = BoundedSemaphore(AT_ONCE)

log = logging.getLogger(__name__)


class Cancelled(Exception):
    """Raised inside work whose visitor no longer wants it."""


@dataclass(eq=False)
class Job:
    """One piece of work.

    Attributes
    ----------
    about : what it is computed for; a result is only good for the same
    state : "waiting", "running", "done", "failed" or "cancelled"
    share : how much is done, 0 to 1
    words : what is being done, or the sentence about what failed
    """

    about: Hashable
    state: str = "waiting"
    share: float = 0.0
    words: str = ""
    result: Any = None
    stop: Event = field(default_factory=Event, repr=False)
    ended: Event = field(default_factory=Event, repr=False)

    def progress(self, share: float, words: str = "") -> None:
        """Called by the work as it goes.

        Raises
        ------
        Cancelled
            If the visitor has cancelled it; the work lets it pass.
        """
        if self.stop.is_set():
            raise Cancelled
        self.share, self.words = float(share), words or self.words

    @property
    def order(self) -> int | str | None:
        """The number or name that a page ordered it with; None where it is about something else."""
        return self.about if isinstance(self.about, int | str) else None

    @property
    def is_open(self) -> bool:
        """Whether it may still change."""
        return self.state in ("waiting", "running")

    def _run(self, work: Callable[["Job"], Any]) -> None:
        with _room:
            try:
                self.progress(0.0)
                self.state = "running"
                self.result = work(self)
                self.state = "done"
            except Cancelled:
                self.state = "cancelled"
            except StudioError as error:
                self.words, self.state = str(error), "failed"
            except Exception:
                log.exception("long work failed")
                self.words, self.state = "The server could not finish this; the rest goes on.", "failed"
            finally:
                self.ended.set()


class Jobs:
    """A visitor's long work, one job of each name at a time."""

    def __init__(self):
        self._jobs: dict[str, Job] = {}
        self._lock = Lock()

    def start(self, name: str, about: Hashable, work: Callable[[Job], Any]) -> None:
        """Begin work in the background; work(job) reports through `job.progress` and returns the result.

        The same work for the same thing is not begun twice; other work of this name is cancelled first.
        """
        with self._lock:
            before = self._jobs.get(name)
            if before is not None:
                if before.about == about and (before.is_open or before.state == "done"):
                    return
                before.stop.set()
            job = self._jobs[name] = Job(about)
        Thread(target=job._run, args=(work,), name=f"job {name}", daemon=True).start()

    def of(self, name: str, about: Hashable) -> Job | None:
        """The job of this name if it is about this."""
        job = self._jobs.get(name)
        return job if job is not None and job.about == about else None

    def result(self, name: str, about: Hashable) -> Any:
        """What it came to; None before it is done, or where it was about something else."""
        job = self.of(name, about)
        return job.result if job is not None and job.state == "done" else None

    def wait(self, name: str) -> None:
        """Return when a job has ended: for programs, which have nothing else to do.

        Raises
        ------
        StudioError
            If it failed; the sentence is the job's.
        """
        job = self._jobs[name]
        job.ended.wait()
        if job.state == "failed":
            raise StudioError(job.words)

    def cancel(self, name: str) -> None:
        """Ask a job to stop; it does so at its next progress report."""
        if name in self._jobs:
            self._jobs[name].stop.set()

    def cancel_all(self) -> None:
        """Ask every job to stop: its visitor has left."""
        for name in list(self._jobs):
            self.cancel(name)

    def states(self) -> tuple[tuple[str, str, float, str, int | str | None], ...]:
        """(name, state, share, words, order) of every job, oldest first."""
        return tuple(
            (name, j.state, round(j.share, 3), j.words, j.order) for name, j in list(self._jobs.items())
        )
