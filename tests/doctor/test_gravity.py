import numpy as np
import pytest

from rvqvae.doctor import examine, sample_clips
from rvqvae.doctor.gravity import flight_rates, frame_rate
from rvqvae.motion import Clip, features_to_joints, joints_to_features
from rvqvae.training.data import retime


def jump(fps, seconds=0.6):
    """A stiff body that stands for a while, jumps once and stands again."""
    flight = np.arange(0, seconds, 1 / fps)
    up = 0.5 * 9.81 * flight * (seconds - flight)
    height = np.concatenate([np.zeros(10), up, np.zeros(10)])
    body = np.random.default_rng(0).uniform(0, 1.7, size=(22, 3))
    return body + height[:, None, None] * [0, 1, 0]


@pytest.mark.parametrize("fps", [12.5, 20, 30, 60, 120])
def test_a_body_in_free_fall_tells_the_frame_rate(fps):
    assert list(flight_rates(jump(fps))) == [pytest.approx(fps, rel=1e-6)]


def test_standing_on_a_box_is_no_flight():
    joints = jump(20)
    joints[10:-10, :, 1] = joints[0, :, 1] + 0.4
    assert list(flight_rates(joints)) == []


def test_sample_clips_are_of_twenty_frames_a_second():
    assert frame_rate(sample_clips()) == pytest.approx(20, rel=0.2)
    walk = [clip for clip in sample_clips() if clip.name == "walk"]
    assert frame_rate(walk) is None


@pytest.mark.parametrize("fps", [10, 30, 60])
def test_clips_of_another_frame_rate_are_named(trained, fps):
    joints = [
        features_to_joints(c.features) for c in sample_clips() if c.name in ("jump", "spin", "backflip")
    ]
    clips = [Clip("other", joints_to_features(retime(j, 20 / fps))) for j in joints]
    report = examine(trained, clips)
    assert report.status == 0  # the clips are at fault, not the checkpoint
    assert "clips_frame_rate" in [finding.check for finding in report.findings]
    assert frame_rate(clips) == pytest.approx(fps, rel=0.2)
