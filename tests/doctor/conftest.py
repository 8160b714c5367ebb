import pytest

from rvqvae import load_checkpoint
from rvqvae.doctor import sample_clips
from tests.support.paths import CHECKPOINTS

TRAINED = CHECKPOINTS / "motion-rvq"


@pytest.fixture(scope="session")
def folder():
    """The trained checkpoint that the repository ships; damage a copy."""
    return TRAINED


@pytest.fixture(scope="session")
def trained(folder):
    """The same, loaded; no test may change it."""
    return load_checkpoint(folder, "cpu")


@pytest.fixture(scope="session")
def clips():
    """Half of the sample clips, which is quicker and enough, and the run, the only fast one."""
    chosen = sample_clips()
    return [*chosen[::2], *(clip for clip in chosen[1::2] if clip.name == "run")]
