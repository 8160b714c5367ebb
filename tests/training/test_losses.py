import math

import pytest
import torch

from rvqvae.motion import features_to_joints, read_clips
from rvqvae.motion.humanml import CONTACT_JOINTS, CONTACTS
from rvqvae.training.losses import contact_loss, heading_loss, joint_loss
from tests.support.paths import CLIPS


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


def test_contact_loss_is_what_standing_feet_move_otherwise(motion):
    slid = motion.clone()
    slid[:, :, 2] += 0.01  # the whole body slides a centimetre a frame along its own z
    standing = motion[0, :-1, CONTACTS] > 0.5
    assert 0 < standing.sum() < standing.numel()
    moved, original = (features_to_joints(m)[0][:, CONTACT_JOINTS].diff(dim=0) for m in (slid, motion))
    apart = (moved - original).norm(dim=-1)[standing].mean()
    assert apart == pytest.approx(0.01, rel=1e-3)
    assert contact_loss(slid, motion).item() == pytest.approx(apart.item(), rel=1e-4)
    assert contact_loss(motion, motion) < 1e-5


def test_contact_loss_sees_only_contacts_between_valid_frames(motion):
    slid = motion.clone()
    slid[:, 50:, 2] += 1.0
    slid.requires_grad_()
    mask = torch.arange(motion.shape[1])[None] <= 50  # the jump begins between frames 50 and 51
    loss = contact_loss(slid, motion, mask)
    loss.backward()
    assert loss.item() == pytest.approx(contact_loss(motion, motion, mask).item(), rel=1e-4)
    assert torch.isfinite(slid.grad).all()
    flying = motion.clone()
    flying[..., CONTACTS] = 0
    assert contact_loss(slid, flying) == 0


def test_heading_loss_is_the_turn_too_much_over_half_a_window(motion):
    turned = motion.clone()
    turned[:, :, 0] -= 0.01  # turns 0.02 radians a frame too far to the left
    half = motion.shape[1] // 2
    assert heading_loss(turned, motion).item() == pytest.approx(0.02 * half, rel=1e-3)
    assert heading_loss(motion, motion) == 0


def test_heading_loss_sees_valid_stretches_only(motion):
    turned = motion.clone()
    half = motion.shape[1] // 2
    turned[:, half + 3 :, 0] -= 1.0
    mask = torch.arange(motion.shape[1])[None] < half + 4
    assert heading_loss(turned, motion, mask) == 0
    assert heading_loss(turned, motion, torch.zeros_like(mask)) == 0
    assert heading_loss(turned, motion) > 0
