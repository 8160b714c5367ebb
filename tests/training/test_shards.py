"""Training from memory-mapped shards is training from the files they were made from."""

import re
import shutil

import numpy as np
import pytest
import torch

from rvqvae import load_checkpoint
from rvqvae.cli.main import main
from rvqvae.motion import MotionFileError, motion_files, read_clips, read_motion
from rvqvae.motion.layouts import HUMANML3D, KIT_ML
from rvqvae.motion.retargeting import convert_features
from rvqvae.motion.shards import INDEX, open_shards, shard_name
from rvqvae.tokens import read_tokens
from rvqvae.training.data import merge_moments, moments_of, read_source
from rvqvae.training.shards import prepare_shards
from rvqvae.training.windows import WindowSampler
from tests.support.paths import CHECKPOINTS, CLIPS
from tests.support.state import assert_same_state, state_of

SPEEDS = (1.0, 1.25)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """All sample clips, mirrored and re-timed, over several shards."""
    out = tmp_path_factory.mktemp("prepared") / "shards"
    prepare_shards([str(CLIPS)], out, mirror=True, speeds=SPEEDS, frames_per_shard=1000)
    return out


@pytest.fixture
def damaged(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "damaged")
    return tmp_path / "damaged"


def sampler(sources):
    return WindowSampler(sources, window=64, batch_size=16, seed=3)


def assert_same_batches(a, b):
    for _ in range(30):
        (motion, lengths), (other, other_lengths) = a.draw(), b.draw()
        assert torch.equal(motion, other)
        assert (lengths is None and other_lengths is None) or torch.equal(lengths, other_lengths)


@pytest.mark.parametrize(
    "options",
    [
        {"mirror": True, "speeds": SPEEDS},
        {"mirror": False, "speeds": SPEEDS},
        {"mirror": True, "speeds": (1.25,)},
        {"mirror": True, "speeds": SPEEDS, "exclude": ["walk", "dance_b"]},
    ],
)
def test_batches_are_those_of_the_files_to_the_last_bit(folder, options):
    mapped, read = read_source(str(folder), 2.0, **options), read_source(CLIPS, 2.0, **options)
    assert [clip.name for clip in mapped.clips] == [clip.name for clip in read.clips]
    np.testing.assert_array_equal(mapped.lengths, read.lengths)
    assert_same_batches(sampler([mapped]), sampler([read]))


def test_a_mixture_of_shards_and_files_gives_the_batches_of_files(folder):
    other = read_source(CLIPS / "run.npy", 3.0)
    options = {"mirror": True, "speeds": SPEEDS}
    mapped, read = read_source(str(folder), **options), read_source(CLIPS, **options)
    assert_same_batches(sampler([mapped, other]), sampler([read, other]))


def test_mean_and_std_are_stored_and_those_of_the_clips(folder, monkeypatch):
    source = read_source(str(folder), mirror=True, speeds=SPEEDS)
    expected = moments_of(read_source(CLIPS, mirror=True, speeds=SPEEDS).clips)
    monkeypatch.setattr("rvqvae.training.data.moments_of", None)  # not computed again
    np.testing.assert_array_equal(source.moments.mean, expected.mean)
    np.testing.assert_array_equal(source.moments.squares, expected.squares)
    assert source.moments.count == expected.count == source.lengths.sum()


