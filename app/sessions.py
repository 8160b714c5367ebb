"""The pages that are open, each under an unguessable token; the idle and the costly leave where room ends."""

import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from app import limits
from app.connection import Connection
from app.errors import StudioError

MOST_SESSIONS = limits.SESSIONS
MOST_BYTES = limits.SESSIONS_MB * limits.MB
AT_WORK = 120.0  # seconds after its last request for which a page counts as being worked with
MINUTE = 60.0
IDLE = 3600.0  # seconds after which a session is forgotten; its page brings its work back
GONE = 45.0  # seconds of silence after which a page's long work ends: an open page asks for it all the time


@dataclass(eq=False)
class Session:
    """An open page.

    Attributes
    ----------
    token : known to this page alone
    seen : when it was heard of last, seconds of a steady clock
    requests : how many it sent
    bytes : what its visitor takes in memory, as last measured
    busy : held while one of its requests is worked on
    """

    token: str
    connection: Connection
    seen: float
    requests: int = 1
    bytes: int = 0
    busy: Lock = field(default_factory=Lock, repr=False)


class Sessions:
    """All open pages, the one that was silent the longest first."""

    def __init__(
        self,
        connect: Callable[[], Connection],
        *,
        most: int = MOST_SESSIONS,
        most_bytes: int = MOST_BYTES,
        clock: Callable[[], float] = time.monotonic,
    ):
        self._connect = connect
        self._most, self._most_bytes = most, most_bytes
        self._begun: dict[str, deque[float]] = {}  # by an address, within the last minute
        self._clock = clock
        self._open: OrderedDict[str, Session] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._open)

    @property
    def bytes(self) -> int:
        """What all visitors take in memory, as last measured."""
        return sum(one.bytes for one in list(self._open.values()))

    def begin(self, address: str = "") -> Session:
        """A session for a new page; where there are too many, one that can leave best does.

        Raises
        ------
        TooManyError
            If this address began many within the last minute, or all others are at work.
        """
        now = self._clock()
        with self._lock:
            self._count(address, now)
        connection = self._connect()
        with self._lock:
            left = self._room_for(1)
            session = Session(secrets.token_urlsafe(24), connection, now)
            self._open[session.token] = session
        for one in left:
            _close(one)
        return session

    def find(self, token: str) -> Session | None:
        """The session of a token, which is heard of with this; None where there is none."""
        with self._lock:
            session = self._open.get(token)
            if session is not None:
                session.seen = self._clock()
                session.requests += 1
                self._open.move_to_end(token)
            return session

    def sweep(self) -> None:
        """Forget sessions that are idle, and end the long work of pages that are silent."""
        now = self._clock()
        with self._lock:
            idle = [one for one in self._open.values() if now - one.seen > IDLE and not one.busy.locked()]
            for one in idle:
                del self._open[one.token]
            silent = [one for one in self._open.values() if now - one.seen > GONE]
        for one in (*idle, *silent):
            _end_work(one)
        for one in list(self._open.values()):
            one.bytes = one.connection.visitor.bytes
        with self._lock:
            left = self._room_for(0)
            for address in [one for one, times in self._begun.items() if now - times[-1] > MINUTE]:
                del self._begun[address]
        for one in (*idle, *left):
            _close(one)

    def close(self) -> None:
        """Forget all."""
        with self._lock:
            left = list(self._open.values())
            self._open.clear()
        for one in left:
            _close(one)

    def measure(self, session: Session) -> None:
        """Note what a session's visitor takes, and let others leave where that is too much for all."""
        session.bytes = session.connection.visitor.bytes
        with self._lock:
            left = self._room_for(0) if self.bytes > self._most_bytes else []
        for one in left:
            _close(one)

    def _count(self, address: str, now: float) -> None:
        times = self._begun.setdefault(address, deque())
        while times and now - times[0] > MINUTE:
            times.popleft()
        if address and len(times) >= limits.SESSIONS_A_MINUTE:
            raise TooManyError("Many pages were opened from where you are; this one opens within a minute.")
        times.append(now)

    def _room_for(self, new: int) -> list[Session]:
        """Take out those that leave for so many new ones, and until the rest fits into memory."""
        now, left = self._clock(), []
        leaving = sorted(self._open.values(), key=lambda one: self._order(one, now))
        total = self.bytes
        for one in leaving:
            many, heavy = len(self._open) + new > self._most, total > self._most_bytes
            if not many and not heavy:
                break
            if not one.busy.locked() and (many or one.bytes):
                del self._open[one.token]
                left.append(one)
                total -= one.bytes
        return left

    def _order(self, one: Session, now: float) -> tuple[bool, bool, float]:
        """Who leaves first: pages that only opened; the idle and the costly; those at work last."""
        at_work = now - one.seen <= AT_WORK
        cost = (now - one.seen + 1) * (one.bytes + limits.MB)
        return at_work and one.requests > 1, one.requests > 1, -cost


class TooManyError(StudioError):
    """No page can be opened just now; the same request will do later."""


def _end_work(session: Session) -> None:
    session.connection.visitor.jobs.cancel_all()


def _close(session: Session) -> None:
    """Let go of all that a session holds, also what somebody still refers to."""
    _end_work(session)
    if not session.busy.locked():
        session.connection.sent.clear()
        session.connection.visitor.workbenches.clear()
