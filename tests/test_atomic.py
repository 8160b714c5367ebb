"""A file is there whole or as it was before, whatever ends its writer."""

import errno
import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from rvqvae import load_checkpoint
from rvqvae.atomic import in_one_stroke, put_back
from rvqvae.training.run_folder import RunFolder
from tests.support.checkpoints import write_checkpoint
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


DIES_BETWEEN = """
import os, signal, sys
from pathlib import Path
from rvqvae import atomic, load_checkpoint
from rvqvae.checkpoints import saving
from rvqvae.training.run_folder import RunFolder

run, how = Path(sys.argv[1]), sys.argv[2]
new = load_checkpoint(run / "best", "cpu")
new.info["step"] = 2
for weight in new.model.parameters():
    weight.data.fill_(2.0)
die = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
if how == "weights are written":
    saving._dump = die
else:
    atomic._exchanged = lambda one, other: False
    replace = os.replace
    os.replace = lambda one, other: die() if Path(other) == run / "best" else replace(one, other)
RunFolder(run).save("best", new)
"""


@pytest.mark.parametrize("how", ["weights are written", "folders are renamed"])
def test_a_training_run_killed_while_it_writes_its_best_keeps_the_one_before(tmp_path, how):
    """Never weights of one step beside the configuration of another; and what else lies there stays."""
    write_checkpoint(tmp_path / "run", "best", seed=1)
    (tmp_path / "run" / "best" / "notes.txt").write_text("mine")
    before = load_checkpoint(tmp_path / "run" / "best", "cpu")
    died = subprocess.run([sys.executable, "-c", DIES_BETWEEN, str(tmp_path / "run"), how], cwd=ROOT)
    assert died.returncode == -signal.SIGKILL
    folder = RunFolder(tmp_path / "run")
    put_back(folder.path / "best")  # as the end of a run does
    kept = load_checkpoint(folder.path / "best", "cpu")
    assert (kept.fingerprint, kept.info) == (before.fingerprint, before.info)
    folder.save("best", replace(before, info={**before.info, "step": 3}))
    assert load_checkpoint(folder.path / "best", "cpu").info["step"] == 3
    assert sorted(one.name for one in folder.path.rglob("*")) == [
        *("best", "config.json", "model.safetensors", "notes.txt")
    ]


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
