"""Beam search over the layers of a residual quantizer, with the codebooks as they are.

Greedy encoding takes the nearest code layer by layer, which need not give the nearest sum. Beam search keeps
the `width` best partial sums instead of one.
"""

from dataclasses import dataclass

import numpy as np
import torch

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.nn.quantizer import ResidualVectorQuantizer

LEAST_WIDTH, MOST_WIDTH = 2, 16
# Distances of one chunk of latents to all codes: 64 MB of float32.
_DISTANCES_AT_ONCE = 1 << 24


@dataclass(frozen=True)
class BeamTokens:
    """Tokens found by beam search, beside greedy's.

    Attributes
    ----------
    tokens, greedy_tokens : (Q, n) int64 arrays
    squared_errors, greedy_squared_errors : (n,) float64 arrays
        Squared distance of each latent to its summed codes; beam search's is nowhere above greedy's.
    """

    tokens: np.ndarray
    greedy_tokens: np.ndarray
    squared_errors: np.ndarray
    greedy_squared_errors: np.ndarray


def beam_encode(checkpoint: Checkpoint, features: np.ndarray, width: int) -> BeamTokens:
    """Tokens of raw features (N, D) by beam search of a width from 2 to 16.

    Raises
    ------
    ValueError
        If the width is out of range.
    """
    latent = checkpoint.model.encode_to_latent(checkpoint.normalize(features)[None])[0].t()
    quantizer = checkpoint.model.quantizer
    greedy = torch.cat(quantizer.encode(latent.t()[None]))
    tokens = beam_search(quantizer, latent, width)
    return BeamTokens(
        tokens.cpu().numpy(),
        greedy.cpu().numpy(),
        _squared_errors(quantizer, latent, tokens).cpu().numpy(),
        _squared_errors(quantizer, latent, greedy).cpu().numpy(),
    )


def check_width(width: int) -> None:
    """Refuse a width that is out of range with a `ValueError`."""
    if not LEAST_WIDTH <= width <= MOST_WIDTH:
        raise ValueError(f"beam width is {width}; it must be {LEAST_WIDTH} to {MOST_WIDTH}")


@torch.no_grad()
def beam_search(quantizer: ResidualVectorQuantizer, latents: torch.Tensor, width: int) -> torch.Tensor:
    """Tokens (Q, M) of latents (M, d), each latent's sum at least as near as greedy's.

    The beam alone does not promise that: greedy's beginning may fall out of the beam and yet end nearer.
    So greedy's tokens are kept wherever they win.

    Raises
    ------
    ValueError
        If the width is out of range.
    """
    check_width(width)
    codes = quantizer.config.num_embeddings
    chunks = latents.float().split(max(1, _DISTANCES_AT_ONCE // (width * codes)))
    found = torch.cat([_search(quantizer, chunk, width) for chunk in chunks], dim=1)
    greedy = torch.cat(quantizer.encode(latents.t()[None]))
    better = _squared_errors(quantizer, latents, found) < _squared_errors(quantizer, latents, greedy)
    return torch.where(better, found, greedy)


def _search(quantizer: ResidualVectorQuantizer, latents: torch.Tensor, width: int) -> torch.Tensor:
    residuals = latents[:, None]  # (m, beams, d)
    paths = latents.new_zeros((len(latents), 1, 0), dtype=torch.long)  # (m, beams, layers so far)
    for layer in quantizer.layers:
        codebook = layer.embedding  # (d, K)
        scores = residuals.square().sum(2, keepdim=True) - 2 * residuals @ codebook
        scores = (scores + codebook.square().sum(0)).flatten(1)  # (m, beams * K)
        best = scores.topk(min(width, scores.shape[1]), largest=False).indices
        beam, code = best // codebook.shape[1], best % codebook.shape[1]
        residuals = _select(residuals, beam) - codebook.t()[code]
        paths = torch.cat([_select(paths, beam), code[..., None]], dim=2)
    # Scores come best first, so the first path is the beam's answer.
    return paths[:, 0].t()


def _select(items: torch.Tensor, beam: torch.Tensor) -> torch.Tensor:
    """Of items (m, beams, d) those that beam (m, w) names."""
    return items.gather(1, beam[..., None].expand(-1, -1, items.shape[2]))


def _squared_errors(
    quantizer: ResidualVectorQuantizer, latents: torch.Tensor, tokens: torch.Tensor
) -> torch.Tensor:
    """Squared distance (M,) of latents (M, d) to the sums of their codes (Q, M), in float64."""
    total = sum(layer.lookup(codes).double() for layer, codes in zip(quantizer.layers, tokens, strict=True))
    return (latents.double() - total).square().sum(1)
