import os

import numpy as np
import pytest
import torch

from rvqvae import RVQVAE, RVQVAEConfig
from tests.support.serving import FLAGS, chromium


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


@pytest.fixture(scope="session")
def browser():
    """A Chromium of this machine, one for all tests."""
    path = chromium()
    if path is None:
        message = "no Chromium on this machine; install one to run the browser tests"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def tabs(browser):
    """Tabs of it that had the page open already, which makes it quicker to open."""
    from tests.support.tabs import Tabs

    return Tabs(browser)
