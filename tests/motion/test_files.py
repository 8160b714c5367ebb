import pickle
from pathlib import Path

import numpy as np
import pytest

from rvqvae.motion import MotionFileError, SkippedClipWarning, read_clips
from tests.support.paths import CLIPS


@pytest.fixture
def walk():
    return np.load(CLIPS / "walk.npy")


def corpus(path, clips):
    np.savez(
        path,
        names=np.array(list(clips)),
        lengths=np.array([len(c) for c in clips.values()], dtype=np.int32),
        positions=np.concatenate(list(clips.values())),
    )


def test_joints_and_their_features_read_alike(tmp_path, walk):
    (clip,) = read_clips(CLIPS / "walk.npy")
    assert clip.name == "walk"
    assert clip.fps == 20.0
    assert clip.features.shape == (len(walk) - 1, 263)
    assert clip.features.dtype == np.float32
    np.save(tmp_path / "walk.npy", clip.features.astype(np.float64))
    (again,) = read_clips(tmp_path / "walk.npy")
    np.testing.assert_array_equal(again.features, clip.features)


def test_corpus_and_folder(tmp_path, walk):
    corpus(tmp_path / "b.npz", {"x/1": walk[:30], "x/2": walk[30:70]})
    np.save(tmp_path / "a.npy", walk[:50])
    (tmp_path / "notes.txt").write_text("not motion")
    clips = read_clips(tmp_path)
    assert [(c.name, len(c.features)) for c in clips] == [("a", 49), ("x/1", 29), ("x/2", 39)]


def test_degenerate_clips_of_a_corpus_are_named_and_skipped(tmp_path, walk):
    broken = walk.copy()
    broken[3, 1] = broken[3, 0]
    corpus(tmp_path / "c.npz", {"good": walk, "broken": broken})
    with pytest.warns(SkippedClipWarning, match="skipped broken: the bone from .* has no length"):
        clips = read_clips(tmp_path / "c.npz")
    assert [c.name for c in clips] == ["good"]
    assert np.isfinite(clips[0].features).all()


def test_a_file_with_nothing_usable_is_an_error(tmp_path, walk):
    broken = walk.copy()
    broken[3, 1] = broken[3, 0]
    np.save(tmp_path / "broken.npy", broken)
    with (
        pytest.warns(SkippedClipWarning),
        pytest.raises(MotionFileError, match="no usable clip"),
    ):
        read_clips(tmp_path / "broken.npy")


def bad_nan(a):
    a[7, 0, 0] = np.nan
    return a


@pytest.mark.parametrize(
    ("array", "found"),
    [
        (np.zeros((9, 20, 3)), r"shape \(9, 20, 3\) and type float64"),
        (np.zeros((9, 251)), r"shape \(9, 251\)"),
        (np.zeros(263), r"shape \(263,\)"),
        (np.zeros((0, 22, 3)), r"expected 2 to"),
        (np.zeros((1, 22, 3)), r"expected 2 to"),
        (np.zeros((0, 263)), r"expected 1 to"),
        (np.zeros((9, 22, 3), dtype=np.int64), "type int64"),
        (np.zeros((9, 22, 3), dtype=complex), "type complex128"),
        (bad_nan(np.zeros((9, 22, 3))), "NaN or infinity in array, frame 7"),
        (np.full((9, 263), np.inf), "NaN or infinity in array, frame 0"),
    ],
)
def test_wrong_arrays_are_refused_in_one_sentence(tmp_path, array, found):
    path = tmp_path / "clip.npy"
    np.save(path, array)
    with pytest.raises(MotionFileError, match=found) as error:
        read_clips(path)
    assert "clip.npy" in str(error.value)
    assert "expected" in str(error.value)
    assert "\n" not in str(error.value)


def test_empty_damaged_pickled_and_missing_files(tmp_path):
    (tmp_path / "empty.npy").write_bytes(b"")
    with pytest.raises(MotionFileError, match="the file is empty"):
        read_clips(tmp_path / "empty.npy")
    (tmp_path / "text.npy").write_text("hello")
    with pytest.raises(MotionFileError, match=r"found pickled objects|found no NumPy array"):
        read_clips(tmp_path / "text.npy")
    np.save(tmp_path / "cut.npy", np.zeros((50, 22, 3)))
    whole = (tmp_path / "cut.npy").read_bytes()
    (tmp_path / "cut.npy").write_bytes(whole[:500])
    with pytest.raises(MotionFileError, match="found no NumPy array"):
        read_clips(tmp_path / "cut.npy")
    (tmp_path / "cut.npz").write_bytes(b"PK\x03\x04 nonsense")
    with pytest.raises(MotionFileError, match="damaged archive"):
        read_clips(tmp_path / "cut.npz")
    with pytest.raises(MotionFileError, match="no such file"):
        read_clips(tmp_path / "none.npy")
    (tmp_path / "motion.txt").write_text("hello")
    with pytest.raises(MotionFileError, match=r"found a \.txt file"):
        read_clips(tmp_path / "motion.txt")
    (tmp_path / "folder").mkdir()
    with pytest.raises(MotionFileError, match="holds no"):
        read_clips(tmp_path / "folder")


class Bomb:
    def __reduce__(self):
        return (Path.touch, (Path("executed"),))


def test_pickles_are_never_executed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save("object.npy", np.array([Bomb()], dtype=object), allow_pickle=True)
    Path("raw.npy").write_bytes(pickle.dumps(Bomb()))
    np.savez("corpus.npz", names=np.array([Bomb()], dtype=object), lengths=[1], positions=[1.0])
    for name in ("object.npy", "raw.npy", "corpus.npz"):
        with pytest.raises(MotionFileError, match="pickled objects"):
            read_clips(name)
    assert not Path("executed").exists()


def test_a_corpus_whose_arrays_disagree_is_refused(tmp_path, walk):
    path = tmp_path / "c.npz"
    np.savez(path, names=np.array(["a"]), lengths=np.array([99]), positions=walk)
    with pytest.raises(MotionFileError, match="expected the arrays names"):
        read_clips(path)
    np.savez(path, names=np.array(["a"]))
    with pytest.raises(MotionFileError, match=r"found \['names'\]"):
        read_clips(path)


def test_a_declared_size_beyond_the_file_allocates_nothing(tmp_path):
    header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000, 22, 3), }"
    body = header.encode().ljust(117) + b"\n"
    (tmp_path / "huge.npy").write_bytes(b"\x93NUMPY\x01\x00" + len(body).to_bytes(2, "little") + body)
    with pytest.raises(MotionFileError, match="found no NumPy array"):
        read_clips(tmp_path / "huge.npy")


def test_an_archive_that_unpacks_to_far_more_than_its_size_is_refused_unread(tmp_path):
    path = tmp_path / "bomb.npz"
    positions = np.zeros((700_000, 22, 3), np.float32)
    np.savez_compressed(path, names=np.array(["a"]), lengths=np.array([700_000]), positions=positions)
    assert path.stat().st_size < 1_000_000
    with pytest.raises(MotionFileError, match="unpack to 184800"):
        read_clips(path)
