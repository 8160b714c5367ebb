"""What guards the server, piece by piece."""

import csv
import io
import json
import logging
import os
import subprocess
import sys
import time
from pathlib import Path
from threading import BoundedSemaphore

import numpy as np
import pytest

from app import limits
from app.errors import StudioError
from app.jobs import Cancelled
from app.lab.figure import _cell, _without_formulas
from app.parsing import messages, pool
from app.parsing.motion import read_clip
from app.parsing.tables import read_sheet
from app.server import logs, temporary
from app.server.bodies import check_values
from rvqvae.tokens import read_sheet as read_here
from rvqvae.training.run_folder import RunFolder

linux = pytest.mark.skipif(not pool.ISOLATED, reason="files are parsed in this process here")


@linux
def test_what_takes_too_long_is_killed_and_the_next_file_is_read(tmp_path):
    (tmp_path / "a.json").write_text("[" + "[]," * 3_000_000 + "[]]")
    os.mkfifo(tmp_path / "never")
    values = {"path": str(tmp_path / "a.json"), "most_bytes": 10, "most_text": 10}
    pool.start()
    start = time.monotonic()
    with pytest.raises(StudioError, match="could not be read within 1 seconds and 1000 MB"):
        pool.run("saved", {**values, "path": str(tmp_path / "never")}, seconds=1, megabytes=1000)
    assert time.monotonic() - start < 15
    with pytest.raises(StudioError, match="memory"):
        pool.run("saved", values, megabytes=20)
    np.save(tmp_path / "a.npy", np.zeros((4, 263), np.float32))
    assert read_clip(tmp_path / "a.npy", most_values=10_000).clip.features.shape == (4, 263)


@linux
def test_long_work_takes_no_turn_and_what_reads_files_goes_last(tmp_path, monkeypatch):
    """Work in the background waits for no turn of files that visitors wait for; and pages go before both."""
    monkeypatch.setattr(pool, "_turns", BoundedSemaphore(1))
    os.mkfifo(tmp_path / "never")
    nice = []

    def look(share, words):
        children = Path(f"/proc/{template}/task/{template}/children").read_text().split()
        nice.extend(os.getpriority(os.PRIO_PROCESS, int(one)) for one in children)
        raise Cancelled

    pool.start()
    template = pool._template._process.pid
    values = {"path": str(tmp_path / "never"), "most_bytes": 1, "most_text": 1}
    with pool._turn(), pytest.raises(Cancelled):
        pool.run("saved", values, progress=look, in_background=True)
    assert nice
    assert min(nice) >= 10
    assert os.getsid(template) == os.getsid(0)  # where sessions share the processors, it counts within one


@linux
def test_whoever_waits_may_give_up(tmp_path):
    class LeftError(Exception):
        pass

    os.mkfifo(tmp_path / "never")

    def leave(share, words):
        raise LeftError

    with pytest.raises(LeftError):
        pool.run("saved", {"path": str(tmp_path / "never"), "most_bytes": 1, "most_text": 1}, progress=leave)


@linux
def test_secrets_do_not_reach_what_parses_files(monkeypatch):
    pool.start()
    environment = Path(f"/proc/{pool._template._process.pid}/environ").read_text()
    assert not any("TOKEN" in one or "SECRET" in one for one in environment.split("\0"))


def test_a_table_comes_back_byte_for_byte(tmp_path):
    content = '\ufeffid,base_tokens,residual_1,gloss\r\n\r\n=a,1 2,3 4,"x, y"\r\n\n\nb,5,6,\n'.encode()
    (tmp_path / "a.csv").write_bytes(content)
    sheet, here = read_sheet(tmp_path / "a.csv"), read_here(tmp_path / "a.csv")
    for number, one in enumerate((sheet, here)):
        one.write(tmp_path / f"again{number}.csv", {})
        assert (tmp_path / f"again{number}.csv").read_bytes() == content
    assert list(sheet.ids) == ["=a", "b"]
    assert [sheet.row(index).tokens.tolist() for index in (0, 1)] == [[[1, 2], [3, 4]], [[5], [6]]]


def test_only_announced_arrays_of_known_types_are_taken():
    import socket

    for text in (
        '{"array": ["|O", [1]]}',
        '{"array": ["<f4", [1000000000000]]}',
        '{"array": ["<f4", [-1]]}',
        '{"array": ["<f4"]}',
        "[" * 5_000,
    ):
        ours, theirs = socket.socketpair()
        theirs.sendall(
            len(text).to_bytes(8, "little") + (64).to_bytes(8, "little") + text.encode() + bytes(64)
        )
        with ours, theirs, pytest.raises(messages.MessageError):
            messages.receive(ours, 1 << 20)


def test_what_a_killed_server_left_is_deleted(tmp_path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for number in (gone.pid, os.getpid()):
        (tmp_path / f"{temporary.PREFIX}{number}-x").mkdir()
    code = "from app.server import temporary; print(temporary.begin())"
    environment = {**os.environ, "STUDIO_TEMPORARY": str(tmp_path)}
    made = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert made.stdout.startswith(str(tmp_path))
    assert [one.name for one in tmp_path.iterdir()] == [f"{temporary.PREFIX}{os.getpid()}-x"]


def test_old_uploads_are_deleted(tmp_path):
    for name, hours in (("old", limits.TEMPORARY_HOURS + 1), ("new", 0)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.npy").write_bytes(b"a")
        then = time.time() - 3600 * hours
        os.utime(tmp_path / name / "a.npy", (then, then))
        os.utime(tmp_path / name, (then, then))
    temporary.sweep(tmp_path)
    assert [str(one.relative_to(tmp_path)) for one in tmp_path.rglob("*.npy")] == ["new/a.npy"]


def test_a_log_has_no_words_of_visitors():
    record = logging.LogRecord("app", logging.ERROR, "f", 1, "opening %s failed", ("secret.npy",), None)
    try:
        raise ValueError("secret content")
    except ValueError:
        record.exc_info = sys.exc_info()
    line = json.loads(logs.Formatter().format(record))
    assert "secret" not in json.dumps(line)
    assert (line["what"], line["error"]) == ("opening %s failed", "ValueError")


@pytest.mark.parametrize("body", [b"[" * 500_000, b'{"path": "' + b"/a" * 3_000 + b'"}'])
def test_bodies_are_looked_over(body):
    with pytest.raises(StudioError):
        check_values(body)


def test_spreadsheets_take_no_cell_for_a_formula():
    text = io.StringIO()
    csv.writer(text).writerow([_cell(value) for value in ("=1+1", "@a", -1.5, "a-b", "")])
    assert text.getvalue().strip() == "'=1+1,'@a,-1.5,a-b,"


def test_names_are_no_formulas():
    from matplotlib.figure import Figure

    figure = Figure()
    axis = figure.subplots()
    axis.set(title=r"cost $\\frac{$", yscale="log")
    axis.plot([1, 2, 1000])
    _without_formulas(figure)
    figure.savefig(io.BytesIO(), format="svg")


def test_the_log_of_a_resumed_run_holds_each_step_once(tmp_path):
    folder = RunFolder(tmp_path / "run")
    for step in (10, 20, 30):
        folder.log({"step": step, "losses": 1})
    with open(tmp_path / "run" / "log.jsonl", "a") as log:
        log.write('{"step": 4')
    for step in (20, 30):
        folder.log({"step": step, "losses": 2})
    lines = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    assert [(line["step"], line["losses"]) for line in lines] == [(10, 1), (20, 2), (30, 2)]
