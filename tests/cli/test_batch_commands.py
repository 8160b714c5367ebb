import json

import numpy as np
import pytest

from rvqvae import load_checkpoint, save_checkpoint
from rvqvae.bulk import tokenizing
from rvqvae.bulk.journal import JOURNAL_SUFFIX
from rvqvae.cli.main import main
from rvqvae.evaluation.beam import beam_encode
from rvqvae.motion import read_clips, write_bvh
from rvqvae.tokens import read_tokens
from tests.support.paths import CLIPS


@pytest.fixture
def checkpoint(tmp_path, tiny_model, rng):
    mean, std = rng.normal(size=263), rng.uniform(0.5, 2, 263)
    save_checkpoint(tmp_path / "tiny", tiny_model, mean=mean, std=std, name="tiny")
    return tmp_path / "tiny"


@pytest.fixture
def clips(tmp_path, rng):
    folder = tmp_path / "clips"
    folder.mkdir()
    for index in range(4):
        np.save(folder / f"clip{index}.npy", rng.normal(size=(30 + index, 263)).astype(np.float32))
    return folder


def tokenize(checkpoint, data, out, *more):
    arguments = ["--checkpoint", str(checkpoint), "--data", str(data), "--out", str(out), *more]
    return main(["tokenize", *arguments])


def reconstruct(checkpoint, data, out, *more):
    arguments = ["--checkpoint", str(checkpoint), "--data", str(data), "--out", str(out), *more]
    return main(["reconstruct", *arguments])


@pytest.mark.parametrize("suffix", [".csv", ".json", ".npz"])
def test_tokenize_writes_what_encode_gives(checkpoint, clips, tmp_path, suffix, capsys):
    out = tmp_path / f"tokens{suffix}"
    assert tokenize(checkpoint, clips, out) == 0
    loaded = load_checkpoint(checkpoint)
    table = read_tokens(out)
    assert [row.id for row in table.rows] == ["clip0", "clip1", "clip2", "clip3"]
    for row in table.rows:
        expected = loaded.encode(np.load(clips / f"{row.id}.npy"))
        np.testing.assert_array_equal(row.tokens, expected)
    if suffix != ".csv":
        assert (table.checkpoint, table.fingerprint) == ("tiny", loaded.fingerprint)
        assert table.rows[1].frames == 31
    assert "4 clips tokenized by tiny" in capsys.readouterr().out
    assert tokenize(checkpoint, clips, out, "--beam", "4") == 0
    for row in read_tokens(out).rows:
        searched = beam_encode(loaded, np.load(clips / f"{row.id}.npy"), 4)
        np.testing.assert_array_equal(row.tokens, searched.tokens)
    assert not (tmp_path / f"tokens{suffix}{JOURNAL_SUFFIX}").exists()


def test_bad_files_are_passed_over_and_listed(checkpoint, clips, tmp_path, capsys):
    (clips / "clip1.npy").write_bytes(b"nonsense")
    np.save(clips / "clip2.npy", np.zeros((9, 251), np.float32))
    (clips / "empty.npz").write_bytes(b"")
    assert tokenize(checkpoint, clips, tmp_path / "t.csv") == 1
    error = capsys.readouterr().err
    assert "clip1.npy" in error
    assert "KIT-ML features (N, 251) do not fit tiny, which expects HumanML3D features (N, 263)" in error
    assert "empty.npz" in error
    assert error.strip().endswith("3 could not be processed")
    assert [row.id for row in read_tokens(tmp_path / "t.csv").rows] == ["clip0", "clip3"]


