import pytest
import torch

from rvqvae import compute_rvq_loss

# One clip of five features and three frames; SmoothL1 is x^2 / 2 below 1 and |x| - 1/2 above.
MOTION = torch.zeros(1, 5, 3)
RECONSTRUCTED = torch.tensor(
    [
        [
            [0.5, 0.5, 0.5],
            [0.0, 2.0, 0.0],
            [0.0, 0.0, 0.0],
            [0.0, 0.0, 0.0],
            [0.0, 0.0, 1.0],
        ]
    ]
)


def test_components_against_hand_worked_values():
    total, parts = compute_rvq_loss(RECONSTRUCTED, MOTION, torch.tensor(3.0))
    reconstruction = (3 * 0.125 + 1.5 + 0.5) / 15
    root = (3 * 0.125 + 1.5) / 12
    velocity = (1.5 + 1.5 + 0.5) / 10
    assert parts["reconstruction"].item() == pytest.approx(reconstruction)
    assert parts["global"].item() == pytest.approx(root)
    assert parts["velocity"].item() == pytest.approx(velocity)
    assert parts["commitment"].item() == 3.0
    assert total.item() == pytest.approx(reconstruction + 1.5 * root + 0.02 * 3 + 2.0 * velocity)
    assert parts["total"].item() == total.item()


def test_components_with_a_mask_against_hand_worked_values():
    mask = torch.tensor([[1, 1, 0]])
    total, parts = compute_rvq_loss(RECONSTRUCTED, MOTION, torch.tensor(0.0), mask)
    reconstruction = (2 * 0.125 + 1.5) / 10
    root = (2 * 0.125 + 1.5) / 8
    velocity = 1.5 / 5
    assert parts["reconstruction"].item() == pytest.approx(reconstruction)
    assert parts["global"].item() == pytest.approx(root)
    assert parts["velocity"].item() == pytest.approx(velocity)
    assert total.item() == pytest.approx(reconstruction + 1.5 * root + 2.0 * velocity)


def test_a_full_mask_is_no_mask():
    a, b = torch.randn(2, 3, 7, 5).unbind()
    plain, _ = compute_rvq_loss(a, b, torch.tensor(1.0))
    masked, _ = compute_rvq_loss(a, b, torch.tensor(1.0), torch.ones(3, 5))
    torch.testing.assert_close(plain, masked)


def test_weights_are_applied():
    total, parts = compute_rvq_loss(
        RECONSTRUCTED,
        MOTION,
        torch.tensor(3.0),
        global_weight=10.0,
        commitment_weight=100.0,
        velocity_weight=0.0,
    )
    assert total.item() == pytest.approx((parts["reconstruction"] + 10 * parts["global"] + 300).item())


def test_padding_reaches_neither_loss_nor_gradient():
    a = RECONSTRUCTED.clone()
    a[..., 2] = float("nan")
    a.requires_grad_()
    mask = torch.tensor([[True, True, False]])
    total, _ = compute_rvq_loss(a, MOTION, torch.tensor(0.0), mask)
    total.backward()
    assert torch.isfinite(total)
    assert torch.isfinite(a.grad[..., :2]).all()
    expected, _ = compute_rvq_loss(RECONSTRUCTED, MOTION, torch.tensor(0.0), mask)
    torch.testing.assert_close(total, expected)


def test_one_frame_has_no_velocity():
    total, parts = compute_rvq_loss(torch.ones(1, 5, 1), torch.zeros(1, 5, 1), torch.tensor(0.0))
    assert parts["velocity"] == 0
    assert torch.isfinite(total)
