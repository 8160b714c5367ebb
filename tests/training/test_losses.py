import math
from pathlib import Path

import pytest
import torch

from rvqvae.motion import read_clips
from rvqvae.training.losses import joint_loss

CLIPS = Path(__file__).parents[2] / "assets" / "clips"


@pytest.fixture
def motion():
    return torch.from_numpy(read_clips(CLIPS / "walk.npy")[0].features)[None]


def test_zero_for_equal_motion(motion):
    assert joint_loss(motion, motion) < 1e-5


def test_a_path_that_drifts_counts_at_the_pelvis(motion):
    drifted = motion.clone()
    drifted[:, 0, 2] += 0.22  # one step off, so that every later frame is 0.22 m away
    frames = motion.shape[1]
    expected = 0.22 * (frames - 1) / frames / 22
    assert joint_loss(drifted, motion).item() == pytest.approx(expected, rel=1e-3)


def test_a_heading_that_drifts_counts_at_the_body(motion):
    turned = motion.clone()
    turned[:, 0, 0] += math.pi / 2
    assert joint_loss(turned, motion) > 0.1


def test_masked_frames_do_not_count(motion):
    noisy = motion.clone()
    noisy[:, 50:] += 1.0
    mask = torch.arange(motion.shape[1])[None] < 50
    noisy.requires_grad_()
    loss = joint_loss(noisy, motion, mask)
    assert loss < 1e-5
    loss.backward()
    assert torch.isfinite(noisy.grad).all()