def test_an_interrupted_run_goes_on_where_it_stopped(checkpoint, clips, tmp_path, monkeypatch, capsys):
    whole, out = tmp_path / "whole.json", tmp_path / "t.json"
    assert tokenize(checkpoint, clips, whole) == 0
    encode, done = tokenizing.encode_clips, []

    def interrupted(*arguments):
        for place, clip, tokens in encode(*arguments):
            if len(done) == 2:
                raise KeyboardInterrupt
            done.append(len(clip.features))
            yield place, clip, tokens

    monkeypatch.setattr(tokenizing, "encode_clips", interrupted)
    assert tokenize(checkpoint, clips, out) == 130
    assert "goes on from here" in capsys.readouterr().err
    assert not out.exists()
    journal = tmp_path / f"t.json{JOURNAL_SUFFIX}"
    with open(journal, "a") as file:
        file.write('{"id": "clip2", "tok')  # the line that was being written when the machine stopped

    def counted(*arguments):
        for place, clip, tokens in encode(*arguments):
            done.append(len(clip.features))
            yield place, clip, tokens

    monkeypatch.setattr(tokenizing, "encode_clips", counted)
    assert tokenize(checkpoint, clips, out) == 0
    assert done == [30, 31, 32, 33]
    assert out.read_text() == whole.read_text()
    assert not journal.exists()


def test_a_journal_of_another_checkpoint_is_refused(checkpoint, clips, tmp_path, capsys):
    journal = tmp_path / f"t.csv{JOURNAL_SUFFIX}"
    journal.write_text('{"checkpoint": "other", "fingerprint": "00"}\n')
    assert tokenize(checkpoint, clips, tmp_path / "t.csv") == 2
    assert "an interrupted run with other (00) left it" in capsys.readouterr().err
    journal.write_text("nonsense\n")
    assert tokenize(checkpoint, clips, tmp_path / "t.csv") == 2
    assert "not the journal of an interrupted run" in capsys.readouterr().err


def test_names_that_occur_twice_are_listed(checkpoint, clips, tmp_path, capsys):
    other = tmp_path / "more"
    other.mkdir()
    np.save(other / "clip0.npy", np.zeros((8, 263), np.float32))
    arguments = ["--data", str(clips), str(other), "--out", str(tmp_path / "t.csv")]
    assert main(["tokenize", "--checkpoint", str(checkpoint), *arguments]) == 1
    assert "another clip has this name already" in capsys.readouterr().err
    assert len(read_tokens(tmp_path / "t.csv").rows) == 4


def test_reconstruct_one_clip_from_the_first_layers(checkpoint, clips, tmp_path, capsys):
    loaded = load_checkpoint(checkpoint)
    features = np.load(clips / "clip1.npy")
    assert reconstruct(checkpoint, clips / "clip1.npy", tmp_path / "out.npy", "--layers", "2") == 0
    expected = loaded.decode(loaded.encode(features), range(2), length=31)
    np.testing.assert_array_equal(np.load(tmp_path / "out.npy"), expected)
    assert "(31, 263) from layers 1 to 2 of tiny, 20 fps" in capsys.readouterr().out
    assert reconstruct(checkpoint, clips / "clip1.npy", tmp_path / "all.npy") == 0
    assert np.abs(np.load(tmp_path / "all.npy") - expected).max() > 0
    for wrong in ("0", "5"):
        assert reconstruct(checkpoint, clips / "clip1.npy", tmp_path / "x.npy", "--layers", wrong) == 2
        assert "has layers 1 to 4" in capsys.readouterr().err
    assert reconstruct(checkpoint, clips, tmp_path / "x.npy") == 2
    assert "holds 4 clips; expected one" in capsys.readouterr().err


def test_reconstruct_writes_the_format_of_the_suffix(checkpoint, tmp_path, capsys):
    data = CLIPS / "walk.npy"
    loaded = load_checkpoint(checkpoint)
    features = read_clips(data)[0].features
    expected = loaded.decode(loaded.encode(features), range(1), length=len(features))
    for name in ("out.npz", "out.bvh", "out.gif"):
        assert reconstruct(checkpoint, data, tmp_path / name, "--layers", "1") == 0
        assert "from layers 1 to 1 of tiny" in capsys.readouterr().out
    with np.load(tmp_path / "out.npz") as arrays:
        np.testing.assert_array_equal(arrays["features"], expected)
    assert read_clips(tmp_path / "out.bvh")[0].name == "out"
    assert (tmp_path / "out.gif").read_bytes().startswith(b"GIF89a")


