import numpy as np
import pytest
import torch

from rvqvae import RVQVAE, RVQVAEConfig


@pytest.fixture(autouse=True)
def _seeded():
    torch.manual_seed(0)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def tiny_config():
    """A model small enough to train in a test."""
    return RVQVAEConfig(latent_dim=8, hidden_dim=16, num_embeddings=16, num_quantizers=4)


@pytest.fixture
def tiny_model(tiny_config):
    """A tiny model in eval mode whose codebooks and BatchNorm statistics have seen random data."""
    model = RVQVAE(tiny_config)
    for _ in range(3):
        model(torch.randn(8, 263, 32))
    return model.eval()


def state_of(module):
    return {name: value.clone() for name, value in module.state_dict().items()}


def assert_same_state(a, b):
    assert a.keys() == b.keys()
    for name in a:
        assert torch.equal(a[name], b[name]), name
