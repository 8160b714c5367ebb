"""A clip's tokens are its own: to the last bit the same alone and in any batch."""

import pytest
import torch

from rvqvae import RVQVAE, load_checkpoint
from rvqvae.evaluation.evaluation import pad
from rvqvae.motion import read_clips
from rvqvae.nn.dilated import DilatedConfig, DilatedRVQVAE
from rvqvae.nn.products import Conv1d
from tests.support.paths import ROOT

LENGTHS = (1, 2, 3, 5, 9, 14, 27, 40, 62, 79, 100)


@pytest.fixture(scope="module")
def motions():
    """Real clips, whole and cut to every kind of length, normalised: (N, 263) each."""
    checkpoint = load_checkpoint(ROOT / "checkpoints" / "motion-rvq", "cpu")
    whole = [clip.features for clip in read_clips(ROOT / "assets" / "clips")][::2]
    cut = [whole[0][:n] for n in LENGTHS]
    return [(features - checkpoint.mean) / checkpoint.std for features in whole + cut]


@pytest.fixture(params=["shipped", "dilated"])
def model(request):
    if request.param == "shipped":
        return load_checkpoint(ROOT / "checkpoints" / "motion-rvq", "cpu").model
    config = DilatedConfig(latent_dim=32, hidden_dim=512, depth=3, num_embeddings=128, num_quantizers=3)
    return DilatedRVQVAE(config).eval()


@pytest.fixture(params=[1, 2])
def threads(request):
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield request.param
    torch.set_num_threads(before)


def steps(length):
    return -(-length // 4)


def batched(model, motions, size):
    """Latents (d, n) of each motion, encoded in padded batches of some size."""
    latents = []
    for start in range(0, len(motions), size):
        padded, lengths = pad(motions[start : start + size])
        motion = torch.from_numpy(padded).transpose(1, 2)
        encoded = model.encode_to_latent(motion, torch.from_numpy(lengths))
        latents += [latent[:, : steps(n)] for latent, n in zip(encoded, lengths, strict=True)]
    return latents


def alone(model, motion):
    return model.encode_to_latent(torch.from_numpy(motion).t()[None])[0]


@pytest.mark.parametrize("size", [1, 7, 19])
def test_latents_are_those_of_the_clip_alone_to_the_last_bit(model, motions, size, threads):
    for motion, latent in zip(motions, batched(model, motions, size), strict=True):
        assert torch.equal(latent, alone(model, motion)), (len(motion), size, threads)


def test_with_pytorchs_convolutions_the_bits_would_differ(motions, monkeypatch):
    if not torch.backends.mkldnn.is_available():
        pytest.skip("this PyTorch has one convolution kernel only")
    model = load_checkpoint(ROOT / "checkpoints" / "motion-rvq", "cpu").model
    monkeypatch.setattr(Conv1d, "forward", torch.nn.Conv1d.forward)
    pairs = zip(motions, batched(model, motions, 19), strict=True)
    assert not all(torch.equal(latent, alone(model, motion)) for motion, latent in pairs)


def test_ties_between_codes_fall_alike_alone_and_in_a_batch(motions):
    model = RVQVAE(latent_dim=16, hidden_dim=32, num_embeddings=64, num_quantizers=3).eval()
    for layer in model.quantizer.layers:
        layer.embedding[:, 32:] = layer.embedding[:, :32]  # every nearest code is one of two alike
    lengths = torch.tensor([len(motion) for motion in motions])
    padded = torch.from_numpy(pad(motions)[0]).transpose(1, 2)
    together = torch.stack(model.encode_to_tokens(padded, lengths))
    for index, motion in enumerate(motions):
        single = torch.cat(model.encode_to_tokens(torch.from_numpy(motion).t()[None]))
        assert torch.equal(together[:, index, : steps(len(motion))], single)


@pytest.mark.parametrize("count", [1, 2, 3, 5, 11, 27, 31, 32, 200])
def test_few_latents_get_the_codes_they_get_among_many(count, threads):
    quantizer = RVQVAE().eval().quantizer
    latent = torch.randn(1, 256, 200)
    # So close to the border between two codes that the last bits decide.
    first, second = quantizer.layers[0].embedding[:, 0], quantizer.layers[0].embedding[:, 1]
    across = (second - first) / (second - first).norm()
    offsets = torch.linspace(-1e-6, 1e-6, 200)
    latent[0] = ((first + second) / 2)[:, None] + across[:, None] * offsets
    every = torch.cat(quantizer.encode(latent))
    few = torch.cat(quantizer.encode(latent[:, :, :count]))
    assert torch.equal(few, every[:, :count])
    assert len(every[0].unique()) > 1
