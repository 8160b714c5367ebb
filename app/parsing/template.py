"""The process that is copied for each file: `python -m app.parsing.template FD`, started by `pool`.

It has everything imported and reads nothing itself. Each copy gets a channel to whoever asked, sends a handle
of itself by which it can be killed, takes one task, limits itself, answers, and ends.
"""

import ctypes
import gc
import os
import resource
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from app.parsing import messages, saved_tasks, tasks  # noqa: F401  # they declare their tasks

MOST_FILES = 128  # that a copy may have open
MOST_REQUEST = 256 << 20  # bytes of a task
READY = b"r"
PR_SET_PDEATHSIG = 1  # of <sys/prctl.h>
_LIBC = ctypes.CDLL(None)


def main(control: socket.socket) -> None:
    """Copy this process for every channel that comes, until the other side goes away."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # copies that end leave nothing behind
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()  # copies live for one file: memory runs out sooner than collecting garbage would help
    gc.freeze()
    control.sendall(READY)
    while True:
        said, handles, _, _ = socket.recv_fds(control, 1, 1)
        if not said:
            return
        for handle in handles:
            if os.fork() == 0:
                _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # none outlives the server
                status = 1
                try:
                    control.close()
                    _serve(socket.socket(fileno=handle))
                    status = 0
                finally:
                    os._exit(status)
            os.close(handle)


def _serve(channel: socket.socket) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    socket.send_fds(channel, [READY], [os.pidfd_open(os.getpid())])
    request = messages.receive(channel, MOST_REQUEST)
    _limit(**request["limits"])

    def progress(share: float, words: str = "") -> None:
        messages.send(channel, {"progress": share, "words": words})

    messages.send(channel, tasks.answer(request["task"], request["values"], progress))


def _limit(seconds: int, megabytes: int, written: int) -> None:
    """End this process where it takes more seconds, of the clock or a processor, memory, or disk."""
    os.nice(10)  # pages that are answered meanwhile go first
    signal.setitimer(signal.ITIMER_REAL, seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (written, written))
    resource.setrlimit(resource.RLIMIT_NOFILE, (MOST_FILES, MOST_FILES))
    most = _private_bytes() + (megabytes << 20)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _private_bytes() -> int:
    status: dict[str, Any] = dict(
        line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines()
    )
    return int(status["VmData"].split()[0]) << 10


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
