import numpy as np
import pytest
import torch

from rvqvae.motion import Clip, MotionFileError, features_to_joints, mirror_joints, read_clips
from rvqvae.motion.humanml import GROUPS, POSITIONS
from rvqvae.training.data import Source, moments_of, read_source, retime, standardization
from rvqvae.training.windows import WindowSampler
from tests.support.paths import CLIPS

HELD_OUT = ["walk", "spinkick", "dance_b", "getup_faceup"]


def test_excluded_clips_stay_out_and_mirrored_ones_come_in():
    source = read_source(CLIPS, 2.0, mirror=True, exclude=HELD_OUT)
    names = [c.name for c in source.clips]
    assert len(names) == 22
    assert "run" in names
    assert "run|mirrored" in names
    assert not any(name.split("|")[0] in HELD_OUT for name in names)


def test_mirrored_clip_is_the_clip_reflected():
    source = read_source(CLIPS / "kick.npy", mirror=True)
    plain, mirrored = (features_to_joints(c.features) for c in source.clips)
    # HumanML3D's skeleton is not quite symmetric (its left hip is 7 mm closer than its right one).
    assert np.abs(mirror_joints(plain) - mirrored).max() < 0.03
    assert np.abs(plain - mirrored).max() > 0.3


def test_retiming_changes_length_and_keeps_the_path():
    joints = np.load(CLIPS / "run.npy").astype(np.float64)
    fast, slow = retime(joints, 1.25), retime(joints, 0.5)
    assert len(fast) == int((len(joints) - 1) / 1.25) + 1
    assert len(slow) == 2 * len(joints) - 1
    np.testing.assert_allclose(slow[::2], joints, atol=1e-12)
    np.testing.assert_allclose(slow[1::2], (joints[1:] + joints[:-1]) / 2, atol=1e-12)
    names = [c.name for c in read_source(CLIPS / "run.npy", speeds=[1.0, 0.8]).clips]
    assert names == ["run", "run@0.8"]


def test_features_cannot_be_mirrored(tmp_path):
    np.save(tmp_path / "f.npy", np.zeros((80, 263)))
    with pytest.raises(MotionFileError, match="only joints can be mirrored"):
        read_source(tmp_path, mirror=True)
    assert len(read_source(tmp_path).clips) == 1


def test_standardization_averages_deviation_within_each_group():
    clips = read_clips(CLIPS)
    mean, std = standardization(moments_of(clips))
    frames = np.concatenate([c.features for c in clips]).astype(np.float64)
    np.testing.assert_allclose(mean, frames.mean(axis=0), atol=1e-5)
    for group in GROUPS:
        np.testing.assert_allclose(std[group], frames.std(axis=0)[group].mean(), rtol=1e-4)
    assert sum(g.stop - g.start for g in GROUPS) == 263


def ramp(name, start, length):
    """A clip whose every value says which frame it is."""
    return Clip(name, np.repeat(np.arange(start, start + length, dtype=np.float32)[:, None], 263, axis=1))


def sampler(sources, **values):
    options = {"window": 8, "batch_size": 64, "seed": 0, **values}
    return WindowSampler(sources, **options)


def test_windows_are_runs_within_one_clip_and_short_clips_are_padded():
    source = Source("s", [ramp("a", 0, 20), ramp("b", 1000, 5)], 1.0)
    draws = sampler([source])
    starts = set()
    for _ in range(20):
        motion, lengths = draws.draw()
        assert motion.shape == (64, 8, 263)
        for row, length in zip(motion[:, :, 0], lengths, strict=True):
            assert torch.equal(row[:length].diff(), torch.ones(length - 1))
            if row[0] >= 1000:
                assert length == 5
                assert row[:5].tolist() == [1000, 1001, 1002, 1003, 1004]
            else:
                assert length == 8
                starts.add(int(row[0]))
    assert starts == set(range(13))


def test_lengths_are_none_when_nothing_is_padded():
    assert sampler([Source("s", [ramp("a", 0, 8)], 1.0)]).draw()[1] is None


def test_a_frames_chance_is_its_sources_weight():
    sources = [Source("a", [ramp("a", 0, 300)], 1.0), Source("b", [ramp("b", 1000, 100)], 6.0)]
    motion, _ = sampler(sources, batch_size=6000).draw()
    share = (motion[:, 0, 0] >= 1000).float().mean().item()
    assert share == pytest.approx(600 / 900, abs=0.02)


def test_the_same_seed_draws_the_same_windows():
    source = Source("s", read_clips(CLIPS / "run.npy"), 1.0)
    a, b, c = (sampler([source], seed=s).draw()[0] for s in (1, 1, 2))
    assert torch.equal(a, b)
    assert not torch.equal(a, c)
    assert a[..., POSITIONS].std() > 0