def test_reconstruct_a_folder_resumes_and_lists_bad_files(checkpoint, clips, tmp_path, capsys):
    out = tmp_path / "out"
    (clips / "clip1.npy").write_bytes(b"nonsense")
    assert reconstruct(checkpoint, clips, out, "--layers", "1") == 1
    assert "clip1.npy" in capsys.readouterr().err
    assert sorted(p.name for p in out.iterdir()) == [
        "clip0.npy",
        "clip2.npy",
        "clip3.npy",
        "reconstruction.json",
    ]
    (out / "clip2.npy").unlink()
    before = (out / "clip0.npy").stat().st_mtime_ns
    np.save(clips / "clip1.npy", np.load(clips / "clip0.npy"))
    assert reconstruct(checkpoint, clips, out, "--layers", "1") == 0
    assert (out / "clip0.npy").stat().st_mtime_ns == before
    np.testing.assert_array_equal(np.load(out / "clip1.npy"), np.load(out / "clip0.npy"))
    assert (out / "clip2.npy").exists()
    capsys.readouterr()
    assert reconstruct(checkpoint, clips, out, "--layers", "2") == 2
    assert "holds reconstructions of another run" in capsys.readouterr().err
    assert json.loads((out / "reconstruction.json").read_text())["layers"] == 1


def test_a_clip_name_never_leaves_the_folder(checkpoint, tmp_path):
    joints = np.load(CLIPS / "walk.npy")
    names = np.array(["../../escape", "a/b"])
    lengths = np.array([30, 30])
    np.savez(tmp_path / "corpus.npz", names=names, lengths=lengths, positions=joints[:60])
    assert reconstruct(checkpoint, tmp_path / "corpus.npz", tmp_path / "deep" / "er") == 0
    written = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*escape*"))
    assert written == ["deep/er/..%2F..%2Fescape.npy"]
    assert (tmp_path / "deep" / "er" / "a%2Fb.npy").exists()


def test_other_layouts_are_converted_only_when_asked(checkpoint, tmp_path, capsys):
    folder = tmp_path / "mixed"
    folder.mkdir()
    body = read_clips(CLIPS / "walk.npy")[0].features
    hands = np.zeros((len(body), 623), np.float32)
    hands[:, :67], hands[:, 157:283], hands[:, 463:529], hands[:, 619:] = (
        body[:, :67],
        body[:, 67:193],
        body[:, 193:259],
        body[:, 259:],
    )
    np.save(folder / "hands.npy", hands)
    np.save(folder / "sign.npy", np.zeros((40, 668), np.float32))
    out = tmp_path / "t.json"
    assert tokenize(checkpoint, folder, out) == 1
    error = capsys.readouterr().err
    assert "they can be converted" in error
    assert "no conversion from motion-s to humanml3d features exists" in error
    assert not out.exists()
    assert tokenize(checkpoint, folder, out, "--convert") == 1
    assert "hands: the 30 joints of the hands were left out" in capsys.readouterr().err
    (row,) = read_tokens(out).rows
    np.testing.assert_array_equal(row.tokens, load_checkpoint(checkpoint).encode(body))


def test_bvh_is_tokenized_and_its_mapping_said(checkpoint, tmp_path, capsys):
    write_bvh(tmp_path / "walk.bvh", np.load(CLIPS / "walk.npy"), fps=30)
    assert tokenize(checkpoint, tmp_path / "walk.bvh", tmp_path / "t.csv") == 0
    error = capsys.readouterr().err
    assert "joints were mapped by name: pelvis as pelvis" in error
    assert "resampled from 30 to 20 frames a second" in error
    assert read_tokens(tmp_path / "t.csv").rows[0].id == "walk"


def test_a_wrong_suffix_or_path_ends_before_the_work(checkpoint, clips, tmp_path, capsys):
    assert tokenize(checkpoint, clips, tmp_path / "t.txt") == 2
    assert "expected .csv, .json or .npz" in capsys.readouterr().err
    assert tokenize(checkpoint, tmp_path / "nowhere", tmp_path / "t.csv") == 2
    assert "no such file or folder" in capsys.readouterr().err
