"""A running `python app.py`, and the Chromium that looks at it; shared by tests and benchmarks."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support.paths import ROOT

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 240
ONE_ADDRESS = {"STUDIO_SESSIONS_A_MINUTE": "100000"}  # every page of a test comes from here


def chromium() -> str | None:
    """Path of a Chromium on this machine, if there is one."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((found for found in map(shutil.which, names) if found), None)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def serve(
    log: Path,
    checkpoints: Path | None = None,
    port: int | None = None,
    settings: Mapping[str, str] | None = None,
) -> Iterator[tuple[str, subprocess.Popen]]:
    """Run the app on a free port; yields its address and process once it answers.

    `settings` are variables of its environment beside this process's own.

    Raises
    ------
    RuntimeError
        With the end of its log, if it does not answer in time.
    """
    port = port or free_port()
    folder = ["--checkpoints", str(checkpoints)] if checkpoints else []
    command = [sys.executable, "app.py", "--port", str(port), *folder]
    environment = {**ONE_ADDRESS, **os.environ, **(settings or {})}
    with open(log, "w") as output:
        server = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, env=environment)
    try:
        address = f"http://127.0.0.1:{port}/"
        wait_for(address, server, log)
        yield address, server
    finally:
        server.terminate()
        server.wait(timeout=40)  # it lets running work finish


def wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    """Return as soon as a server answers; with the end of its log, raise a RuntimeError if it does not."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"app.py did not answer within {START_SECONDS} s:\n{log.read_text()[-2000:]}")