def test_moments_of_parts_merge_to_those_of_the_whole():
    clips = read_clips(CLIPS)
    merged = merge_moments([moments_of(clips[:4]), moments_of(clips[4:5]), moments_of(clips[5:])])
    whole = moments_of(clips)
    assert merged.count == whole.count
    np.testing.assert_allclose(merged.mean, whole.mean, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(merged.squares, whole.squares, rtol=1e-9)


def test_clips_stay_on_disk(folder):
    shards = open_shards(folder)
    assert len(list(folder.glob("shard-*.npy"))) > 2
    for clip in (shards.clips[0], shards.clips[-1]):
        assert not clip.features.flags.writeable
        assert not clip.features.flags.owndata
    sizes = [np.load(folder / shard_name(n), mmap_mode="r").shape[0] for n in range(2)]
    assert all(1000 <= size < 1400 for size in sizes)


TINY = [
    *("--latent-dim", "8", "--hidden-dim", "16", "--num-embeddings", "32", "--num-quantizers", "2"),
    *("--steps", "4", "--interval", "4", "--batch-size", "4", "--window", "32"),
    *("--warmup", "1", "--device", "cpu"),
]


def test_a_run_on_shards_learns_what_a_run_on_files_learns(tmp_path):
    shards = tmp_path / "shards"
    assert main(["shard", "--data", str(CLIPS), "--out", str(shards), "--exclude", "walk"]) == 0
    val = ["--val", str(CLIPS / "walk.npy")]
    for name, data in (("files", [str(CLIPS), "--exclude", "walk"]), ("mapped", [str(shards)])):
        assert main(["train", "--data", *data, *val, "--out", str(tmp_path / name), *TINY]) == 0
    files, mapped = (load_checkpoint(tmp_path / name / "best", "cpu") for name in ("files", "mapped"))
    assert_same_state(state_of(files.model), state_of(mapped.model))
    np.testing.assert_array_equal(files.mean, mapped.mean)
    np.testing.assert_array_equal(files.std, mapped.std)
    np.testing.assert_array_equal(files.usage, mapped.usage)


def test_shards_can_be_tokenized_and_evaluated_as_any_corpus(folder, tiny_model, tmp_path):
    assert motion_files(folder) == [folder]
    checkpoint = CHECKPOINTS / "motion-rvq"
    out = tmp_path / "t.json"
    command = ["tokenize", "--checkpoint", str(checkpoint), "--data", str(folder), "--device", "cpu"]
    assert main([*command, "--out", str(out)]) == 0
    clips = open_shards(folder).clips
    rows = read_tokens(out).rows
    assert [row.id for row in rows] == [clip.name for clip in clips]
    encode = load_checkpoint(checkpoint, "cpu").encode
    for row, clip in list(zip(rows, clips, strict=True))[::20]:
        np.testing.assert_array_equal(row.tokens, encode(clip.features))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--speeds", "1", "0.5"], "was prepared without the speed 0.5"),
        (["--exclude", "wolk"], "no clip named wolk"),
    ],
)
def test_training_says_what_shards_lack(folder, tmp_path, capsys, options, sentence):
    assert main(["train", "--data", str(folder), "--out", str(tmp_path / "o"), *options]) == 2
    assert sentence in capsys.readouterr().err


def test_mirrored_clips_are_asked_of_shards_without(tmp_path, capsys):
    prepare_shards([str(CLIPS / "run.npy")], tmp_path / "plain", mirror=False)
    command = ["train", "--data", str(tmp_path / "plain"), "--out", str(tmp_path / "o"), *TINY]
    assert main(command) == 2
    assert "was prepared without mirrored clips" in capsys.readouterr().err
    assert main([*command, "--no-mirror"]) == 0


def test_shards_of_another_layout_train_as_their_files_do(tmp_path, capsys):
    folder, shards = tmp_path / "kit", str(tmp_path / "shards")
    folder.mkdir()
    for clip in (clip for name in ("walk", "run") for clip in read_clips(CLIPS / f"{name}.npy")):
        np.save(folder / f"{clip.name}.npy", convert_features(clip.features, HUMANML3D, KIT_ML, clip.fps))
    command = ["shard", "--data", str(folder), "--out", shards, "--layout", "kit-ml"]
    assert main(command) == 2
    assert "only joints can be mirrored or re-timed, so leave that out" in capsys.readouterr().err
    assert main([*command, "--no-mirror"]) == 0
    source, read = (read_source(str(path), layout=KIT_ML) for path in (shards, folder))
    assert_same_batches(sampler([source]), sampler([read]))
    assert {(clip.layout, clip.fps) for clip in source.clips} == {("kit-ml", 12.5)}
    np.testing.assert_allclose(source.moments.mean, read.moments.mean)
    assert [clip.layout for clip in read_motion(shards)] == ["kit-ml", "kit-ml"]
    train = ["train", "--data", shards, "--out", str(tmp_path / "o"), "--no-mirror", *TINY]
    assert main(train) == 2
    assert "holds KIT-ML features (N, 251); expected HumanML3D features (N, 263)" in capsys.readouterr().err
    assert main([*train, "--layout", "kit-ml"]) == 0
    assert load_checkpoint(tmp_path / "o" / "best").layout == "kit-ml"


