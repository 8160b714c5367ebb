"""The state and the use of each codebook."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rvqvae.evaluation.metrics import usage_statistics
from rvqvae.nn.model import RVQVAE
from rvqvae.statistics.clips import ClipCoverage
from rvqvae.statistics.entropy import EntropyEstimate, estimate_entropy

ZERO_NORM = 1e-8
# Codes this close, relative to the root mean square norm, are one code in float32 arithmetic.
DUPLICATE_DISTANCE = 1e-4
_ROWS = 1024


@dataclass(frozen=True)
class LayerStatistics:
    """One layer's codebook and how often its codes occur.

    Attributes
    ----------
    layer : int, 1 for the first
    counts : (K,) int array, how often each code occurs
    norms : (K,) array, Euclidean norm of each code
    used, never_used : int, codes that occur and that do not
    zero_norm : int, codes that are the zero vector
    duplicates : int, codes that equal an earlier one, and so can never be chosen
    perplexity : float, 2 ** plug-in entropy, the same figure as `CodebookUsage`
    entropy : EntropyEstimate
    """

    layer: int
    counts: np.ndarray
    norms: np.ndarray
    used: int
    never_used: int
    zero_norm: int
    duplicates: int
    perplexity: float
    entropy: EntropyEstimate


def layer_statistics(
    counts: np.ndarray, codebooks: Sequence[np.ndarray], seen: Sequence[ClipCoverage] | None = None
) -> list[LayerStatistics]:
    """Statistics of each layer.

    Parameters
    ----------
    counts : (Q, K) array, how often each code occurs
    codebooks : Q arrays (d, K)
    seen : what the clips cover of each layer, Q; None where it is not known which clips were counted
    """
    counts = np.asarray(counts)
    layers = []
    covered = seen if seen is not None else [None] * len(counts)
    for usage, row, codebook, cover in zip(usage_statistics(counts), counts, codebooks, covered, strict=True):
        norms = np.linalg.norm(codebook, axis=0)
        layers.append(
            LayerStatistics(
                layer=usage.layer,
                counts=row,
                norms=norms,
                used=usage.used,
                never_used=len(row) - usage.used,
                zero_norm=int((norms < ZERO_NORM).sum()),
                duplicates=int(duplicate_codes(codebook).sum()),
                perplexity=usage.perplexity,
                entropy=estimate_entropy(row, cover),
            )
        )
    return layers


def duplicate_codes(codebook: np.ndarray) -> np.ndarray:
    """Mask (K,) of the codes of a codebook (d, K) that repeat an earlier one.

    A repeated code has the same distance to everything, and the first of equals is chosen.
    """
    codes = np.asarray(codebook, dtype=np.float64).T
    codes = codes - codes.mean(axis=0)
    squared = (codes**2).sum(axis=1)
    limit = DUPLICATE_DISTANCE**2 * max(float(squared.mean()), np.finfo(float).tiny)
    repeated = np.zeros(len(codes), dtype=bool)
    for start in range(0, len(codes), _ROWS):
        rows = slice(start, start + _ROWS)
        distances = squared[rows, None] + squared - 2 * codes[rows] @ codes.T
        earlier = np.arange(len(codes)) < np.arange(start, start + len(distances))[:, None]
        repeated[rows] = ((distances <= limit) & earlier).any(axis=1)
    return repeated


def codebook_arrays(model: RVQVAE) -> list[np.ndarray]:
    """The codebooks (d, K) of a model's layers as arrays."""
    return [layer.embedding.detach().cpu().numpy() for layer in model.quantizer.layers]


def residual_energies(latents: np.ndarray, codebooks: Sequence[np.ndarray], tokens: np.ndarray) -> np.ndarray:
    """Sum over latents of the squared norm left before the first and after each layer: (Q + 1,).

    Parameters
    ----------
    latents : (m, d) array
    codebooks : Q arrays (d, K)
    tokens : (Q, m) int array; -1 takes nothing away
    """
    residual = np.array(latents)
    energies = [float(np.square(residual, dtype=np.float64).sum())]
    for codebook, row in zip(codebooks, tokens, strict=True):
        kept = row >= 0
        residual[kept] -= codebook.T[row[kept]]
        energies.append(float(np.square(residual, dtype=np.float64).sum()))
    return np.array(energies)
