import numpy as np
import pytest

from rvqvae import Checkpoint


@pytest.fixture
def tiny_checkpoint(tiny_model):
    """The tiny model with a normalisation that is not trivial."""
    generator = np.random.default_rng(5)
    mean = generator.normal(0, 0.1, 263).astype(np.float32)
    std = generator.uniform(0.05, 0.15, 263).astype(np.float32)
    return Checkpoint(tiny_model, mean, std, "humanml3d", 20.0, "tiny")
