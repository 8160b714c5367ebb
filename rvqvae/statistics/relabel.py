"""Token numbers are names: giving a codebook's codes other numbers changes no motion and no information."""

from collections.abc import Sequence

import numpy as np


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


def number_correlation(tokens: np.ndarray) -> np.ndarray:
    """Pearson correlation (Q, Q) of the layers' token numbers over steps without a dropped token.

    It means nothing, and is here to be shown so: `relabel` changes it at will. NaN where a layer is constant.
    """
    tokens = np.asarray(tokens)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.corrcoef(tokens[:, (tokens >= 0).all(axis=0)])
