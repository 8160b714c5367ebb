"""A file is there whole or as it was before, whatever ends its writer."""

import errno
import signal
import subprocess
import sys

import pytest

from rvqvae.atomic import in_one_stroke
from tests.support.paths import ROOT

DIES = """
import os, signal, sys
from rvqvae.atomic import in_one_stroke

def write(part):
    part.write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)

in_one_stroke(sys.argv[1], write)
"""


def test_a_killed_writer_leaves_what_was_there_and_the_next_tidies_up(tmp_path):
    file = tmp_path / "film.mp4"
    file.write_text("before")
    died = subprocess.run([sys.executable, "-c", DIES, str(file)], cwd=ROOT)
    assert died.returncode == -signal.SIGKILL
    assert file.read_text() == "before"
    in_one_stroke(file, lambda part: part.write_text("after"))
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("film.mp4", "after")]


def test_a_full_disk_leaves_no_half_file(tmp_path):
    def write(part):
        part.write_text("half")
        with open("/dev/full", "w", buffering=1) as full:
            full.write("the other half\n")

    (tmp_path / "a.npy").write_text("before")
    with pytest.raises(OSError, match="No space left") as raised:
        in_one_stroke(tmp_path / "a.npy", write)
    assert raised.value.errno == errno.ENOSPC
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("a.npy", "before")]
