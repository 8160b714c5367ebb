"""Mutual information between tokens, each beside what shuffled tokens give.

Estimated mutual information is never zero: with K codes there are K * K pairs to see, and a data set never
shows them all. So every value comes with a bias-corrected one and with a null: the same estimate after one
side was shuffled, which destroys every dependence and leaves the bias. What counts is the excess over it.
The excess errs on the low side: dependent tokens fill fewer pairs than shuffled ones and are biased less.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from rvqvae.nn.rows import DROPPED
from rvqvae.statistics.entropy import grassberger_bits, plugin_entropy_bits


@dataclass(frozen=True)
class MutualInformation:
    """Mutual information of two token sequences, bits.

    Attributes
    ----------
    pairs : int, pairs of tokens counted
    plugin_bits : float, from the frequencies as they are
    corrected_bits : float, from Grassberger's entropies: H(x) + H(y) - H(x, y)
    null_bits, null_std_bits : float, mean and standard deviation of the corrected value over shuffles
    p_value : float, share of shuffles (counting the data as one) that reach the corrected value
    """

    pairs: int
    plugin_bits: float
    corrected_bits: float
    null_bits: float
    null_std_bits: float
    p_value: float

    @property
    def excess_bits(self) -> float:
        """The corrected value above its null."""
        return self.corrected_bits - self.null_bits


@dataclass(frozen=True)
class InformationCurve:
    """Mutual information of random subsamples of pairs, against their size.

    Attributes
    ----------
    sizes : (S,) int array, pairs in each subsample
    corrected_bits, null_bits : (S,) arrays, means over repeats of the corrected estimate, and of the same
        after one side was shuffled
    """

    sizes: np.ndarray
    corrected_bits: np.ndarray
    null_bits: np.ndarray


def mutual_information(
    x: np.ndarray, y: np.ndarray, *, shuffles: int = 20, seed: int = 0
) -> MutualInformation:
    """Mutual information of paired tokens x, y (n,); a pair with a -1 does not count.

    Raises
    ------
    ValueError
        If the shapes differ or no pair is left.
    """
    x, y = np.asarray(x), np.asarray(y)
    if x.shape != y.shape or x.ndim != 1:
        raise ValueError(f"tokens have shapes {x.shape} and {y.shape}; expected the same (n,)")
    valid = (x >= 0) & (y >= 0)
    if not valid.any():
        raise ValueError("found no pair of tokens; expected at least one without a -1 in it")
    # Every code by its rank among those that occur: pairs then get small numbers, whatever K is.
    (_, x, counts_x), (_, y, counts_y) = (
        np.unique(side[valid], return_inverse=True, return_counts=True) for side in (x, y)
    )
    codes = len(counts_y)
    row = x * codes
    pairs = _counts(row + y)
    marginals = grassberger_bits(counts_x) + grassberger_bits(counts_y)
    corrected = marginals - grassberger_bits(pairs)
    plugin = plugin_entropy_bits(counts_x) + plugin_entropy_bits(counts_y) - plugin_entropy_bits(pairs)

    generator = np.random.default_rng(seed)
    null = np.array(
        [marginals - grassberger_bits(_counts(row + generator.permutation(y))) for _ in range(shuffles)]
    )
    return MutualInformation(
        pairs=int(valid.sum()),
        plugin_bits=max(plugin, 0.0),
        corrected_bits=float(corrected),
        null_bits=float(null.mean()),
        null_std_bits=float(null.std()),
        p_value=float((1 + (null >= corrected).sum()) / (1 + shuffles)),
    )


def information_curve(
    x: np.ndarray, y: np.ndarray, *, points: int = 8, repeats: int = 4, seed: int = 0
) -> InformationCurve:
    """Mutual information of ever larger random subsamples of paired tokens x, y (n,).

    Where the two curves still run together, or move, at their end, there are too few pairs. A pair with a -1
    does not count.

    Parameters
    ----------
    points : number of sizes, evenly spaced in the logarithm from 16 (or all, if fewer) to all pairs
    repeats : random orders to average over
    seed : of the random orders

    Raises
    ------
    ValueError
        If no pair is left.
    """
    pairs = np.stack([x, y])
    pairs = pairs[:, (pairs >= 0).all(axis=0)]
    count = pairs.shape[1]
    if not count:
        raise ValueError("found no pair of tokens; expected at least one without a -1 in it")
    generator = np.random.default_rng(seed)
    sizes = np.unique(np.geomspace(min(16, count), count, points).round().astype(int))
    corrected, null = np.empty((2, repeats, len(sizes)))
    for repeat in range(repeats):
        order = generator.permutation(count)
        for index, size in enumerate(sizes):
            one, other = pairs[:, order[:size]]
            corrected[repeat, index] = _corrected_bits(one, other)
            null[repeat, index] = _corrected_bits(one, generator.permutation(other))
    return InformationCurve(sizes, corrected.mean(0), null.mean(0))


def layer_information(
    tokens: np.ndarray, *, shuffles: int = 20, seed: int = 0, progress: Callable[[], None] = lambda: None
) -> dict[tuple[int, int], MutualInformation]:
    """Mutual information between the layers' tokens of the same step: {(u, v): ...} for layers u < v, from 1.

    tokens : (Q, n) int array; -1 does not count
    progress : called after each value
    """
    found = {}
    for (u, row), (v, other) in combinations(enumerate(np.asarray(tokens), 1), 2):
        found[u, v] = mutual_information(row, other, shuffles=shuffles, seed=seed)
        progress()
    return found


def step_information(
    tokens: np.ndarray,
    *,
    lag: int = 1,
    shuffles: int = 20,
    seed: int = 0,
    progress: Callable[[], None] = lambda: None,
) -> list[MutualInformation]:
    """Mutual information between each layer's tokens `lag` steps apart, a list of Q.

    tokens : (Q, n) int array; -1 does not count. Clips are joined with `join_clips`, so that the end of one
    is no neighbour of the next one's start.
    progress : called after each value
    """
    found = []
    for row in tokens:
        found.append(mutual_information(row[:-lag], row[lag:], shuffles=shuffles, seed=seed))
        progress()
    return found


def join_clips(clips: Sequence[np.ndarray], lag: int = 1) -> np.ndarray:
    """Token arrays (Q, n_i) one after the other, `lag` columns of -1 between them."""
    gap = np.full((len(clips[0]), lag), DROPPED)
    parts = [part for clip in clips for part in (gap, clip)]
    return np.concatenate(parts[1:], axis=1)


def _corrected_bits(x: np.ndarray, y: np.ndarray) -> float:
    alone = grassberger_bits(_counts(x)) + grassberger_bits(_counts(y))
    return alone - grassberger_bits(_counts(x * (y.max() + 1) + y))


def _counts(labels: np.ndarray) -> np.ndarray:
    return np.unique(labels, return_counts=True)[1]
