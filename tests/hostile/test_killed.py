"""kill -9 of a server at work and of a training run: nothing half-written is taken for whole, or stays."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import numpy as np
import pytest

from app.catalog.devices import threads
from app.server import temporary
from rvqvae import load_checkpoint
from rvqvae.cli.main import main
from rvqvae.training.state import STATE
from tests.hostile.strangers import Stranger
from tests.support.checkpoints import write_checkpoint
from tests.support.paths import CLIPS, ROOT
from tests.support.serving import serve
from tests.support.state import assert_same_state, state_of

PATIENCE = 120
linux = pytest.mark.skipif(not Path("/proc/self").exists(), reason="finds processes in /proc")


def until(condition, words):
    deadline = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < deadline, words
        time.sleep(0.02)
    return found


def descendants(process):
    """Processes that a process started, and those that these did."""
    found, parents = set(), {process}
    while parents:
        children = set()
        for one in Path("/proc").glob("[0-9]*/stat"):
            try:
                number, rest = one.read_text().split(" (", 1)
            except OSError:
                continue
            if int(rest.rsplit(")", 1)[1].split()[1]) in parents:
                children.add(int(number))
        parents = children - found
        found |= children
    return found


def runs(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def open_in_vain(stranger, place):
    with suppress(OSError):
        stranger.say("open_file", path=place, file_name="slow.json")


def half_an_upload(address):
    """A connection on which the rest of a file never comes."""
    place = urlsplit(address)
    sending = socket.create_connection((place.hostname, place.port))
    part = b'--x\r\nContent-Disposition: form-data; name="files"; filename="half.npy"\r\n\r\n' + bytes(
        1 << 20
    )
    head = (
        f"POST /gradio_api/upload HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Length: {2 * len(part)}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\n\r\n"
    )
    sending.sendall(head.encode() + part)
    return sending


@linux
def test_a_server_killed_at_work_leaves_nothing_that_counts_as_whole(tmp_path, monkeypatch):
    monkeypatch.setenv("STUDIO_TEMPORARY", str(tmp_path / "temporary"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    write_checkpoint(tmp_path / "checkpoints", "first", seed=1)
    with serve(tmp_path / "log", tmp_path / "checkpoints") as (address, server):
        visitor, other = Stranger(address), Stranger(address)
        visitor.say("look")
        slow = other.upload("slow.json", b"[" + b"[]," * 7_000_000 + b"[]]")
        # What each of them was at when the server died: a film, a file that is read, an upload.
        visitor.say("save_film", kind="film.mp4", view="overlay", request=1)
        until(lambda: list((tmp_path / "temporary").rglob("*film.part.mp4")), "no film is drawn")
        reading = Thread(target=open_in_vain, args=(other, slow))
        reading.start()
        sending = half_an_upload(address)
        # What is copied for each file, a copy, and what encodes the film.
        until(lambda: len(descendants(server.pid)) >= 3, "no file is read")
        started = descendants(server.pid)
        server.send_signal(signal.SIGKILL)
        server.wait()
        reading.join()
        sending.close()
    until(lambda: not any(map(runs, started)), "what the server started outlives it")
    left = [one.name for one in (tmp_path / "temporary").rglob("*") if one.is_file()]
    assert "slow.json" in left
    assert not [one for one in left if "half" in one or one.endswith("film.mp4")]
    code = "from app.server import temporary; print(temporary.begin())"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
    assert not [one for one in (tmp_path / "temporary").glob(f"{temporary.PREFIX}*") if any(one.iterdir())]


@linux
def test_a_killed_training_run_goes_on_exactly(tmp_path):
    """What is resumed comes to the same weights as a run that nobody killed, bit for bit."""

    def command(name):
        return [
            *("train", "--data", str(CLIPS / "run.npy"), "--out", str(tmp_path / name), "--no-mirror"),
            *("--device", "cpu", "--steps", "40", "--interval", "5", "--batch-size", "4", "--window", "32"),
            *("--latent-dim", "8", "--hidden-dim", "16", "--num-embeddings", "32", "--num-quantizers", "2"),
        ]

    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    launch = [sys.executable, "-m", "rvqvae", *command("killed")]
    with open(tmp_path / "log.txt", "w") as log:
        run = subprocess.Popen(launch, cwd=ROOT, env=environment, stdout=log, stderr=log)
    until(lambda: (tmp_path / "killed" / STATE).is_file() or run.poll() is not None, "no state is written")
    run.kill()
    assert run.wait() == -signal.SIGKILL, (tmp_path / "log.txt").read_text()
    with threads(1):
        assert main([*command("killed"), "--resume"]) == 0
        assert main(command("straight")) == 0
    killed, straight = (load_checkpoint(tmp_path / name / "last", "cpu") for name in ("killed", "straight"))
    assert_same_state(state_of(killed.model), state_of(straight.model))
    steps = [
        line for line in (tmp_path / "killed" / "log.jsonl").read_text().splitlines() if '"step"' in line
    ]
    assert len(steps) == len(set(steps))
    np.testing.assert_array_equal(killed.mean, straight.mean)
