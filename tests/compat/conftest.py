"""One running page for all tests of this folder, over checkpoints that an earlier version trained."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from gradio_client import Client

from tests.compat.frozen import DATA, ROOT

START_SECONDS = 240


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a running `python app.py`."""
    folder = tmp_path_factory.mktemp("page")
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    command = [sys.executable, "app.py", "--port", str(port), "--checkpoints", str(DATA / "checkpoints")]
    places = {**os.environ, "GRADIO_TEMP_DIR": str(folder / "uploads")}
    with open(folder / "log.txt", "w") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=places, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_for(f"http://127.0.0.1:{port}/", server, folder / "log.txt")
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture(scope="session")
def client(address: str, tmp_path_factory: pytest.TempPathFactory) -> Client:
    """A program that calls the page."""
    return Client(address, verbose=False, download_files=tmp_path_factory.mktemp("downloads"))


def _wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.05)
    pytest.fail(f"app.py did not answer within {START_SECONDS} s:\n{log.read_text()[-2000:]}")
