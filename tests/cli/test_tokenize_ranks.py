"""One table of tokens, whatever the batches, the number of ranks and the interruptions."""

import os
import shutil
import signal
import warnings

import numpy as np
import pytest
import torch
import torch.distributed as dist
import torch.multiprocessing as mp

from rvqvae import load_checkpoint
from rvqvae.bulk import Reader, tokenize_files, tokenizing
from rvqvae.bulk.journal import journals
from rvqvae.cli.main import main
from rvqvae.motion import motion_files
from rvqvae.tokens import read_tokens
from tests.support.paths import ROOT

CHECKPOINT = ROOT / "checkpoints" / "motion-rvq"
CLIPS = ROOT / "assets" / "clips"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Single clips, a corpus of pieces of every length, a damaged file, and a name that occurs twice."""
    folder = tmp_path_factory.mktemp("data")
    whole = [np.load(path) for path in sorted(CLIPS.glob("*.npy"))]
    pieces = [joints[: 5 + 13 * k] for k, joints in enumerate(whole)]
    names = [f"piece{k}" for k in range(len(pieces) - 1)] + ["run"]
    lengths = [len(piece) for piece in pieces]
    np.savez(folder / "corpus.npz", names=names, lengths=lengths, positions=np.concatenate(pieces))
    for name in ("jump", "run", "walk"):
        np.save(folder / f"{name}.npy", np.load(CLIPS / f"{name}.npy"))
    (folder / "damaged.npy").write_bytes(b"nonsense")
    np.save(folder / "features.npy", np.zeros((9, 251), np.float32))
    return folder


@pytest.fixture(scope="module")
def expected(data, tmp_path_factory):
    """The table and report of one process, checked against every clip on its own."""
    out = tmp_path_factory.mktemp("expected") / "t.json"
    failures = tokenized(data, out)[1]
    checkpoint = load_checkpoint(CHECKPOINT, "cpu")
    table = read_tokens(out)
    assert len(table.rows) == 17
    assert len(failures) == 3
    clips = {clip.name: clip for _, clip in Reader(checkpoint).clips(motion_files(data), tokenizing.Report())}
    for row in table.rows:
        if row.id != "run":
            np.testing.assert_array_equal(row.tokens, checkpoint.encode(clips[row.id].features))
    return out.read_bytes(), failures


def tokenized(data, out, batch_frames=None):
    """The report's failures, of the first rank only."""
    reader = Reader(load_checkpoint(CHECKPOINT, "cpu"))
    done = tokenize_files(reader, motion_files(data), out, batch_frames=batch_frames)
    return done and (done[0], [(failure.name, failure.reason) for failure in done[1].failures])


def work(rank, folder, data, batch_frames, killed_after):
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    dist.init_process_group("gloo", init_method=f"file://{folder}/store", rank=rank, world_size=2)
    if rank == 1 and killed_after is not None:
        encode = tokenizing.encode_clips

        def mortal(*arguments):
            for count, encoded in enumerate(encode(*arguments)):
                if count == killed_after:
                    os.kill(os.getpid(), signal.SIGKILL)
                yield encoded

        tokenizing.encode_clips = mortal
    done = tokenized(data, folder / "t.json", batch_frames)
    assert (done is None) == (rank == 1)
    if done:
        torch.save(done[1], folder / "failures.pt")
    dist.destroy_process_group()


def test_the_table_does_not_depend_on_the_batches(data, expected, tmp_path):
    for batch_frames in (1, 300, 100_000):
        out = tmp_path / f"{batch_frames}.json"
        tokenized(data, out, batch_frames)
        assert out.read_bytes() == expected[0], batch_frames


def test_two_ranks_write_the_table_and_report_of_one(data, expected, tmp_path):
    mp.spawn(work, (tmp_path, data, 300, None), nprocs=2)
    assert (tmp_path / "t.json").read_bytes() == expected[0]
    assert torch.load(tmp_path / "failures.pt", weights_only=True) == expected[1]
    assert not journals(tmp_path / "t.json")


@pytest.fixture(scope="module")
def killed(data, tmp_path_factory):
    """What two ranks leave of which the second was killed after its third clip."""
    folder = tmp_path_factory.mktemp("killed")
    with pytest.raises(mp.ProcessExitedException):
        mp.spawn(work, (folder, data, 1, 3), nprocs=2)
    assert not (folder / "t.json").exists()
    assert len(journals(folder / "t.json")) == 2
    with open(journals(folder / "t.json")[1], "a") as journal:
        journal.write('{"file": "half a li')
    return folder


@pytest.fixture
def left(killed, tmp_path):
    for path in journals(killed / "t.json"):
        shutil.copy(path, tmp_path)
    return tmp_path / "t.json"


def test_one_process_goes_on_where_two_ranks_stopped(data, expected, left, monkeypatch):
    noted = sum(path.read_text().count("\n") - 1 for path in journals(left))
    assert 3 <= noted < 17
    encode, again = tokenizing.encode_clips, []

    def counted(*arguments):
        for encoded in encode(*arguments):
            again.append(encoded[1].name)
            yield encoded

    monkeypatch.setattr(tokenizing, "encode_clips", counted)
    tokenized(data, left)
    assert len(again) == 18 - noted  # one of them for its name in vain
    assert left.read_bytes() == expected[0]
    assert not journals(left)


def test_two_ranks_go_on_where_two_ranks_stopped(data, expected, left):
    mp.spawn(work, (left.parent, data, None, None), nprocs=2)
    assert left.read_bytes() == expected[0]
    assert not journals(left)


def test_a_batch_of_no_frames_is_refused(data, tmp_path, capsys):
    command = ["tokenize", "--checkpoint", str(CHECKPOINT), "--data", str(data)]
    assert main([*command, "--out", str(tmp_path / "t.csv"), "--batch-frames", "0"]) == 2
    assert "batch_frames is 0; it must be 1 or more" in capsys.readouterr().err


def test_a_table_too_large_to_be_read_back_says_so(data, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("rvqvae.tokens.table.MAX_ROWS", 16)
    command = ["tokenize", "--checkpoint", str(CHECKPOINT), "--data", str(data), "--device", "cpu"]
    assert main([*command, "--out", str(tmp_path / "t.csv")]) == 1
    assert "holds more than 16 rows" in capsys.readouterr().err
