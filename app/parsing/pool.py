"""Whoever has a file parsed asks here."""

import atexit
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Any

from app import limits
from app.errors import StudioError
from app.parsing import messages
from app.parsing.errors import raised

ROOT = Path(__file__).resolve().parents[2]
ISOLATED = sys.platform == "linux"  # elsewhere files are read in this process: nobody serves strangers there
MOST_ANSWER = 512 << 20  # bytes of arrays
START_SECONDS = 120
COPY_SECONDS = 30.0  # for a copy to answer: more than any machine needs that is not overrun
POLL = 0.1
# What a process that reads strangers' files is given of this one's environment: no secrets.
_ENVIRONMENT = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "LD_LIBRARY_PATH",
    "PYTHONPATH",
    "TMPDIR",
    "VIRTUAL_ENV",
    "HF_HOME",
    "HF_HUB_CACHE",
    "HF_ENDPOINT",
    "HF_HUB_OFFLINE",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
)


class _Template:
    """The process that is copied; started at its first use, and again should it ever end."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def start(self) -> socket.socket:
        """Its channel, once it can be copied."""
        with self._lock:
            if self._process is not None and self._process.poll() is None and self._control is not None:
                return self._control
            ours, theirs = socket.socketpair()
            kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app.parsing.template", str(theirs.fileno())],
                cwd=ROOT,
                env={**kept, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                process_group=0,  # a Ctrl-C is for this process; of its session, so that `nice` counts
            )
            theirs.close()
            ours.settimeout(START_SECONDS)
            if not ours.recv(1):
                raise OSError("the process that parses files does not start")
            ours.settimeout(5.0)
            self._control = ours
            return ours

    def copy(self) -> tuple[socket.socket, int]:
        """A channel to a copy, and a handle by which it can be killed."""
        for again in (True, False):
            control = self.start()
            ours, theirs = socket.socketpair()
            try:
                with theirs, self._lock:
                    socket.send_fds(control, [b"c"], [theirs.fileno()])
                ours.settimeout(COPY_SECONDS)
                said, handles, _, _ = socket.recv_fds(ours, 1, 1)
                if said and handles:
                    return ours, handles[0]
                raise OSError("the copy ended at once")
            except OSError:
                ours.close()
                if not again:
                    raise
                self.end()
        raise OSError("never reached")

    def end(self) -> None:
        """Let it go."""
        with self._lock:
            if self._control is not None:
                self._control.close()
            if self._process is not None:
                with suppress(OSError):
                    self._process.kill()
                self._process.wait()
            self._process = self._control = None


_template = _Template()
_turns = BoundedSemaphore(limits.PARSERS)
atexit.register(_template.end)


def start() -> None:
    """Have the process ready that is copied for each file; a page that is not up yet needs it not."""
    if ISOLATED:
        _template.start()


def run(
    task: str,
    values: dict[str, Any],
    *,
    seconds: int = limits.PARSER_SECONDS,
    megabytes: int = limits.PARSER_MB,
    written: int = 0,
    progress: Callable[..., None] | None = None,
    in_background: bool = False,
) -> Any:
    """What a task of `tasks` gives for these values, computed in a process of its own.

    Parameters
    ----------
    seconds, megabytes : after which it is killed
    written : bytes of the largest file that it may write
    progress : called from time to time with the share done and words; what it raises kills the process
    in_background : whether long work asks, which has a place of its own and takes no turn from visitors
        who wait for a file

    Raises
    ------
    StudioError
        If it took too much, or too many others wait for their turn.
    FileError
        What the task raised.
    """
    if not ISOLATED:
        from app.parsing import saved_tasks, tasks  # noqa: F401  # they declare their tasks

        return _answer(tasks.answer(task, values, progress or (lambda share, words="": None)))
    turns = nullcontext() if in_background else _turn()
    with turns:
        bounds = {"seconds": seconds, "megabytes": megabytes, "written": written}
        try:
            return _answer(_ask({"task": task, "values": values, "limits": bounds}, seconds, progress))
        except (EOFError, messages.MessageError, OSError):
            raise StudioError(
                f"This file could not be read within {seconds} seconds and {megabytes} MB of memory, which "
                "is all that one file is given here, so it was put away."
            ) from None


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=limits.PARSER_WAIT):
        raise StudioError("Many files are being read for others just now; try again in a minute.")
    try:
        yield
    finally:
        _turns.release()


def _ask(request: dict[str, Any], seconds: int, progress: Callable[..., None] | None) -> Any:
    channel, handle = _template.copy()
    deadline, share, words = time.monotonic() + seconds + 2, 0.0, ""
    try:
        channel.settimeout(seconds + 2)
        messages.send(channel, request)
        while True:
            while not select.select([channel], [], [], POLL)[0]:
                if progress is not None:
                    progress(share, words)
                if time.monotonic() > deadline:
                    raise EOFError
            answer = messages.receive(channel, MOST_ANSWER)
            if not isinstance(answer, dict) or "progress" not in answer:
                return answer
            share, words = min(1.0, max(0.0, float(answer["progress"]))), str(answer.get("words", ""))[:200]
    finally:
        with suppress(OSError):
            signal.pidfd_send_signal(handle, signal.SIGKILL)
        os.close(handle)
        channel.close()


def _answer(answer: Any) -> Any:
    if isinstance(answer, dict) and "value" in answer:
        return answer["value"]
    raise raised(answer)
