"""What a latent sees, as README and lesson 6 say it."""

import torch

from app.lessons.measures import frames_seen
from tests.support.paths import ROOT


def test_a_latent_sees_23_frames(tiny_model):
    motion = torch.randn(1, 263, 128, requires_grad=True)
    tiny_model.encoder(motion)[..., 16].sum().backward()
    frames = motion.grad.abs().sum(dim=(0, 1)).nonzero().flatten()
    assert int(frames.max() - frames.min()) + 1 == frames_seen(tiny_model) == 23
    assert "out of the 23 frames around them" in (ROOT / "README.md").read_text()