def test_a_bad_file_leaves_no_folder_and_an_old_one_is_kept(folder, tmp_path, capsys):
    np.save(tmp_path / "a.npy", np.load(CLIPS / "run.npy"))
    (tmp_path / "b.npy").write_bytes(b"nonsense")
    assert main(["shard", "--data", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "b.npy" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.npy", "b.npy"]
    assert main(["shard", "--data", str(CLIPS), "--out", str(folder)]) == 2
    assert "exists already" in capsys.readouterr().err
    assert main(["shard", "--data", str(folder), "--out", str(tmp_path / "out")]) == 2
    assert "holds shards already" in capsys.readouterr().err


def change_index(folder, **arrays):
    with np.load(folder / INDEX) as index:
        content = dict(index)
    content.update(arrays)
    np.savez(folder / INDEX, **{name: array for name, array in content.items() if array is not None})


def first_replaced(folder, name, value):
    with np.load(folder / INDEX) as index:
        array = index[name].copy()
    array[0] = value
    change_index(folder, **{name: array})


def cut(folder):
    path = folder / shard_name(0)
    path.write_bytes(path.read_bytes()[:-4])


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda f: (f / INDEX).write_bytes(b"nonsense"), "index.npz: found a damaged archive"),
        (lambda f: change_index(f, starts=None), "found no array 'starts'"),
        (lambda f: change_index(f, version=np.array(2)), "found shards of version 2; expected 1"),
        (lambda f: change_index(f, version=np.array("x" * 999)), "found shards of version xxx"),
        (lambda f: change_index(f, names=np.array([object()])), "pickled objects"),
        (lambda f: change_index(f, lengths=np.zeros((2, 2))), "found names of shape"),
        (lambda f: change_index(f, lengths=np.array(3)), "found names of shape"),
        (lambda f: change_index(f, frames=np.array(3)), "found frames of shape ()"),
        (lambda f: change_index(f, mean=np.zeros(3)), "found mean of shape (3,)"),
        (lambda f: first_replaced(f, "mean", np.nan), "found NaN or infinity"),
        (lambda f: first_replaced(f, "squares", -1.0), "negative variance"),
        (lambda f: first_replaced(f, "lengths", 2**62), "found clips outside its shards"),
        (lambda f: first_replaced(f, "starts", -1), "found clips outside its shards"),
        (lambda f: first_replaced(f, "starts", 2**63 - 1), "found clips outside its shards"),
        (lambda f: first_replaced(f, "shards", 99), "found clips outside its shards"),
        (lambda f: first_replaced(f, "names", b"\xff"), "names that are not UTF-8"),
        (lambda f: first_replaced(f, "frames", 10**12), "the index says (1000000000000, 263) float32"),
        (lambda f: (f / shard_name(1)).unlink(), "shard-00001.npy: no such file"),
        (cut, "more than its"),
        (lambda f: np.save(f / shard_name(0), np.zeros((5, 263))), "found an array of shape (5, 263)"),
        (lambda f: np.save(f / shard_name(0), np.array([{}])), "pickled objects"),
    ],
)
def test_damaged_shards_are_refused_in_a_sentence(damaged, damage, sentence):
    damage(damaged)
    with pytest.raises(MotionFileError, match=re.escape(sentence)) as error:
        open_shards(damaged)
    assert len(str(error.value)) < 600
