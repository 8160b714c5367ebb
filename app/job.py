"""One piece of long work: what it is about, how far it is, and what it came to."""

import ctypes
import errno
import logging
import time
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event, Lock, get_ident
from typing import Any, Generic, TypeVar

from app import limits
from app.errors import StudioError
from app.payloads.packed import JobState
from app.places import ENDING

Result = TypeVar("Result")

LONGEST = 2_000  # characters of a sentence
GRACE = 20.0  # seconds that work which should have ended is given to say how far it is, and hear of it

log = logging.getLogger(__name__)

Deliver = Callable[..., str | None]  # of a visitor and a result

FULL = "The server's disk is full, so nothing was written; try again later, or run the studio yourself."


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
    deliver : takes the result, once, to the visitor that it is for; None where views show it
    """

    about: Hashable
    state: JobState = "waiting"
    share: float = 0.0
    words: str = ""
    result: Any = None
    deliver: Deliver | None = None
    stop: Event = field(default_factory=Event, repr=False)
    ended: Event = field(default_factory=Event, repr=False)
    deadline: float = float("inf")

    def progress(self, share: float, words: str = "") -> None:
        """Called by the work as it goes.

        Raises
        ------
        Cancelled
            If the visitor has cancelled it; the work lets it pass.
        """
        if self.stop.is_set() or ENDING.is_set():
            raise Cancelled
        if time.monotonic() > self.deadline:
            raise StudioError(_took_too_long())
        self.share, self.words = float(share), words or self.words

    @property
    def order(self) -> int | str | None:
        """The number or name that a page ordered it with; None where it is about something else."""
        return self.about if isinstance(self.about, int | str) else None

    @property
    def is_open(self) -> bool:
        """Whether it may still change."""
        return self.state in ("waiting", "running")

    def run(self, work: Callable[["Job"], Any]) -> None:
        self.deadline = time.monotonic() + limits.JOB_SECONDS
        with _running_lock:
            _running[self] = get_ident()
        try:
            self.progress(0.0)
            self.state = "running"
            self.result = work(self)
            self.state = "done"
        except Cancelled:
            if self.stop.is_set():
                self.state = "cancelled"
            else:  # interrupted
                self.words, self.state = _took_too_long(), "failed"
        except StudioError as error:
            self.words, self.state = str(error)[:LONGEST], "failed"
        except Exception as error:
            log.exception("long work failed")
            full = isinstance(error, OSError) and error.errno == errno.ENOSPC
            self.words = FULL if full else "The server could not finish this; the rest goes on."
            self.state = "failed"
        finally:
            with suppress(Cancelled), _running_lock:  # an interruption that came just after the end
                _running.pop(self, None)
            self.ended.set()

    def ask_to_stop(self) -> None:
        """Have it stop at its next progress report, or soon after without one."""
        self.deadline = min(self.deadline, time.monotonic())
        self.stop.set()

    def end_waiting(self) -> None:
        """Note that it will not be begun."""
        self.stop.set()
        self.state = "cancelled"
        self.ended.set()


_running: dict[Job, int] = {}  # and the thread of each
_running_lock = Lock()


def interrupt_overdue() -> None:
    """Interrupt work that should have ended a while ago and never asks whether it should.

    `Cancelled` is raised in its thread, once, as soon as that runs Python again.
    """
    now = time.monotonic()
    with _running_lock:
        for job in [job for job in _running if now > job.deadline + GRACE]:
            thread = ctypes.c_ulong(_running.pop(job))
            ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(Cancelled))
            log.warning("long work was interrupted")


def _took_too_long() -> str:
    return (
        f"This took longer than {limits.JOB_SECONDS // 60} minutes, which is all that one piece of work has "
        "here; run the studio on your own machine for more."
    )


@dataclass(frozen=True)
class Work(Generic[Result]):
    """Long work as its room declares it: a page begins it, a program has it finished, a view shows it.

    Attributes
    ----------
    name : of its job
    about : what it is computed for
    run : job to result; reports through `job.progress`
    """

    name: str
    about: Hashable
    run: Callable[[Job], Result]
