"""Token numbers are names: giving a codebook's codes other numbers changes no motion and no information."""

import copy
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.statistics.codebooks import codebook_arrays


def random_permutations(layers: int, codes: int, seed: int = 0) -> list[np.ndarray]:
    """A random renumbering of each layer's codes: `permutation[old] = new`."""
    generator = np.random.default_rng(seed)
    return [generator.permutation(codes) for _ in range(layers)]


def relabel(
    tokens: np.ndarray, codebooks: Sequence[np.ndarray], permutations: Sequence[np.ndarray]
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Renumber codes in tokens and codebooks alike.

    Parameters
    ----------
    tokens : (Q, n) int array; -1 stays
    codebooks : Q arrays (d, K)
    permutations : Q arrays (K,), `permutation[old] = new`

    Returns
    -------
    tokens : (Q, n) array
    codebooks : list of Q arrays (d, K); each new code is the vector the old one was

    Raises
    ------
    ValueError
        If an array is no permutation of its layer's codes.
    """
    renamed, moved = np.array(tokens), []
    for layer, (codebook, permutation) in enumerate(zip(codebooks, permutations, strict=True)):
        codes = codebook.shape[1]
        if not np.array_equal(np.sort(permutation), np.arange(codes)):
            raise ValueError(f"layer {layer + 1}: not a permutation of the codes 0 to {codes - 1}")
        kept = renamed[layer] >= 0
        renamed[layer, kept] = np.asarray(permutation)[renamed[layer, kept]]
        moved.append(codebook[:, np.argsort(permutation)])
    return renamed, moved


def agreeing_permutations(tokens: np.ndarray, codes: int) -> list[np.ndarray]:
    """A renumbering that makes the layers' token numbers correlate: as legitimate as any other.

    The first layer keeps its numbers; in each later one codes are numbered in the order of the first layer's
    mean number where they occur.

    Parameters
    ----------
    tokens : (Q, n) int array; -1 does not count
    codes : K, size of each codebook
    """
    tokens = np.asarray(tokens)
    permutations = [np.arange(codes)]
    for row in tokens[1:]:
        kept = (row >= 0) & (tokens[0] >= 0)
        seen = np.bincount(row[kept], minlength=codes)
        total = np.bincount(row[kept], weights=tokens[0, kept], minlength=codes)
        # A code that does not occur stays near its own number.
        mean = np.where(seen > 0, total / np.maximum(seen, 1), np.arange(codes))
        permutations.append(np.argsort(np.argsort(mean, kind="stable"), kind="stable"))
    return permutations


def relabelled(checkpoint: Checkpoint, permutations: Sequence[np.ndarray]) -> Checkpoint:
    """A copy of a checkpoint whose codes have other numbers; `permutations` as in `relabel`."""
    model = copy.deepcopy(checkpoint.model)
    none = np.empty((len(model.quantizer.layers), 0), dtype=int)
    _, moved = relabel(none, codebook_arrays(model), permutations)
    for layer, codebook in zip(model.quantizer.layers, moved, strict=True):
        layer.embedding.copy_(torch.from_numpy(codebook))
    return replace(checkpoint, model=model, usage=None)


def number_correlation(tokens: np.ndarray) -> np.ndarray:
    """Pearson correlation (Q, Q) of the layers' token numbers over steps without a dropped token.

    It means nothing, and is here to be shown so: `relabel` changes it at will. NaN where a layer is constant.
    """
    tokens = np.asarray(tokens)
    with np.errstate(invalid="ignore", divide="ignore"):
        # Of a single row numpy gives a bare number.
        return np.atleast_2d(np.corrcoef(tokens[:, (tokens >= 0).all(axis=0)]))
