import numpy as np
import pytest

from rvqvae.motion import (
    Clip,
    MotionFileError,
    convert_clip,
    features_to_joints,
    joints_to_features,
    read_clips,
    read_motion,
    resample,
    to_humanml_skeleton,
)
from tests.support.paths import CLIPS


@pytest.fixture
def walk():
    return to_humanml_skeleton(np.load(CLIPS / "walk.npy"))


def test_resampling_keeps_times_and_ends():
    t = np.arange(61) / 60
    line = np.stack([t, 2 * t, -t], axis=-1)[:, None]
    out = resample(line, 60, 20)
    np.testing.assert_allclose(out[:, 0, 0], np.arange(21) / 20)
    out = resample(line[:26], 12.5, 20)
    assert len(out) == 41
    np.testing.assert_allclose(out[-1], line[25])
    np.testing.assert_allclose(out[:, 0, 1], 2 * np.arange(41) * 12.5 / 20 / 60)
    np.testing.assert_array_equal(resample(line, 30, 30), line)
    assert resample(line[:1], 60, 20).shape == (1, 1, 3)


def hand_features(body, rng):
    """(N, 623) with the body's 263 columns at their places and random hands."""
    hands = lambda width: rng.normal(size=(len(body), 30 * width))  # noqa: E731
    parts = [body[:, :4], body[:, 4:67], hands(3), body[:, 67:193], hands(6)]
    parts += [body[:, 193:259], hands(3), body[:, 259:]]
    return np.concatenate(parts, axis=1).astype(np.float32)


def test_hands_are_left_out_exactly(tmp_path, walk, rng):
    body = joints_to_features(walk)
    full = hand_features(body, rng)
    assert full.shape[1] == 623
    np.save(tmp_path / "hands.npy", full)
    (clip,) = read_motion(tmp_path / "hands.npy")
    assert (clip.layout, clip.fps) == ("humanml3d-52", 20.0)
    converted = convert_clip(clip, "humanml3d")
    np.testing.assert_array_equal(converted.features, body)
    assert converted.layout == "humanml3d"
    assert "hands were left out" in converted.remarks[0]
    assert convert_clip(converted, "humanml3d") is converted
    joints = np.concatenate([walk, rng.normal(size=(len(walk), 30, 3))], axis=1)
    np.save(tmp_path / "joints52.npy", joints)
    (clip,) = read_clips(tmp_path / "joints52.npy")
    np.testing.assert_allclose(clip.features, body, atol=2e-3)


def kit_joints(body):
    """KIT-ML's 21 joints of a body, in millimetres, at 12.5 frames a second."""
    order = [0, 6, 9, 12, 15, 17, 19, 21, 16, 18, 20, 2, 5, 8, 11, 11, 1, 4, 7, 10, 10]
    joints = body[:, order].copy()
    joints[:, [14, 19]] = (joints[:, [13, 18]] + joints[:, [15, 20]]) / 2
    return 1000 * resample(joints, 20, 12.5)


def test_kit_joints_become_the_same_body(tmp_path, walk):
    np.save(tmp_path / "kit.npy", kit_joints(walk))
    (clip,) = read_clips(tmp_path / "kit.npy")
    assert clip.fps == 20.0
    assert "resampled from 12.5 to 20" in clip.remarks[0]
    rebuilt, original = (features_to_joints(f) for f in (clip.features, joints_to_features(walk)))
    frames = min(len(rebuilt), len(original))
    legs_arms_head = [0, 1, 2, 4, 5, 7, 8, 10, 11, 15, 18, 19, 20, 21]
    distance = np.linalg.norm(
        (rebuilt - rebuilt[:, :1])[:frames] - (original - original[:, :1])[:frames], axis=-1
    )
    assert np.median(distance[:, legs_arms_head]) < 0.05
    assert np.abs(rebuilt[:frames, 0] - original[:frames, 0]).max() < 0.1


def kit_features(joints):
    """The first 64 of KIT-ML's 251 columns for a body that faces +z throughout, the rest zero."""
    features = np.zeros((len(joints) - 1, 251), dtype=np.float32)
    features[:, 1:3] = np.diff(joints[:, 0], axis=0)[:, [0, 2]]
    features[:, 3] = joints[:-1, 0, 1]
    local = joints - joints[:, :1] * [1, 0, 1]
    features[:, 4:64] = local[:-1, 1:].reshape(len(features), -1)
    return features


def test_kit_features_are_converted_through_joints(tmp_path, walk):
    joints = kit_joints(walk)
    np.save(tmp_path / "kit.npy", kit_features(joints))
    (clip,) = read_motion(tmp_path / "kit.npy")
    assert (clip.layout, clip.fps, clip.features.shape[1]) == ("kit-ml", 12.5, 251)
    with pytest.raises(MotionFileError, match=r"kit\.npy: found array of shape \(\d+, 251\) \(KIT-ML\)"):
        read_clips(tmp_path / "kit.npy")
    converted = convert_clip(clip, "humanml3d")
    np.save(tmp_path / "joints.npy", joints[:-1])
    (expected,) = read_clips(tmp_path / "joints.npy")
    assert converted.fps == 20.0
    np.testing.assert_allclose(converted.features, expected.features, atol=2e-3)


def test_features_of_unknown_width_are_read_and_never_converted(tmp_path, rng):
    np.save(tmp_path / "sign.npy", rng.normal(size=(50, 668)))
    np.save(tmp_path / "other.npy", rng.normal(size=(50, 17)))
    other, sign = read_motion(tmp_path)
    assert (sign.layout, sign.fps) == ("motion-s", 30.0)
    assert (other.layout, other.fps) == ("unknown", None)
    for clip in (other, sign):
        with pytest.raises(MotionFileError, match="cannot be converted to humanml3d"):
            convert_clip(clip, "humanml3d")
    with pytest.raises(MotionFileError, match="cannot be converted to kit-ml"):
        convert_clip(Clip("c", np.zeros((4, 263))), "kit-ml")


@pytest.mark.parametrize("count", [24, 55, 127])
def test_joints_that_begin_with_the_body_are_told_by_their_bones(tmp_path, walk, rng, count):
    whole = np.concatenate([walk, rng.normal(size=(len(walk), count - 22, 3))], axis=1).astype(np.float32)
    np.save(tmp_path / "more.npy", whole)
    (clip,) = read_clips(tmp_path / "more.npy")
    np.testing.assert_allclose(clip.features, joints_to_features(walk), atol=2e-3)
    assert clip.remarks[0].startswith(f"the first 22 of {count} joints are HumanML3D's")
    np.save(tmp_path / "others.npy", whole[:, ::-1])
    with pytest.raises(MotionFileError, match=r"first 22 are HumanML3D's.*joint map.*as BVH"):
        read_clips(tmp_path / "others.npy")
