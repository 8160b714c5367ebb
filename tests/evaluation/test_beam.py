import itertools

import numpy as np
import pytest
import torch

import rvqvae.evaluation.beam
from rvqvae import ResidualVectorQuantizer, RVQVAEConfig
from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.evaluation.beam import beam_encode, beam_search


def quantizer(codes=16, layers=4, width=8):
    return ResidualVectorQuantizer(
        RVQVAEConfig(latent_dim=width, num_embeddings=codes, num_quantizers=layers)
    ).eval()


def errors(q, latents, tokens):
    sums = q.decode([row[None] for row in tokens])[0].t()
    return (latents.double() - sums.double()).square().sum(1)


@pytest.mark.parametrize("width", [2, 3, 8, 16])
def test_never_further_than_greedy_and_nearer_on_the_whole(width):
    q, latents = quantizer(), torch.randn(500, 8)
    greedy = torch.cat(q.encode(latents.t()[None]))
    beam, greedy = (errors(q, latents, tokens) for tokens in (beam_search(q, latents, width), greedy))
    assert (beam <= greedy + 1e-6).all()
    assert beam.mean() < 0.95 * greedy.mean()


def test_a_wide_beam_finds_the_best_of_all_sums():
    q, latents = quantizer(codes=4, layers=3), torch.randn(50, 8)
    found = errors(q, latents, beam_search(q, latents, 16))
    combinations = torch.tensor(list(itertools.product(range(4), repeat=3))).t()
    every = torch.stack(
        [errors(q, latents, combination[:, None].expand(-1, 50)) for combination in combinations.t()]
    )
    torch.testing.assert_close(found, every.min(0).values)


def test_greedys_tokens_are_kept_where_greedy_wins(monkeypatch):
    q, latents = quantizer(), torch.randn(30, 8)
    monkeypatch.setattr(
        rvqvae.evaluation.beam, "_search", lambda q, chunk, width: torch.zeros(4, len(chunk)).long()
    )
    greedy = torch.cat(q.encode(latents.t()[None]))
    torch.testing.assert_close(beam_search(q, latents, 2), greedy)


def test_chunks_give_the_same_tokens(monkeypatch):
    q, latents = quantizer(), torch.randn(100, 8)
    whole = beam_search(q, latents, 4)
    monkeypatch.setattr(rvqvae.evaluation.beam, "_DISTANCES_AT_ONCE", 7 * 4 * 16)
    assert torch.equal(beam_search(q, latents, 4), whole)


def test_a_checkpoint_encodes_with_its_own_errors(tiny_model, rng):
    checkpoint = Checkpoint(
        tiny_model.requires_grad_(False),
        np.zeros(263, np.float32),
        np.ones(263, np.float32),
        "humanml3d",
        20.0,
        "tiny",
    )
    features = rng.normal(size=(41, 263)).astype(np.float32)
    result = beam_encode(checkpoint, features, 4)
    assert result.tokens.shape == (4, 11)
    np.testing.assert_array_equal(result.greedy_tokens, checkpoint.encode(features))
    assert (result.squared_errors <= result.greedy_squared_errors).all()
    assert (result.squared_errors < result.greedy_squared_errors).any()
    assert checkpoint.decode(result.tokens, length=41).shape == (41, 263)


@pytest.mark.parametrize("width", [1, 17])
def test_other_widths_are_refused(width):
    with pytest.raises(ValueError, match="must be 2 to 16"):
        beam_search(quantizer(), torch.randn(3, 8), width)
