"""Motion files that are written, read by this library's readers."""

import numpy as np
import pytest

from rvqvae.export import write_motion, write_reconstruction
from rvqvae.motion import Clip, features_to_joints, read_bvh_body, read_clips, read_motion
from tests.support.paths import CLIPS


@pytest.fixture
def clip():
    return read_clips(CLIPS / "walk.npy")[0]


def test_features_come_back_exactly(clip, tmp_path):
    write_motion(tmp_path / "out.npy", clip)
    np.testing.assert_array_equal(read_clips(tmp_path / "out.npy")[0].features, clip.features)
    write_motion(tmp_path / "out.npz", clip)
    with np.load(tmp_path / "out.npz") as arrays:
        np.testing.assert_array_equal(arrays["features"], clip.features)
        np.testing.assert_allclose(arrays["positions"], features_to_joints(clip.features), atol=1e-6)
        assert arrays["fps"] == 20.0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.npy", "out.npz"]


def test_an_archive_is_a_corpus_that_opens_again(clip, tmp_path):
    write_motion(tmp_path / "out.npz", clip)
    (again,) = read_clips(tmp_path / "out.npz")
    assert again.name == "walk"
    # Features of the last frame need the joints of the one after it.
    joints = features_to_joints(clip.features)
    assert len(again.features) == len(joints) - 1
    assert np.abs(features_to_joints(again.features) - joints[:-1]).max() < 0.01


def test_bvh_holds_the_same_joints(clip, tmp_path):
    write_motion(tmp_path / "out.bvh", clip)
    body = read_bvh_body(tmp_path / "out.bvh").array / 100  # centimetres
    # A BVH has fixed bones, HumanML3D's; this clip has them already.
    assert np.abs(body - features_to_joints(clip.features)).max() < 0.001


def test_features_without_joints_are_kept_as_features(tmp_path):
    sign = Clip("sign", np.ones((8, 668), np.float32), 30.0, "motion-s")
    write_motion(tmp_path / "out.npz", sign)
    with np.load(tmp_path / "out.npz") as arrays:
        assert set(arrays) == {"features", "fps"}
    for name in ("out.bvh", "out.mp4"):
        with pytest.raises(ValueError, match="features of layout motion-s have no known joints"):
            write_reconstruction(tmp_path / name, sign, sign.features, caption="")
    assert [path.name for path in tmp_path.iterdir()] == ["out.npz"]
    assert read_motion(CLIPS / "walk.npy")[0].layout == "humanml3d"


def test_other_suffixes_are_refused(clip, tmp_path):
    with pytest.raises(ValueError, match=r"found the suffix \.fbx; expected \.npy, \.npz, \.bvh"):
        write_motion(tmp_path / "out.fbx", clip)
