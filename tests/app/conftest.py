import numpy as np
import pytest
import torch
from gradio_client import Client

from app.library import ROOT, Library
from app.page import build, launch_settings
from app.session import Session
from app.workbench import Workbench
from rvqvae import RVQVAE, RVQVAEConfig, save_checkpoint


def write_checkpoint(folder, name, seed=0, with_usage=True, **hyperparameters):
    """A small model with random weights; good enough wherever numbers only have to agree."""
    torch.manual_seed(seed)
    config = RVQVAEConfig(latent_dim=16, hidden_dim=24, num_embeddings=64, **hyperparameters)
    model = RVQVAE(config).eval()
    usage = np.random.default_rng(seed).integers(0, 50, (config.num_quantizers, config.num_embeddings))
    save_checkpoint(
        folder / name,
        model,
        mean=np.zeros(263, np.float32),
        std=np.full(263, 0.1, np.float32),
        name=name,
        info={
            "licence": "CC0-1.0",
            "training_data": [{"name": "clips"}],
            "excluded": ["walk", "spinkick", "dance_b", "getup_faceup"],
        },
        usage=usage if with_usage else None,
        energies=np.geomspace(8, 1, config.num_quantizers + 1) if with_usage else None,
    )


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkpoints")
    write_checkpoint(folder, "first", seed=1)
    write_checkpoint(folder, "second", seed=2, num_quantizers=4, with_usage=False)
    return Library(clips_folder=ROOT / "assets" / "clips", checkpoints_folder=folder)


@pytest.fixture
def take(library):
    return library.take(library.clip("walk"), "first")


@pytest.fixture
def bench(take):
    return Workbench.of(take)


@pytest.fixture
def session(library, tmp_path):
    return Session(library, tmp_path)


@pytest.fixture(scope="session")
def served(library):
    """Address of a page over the library."""
    demo = build(library)
    _, address, _ = demo.launch(prevent_thread_lock=True, quiet=True, **launch_settings())
    yield address
    demo.close()


@pytest.fixture(scope="session")
def client(served, tmp_path_factory):
    """A program that calls the page's endpoints."""
    return Client(served, verbose=False, download_files=tmp_path_factory.mktemp("downloads"))
