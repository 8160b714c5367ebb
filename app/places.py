"""The few places in which long work runs, and whose turn it is: a place a visitor, in the order they came."""

import atexit
import os
import sys
import time
from collections import deque
from collections.abc import Callable
from threading import Event, Lock, Thread, get_native_id
from weakref import WeakSet

NICENESS = 3  # half the share of a page, so that a thread that holds the interpreter is not starved
ENDING = Event()  # the process ends: work stops where it next reports
PATIENCE = 10.0  # seconds for which an ending process waits for that

_threads: "WeakSet[Thread]" = WeakSet()


def _end() -> None:
    # A thread that is within PyTorch when the interpreter goes would abort the process.
    ENDING.set()
    deadline = time.monotonic() + PATIENCE
    for thread in list(_threads):
        thread.join(max(0.0, deadline - time.monotonic()))


atexit.register(_end)


class Places:
    """So many threads at most, which end when nobody waits; `closed` once nothing new may begin.

    Whoever begins work is an owner; each has at most `each` places, and those who wait get one in turn.
    """

    def __init__(self, count: int, each: int):
        self._count, self._each = count, each
        self._lock = Lock()
        self._waiting: deque[tuple[object, Callable[[], None]]] = deque()
        self._working: list[object] = []
        self.closed = False

    @property
    def working(self) -> int:
        """Places that are taken."""
        return len(self._working)

    @property
    def waiting(self) -> int:
        """Pieces of work that wait for one."""
        return len(self._waiting)

    def begin(self, owner: object, work: Callable[[], None]) -> None:
        """Have work done when its turn comes; it raises nothing."""
        with self._lock:
            self._waiting.append((owner, work))
            taken = self._take() if len(self._working) < self._count else None
        if taken is not None:
            thread = Thread(target=self._work, args=taken, name="long work", daemon=True)
            _threads.add(thread)
            thread.start()

    def forget(self, work: Callable[[], None]) -> bool:
        """Let work that still waits go; False where it does not wait."""
        with self._lock:
            kept = [one for one in self._waiting if one[1] != work]
            found = len(kept) < len(self._waiting)
            self._waiting = deque(kept)
        return found

    def _take(self) -> tuple[object, Callable[[], None]] | None:
        """The next whose owner has a place left; those of one owner come one after the other."""
        last = len(self._waiting)
        having = {id(owner) for owner in self._working}
        order = sorted(range(last), key=lambda at: (id(self._waiting[at][0]) in having, at))
        for at in order:
            owner = self._waiting[at][0]
            if sum(one is owner for one in self._working) < self._each:
                found = self._waiting[at]
                del self._waiting[at]
                self._working.append(owner)
                return found
        return None

    def _work(self, owner: object, work: Callable[[], None]) -> None:
        _step_back()
        while True:
            try:
                work()
            finally:
                with self._lock:
                    self._working.remove(owner)
                    taken = self._take()
            if taken is None:
                return
            owner, work = taken


def _step_back() -> None:
    """Let pages that are answered meanwhile go before this thread, where threads have priorities."""
    if sys.platform == "linux":
        own = get_native_id()
        os.setpriority(os.PRIO_PROCESS, own, max(NICENESS, os.getpriority(os.PRIO_PROCESS, own)))
