"""Entropy of code frequencies, corrected for the number of tokens seen.

The plug-in entropy of a sample is too small, by more the fewer tokens there are. Estimators here:

* plug-in: the entropy of the frequencies as they are
* Miller-Madow (Miller 1955, "Note on the bias of information estimates"): adds (codes seen - 1) / (2 n)
* Grassberger (2003, "Entropy estimates from insufficient samplings", arXiv:physics/0307138)

Grassberger's is the one called "corrected" throughout. Measured over 100 samples each of uniform, Zipf,
log-normal and sparse distributions of 512 codes: at 1000 tokens it is 0.01 to 0.05 bits too small, where
Miller-Madow is 0.09 to 0.18 and the plug-in 0.22 to 0.42 bits too small.
"""

import math
from dataclasses import dataclass

import numpy as np

from rvqvae.statistics.clips import STANDARD_ERRORS, ClipCoverage


@dataclass(frozen=True)
class EntropyEstimate:
    """Entropy of one layer's tokens, bits a token.

    Attributes
    ----------
    tokens : int, tokens counted
    used : int, codes that occur
    plugin_bits, miller_madow_bits, corrected_bits : float
    coverage : float, share of future tokens whose code has been seen: of a new clip's (`clip_coverage`), or
        of independent tokens (`coverage`) where the clips are not known
    clips : int, clips that the tokens come from; None where that is not known
    least_coverage : float, lower bound of the coverage; the coverage itself where the clips are not known
    uncertain_bits : float, how far off the corrected bits may be, of `uncertainty_bits`; 0 where the clips
        are not known
    """

    tokens: int
    used: int
    plugin_bits: float
    miller_madow_bits: float
    corrected_bits: float
    coverage: float
    clips: int | None = None
    least_coverage: float = 0.0
    uncertain_bits: float = 0.0


@dataclass(frozen=True)
class EntropyCurve:
    """Entropy and perplexity of random subsamples, against their size.

    Attributes
    ----------
    sizes : (S,) int array, tokens in each subsample
    plugin_bits, corrected_bits, corrected_std_bits : (S,) arrays, mean (and standard deviation) over repeats
    """

    sizes: np.ndarray
    plugin_bits: np.ndarray
    corrected_bits: np.ndarray
    corrected_std_bits: np.ndarray

    @property
    def perplexity(self) -> np.ndarray:
        """2 ** corrected entropy: equally likely codes of the same entropy (S,)."""
        return 2**self.corrected_bits


def plugin_entropy_bits(counts: np.ndarray) -> float:
    """Entropy of counts (any shape) as frequencies, bits; 0 without tokens."""
    counts = _positive(counts)
    share = counts / max(counts.sum(), 1)
    return float(-(share * np.log2(share)).sum()) + 0.0


def miller_madow_bits(counts: np.ndarray) -> float:
    """Plug-in entropy with the first term of its bias added, bits."""
    counts = _positive(counts)
    if not counts.size:
        return 0.0
    return plugin_entropy_bits(counts) + (len(counts) - 1) / (2 * float(counts.sum()) * math.log(2))


def grassberger_bits(counts: np.ndarray) -> float:
    """Grassberger's entropy estimate, bits; of a single code it is 0."""
    counts = _positive(counts)
    if len(counts) < 2:
        return 0.0
    total = counts.sum()
    from scipy.special import digamma  # takes long to import

    # Many codes share a count, so the digammas are taken once for each distinct one.
    n, multiplicity = np.unique(counts, return_counts=True)
    alternating = np.where(n % 2 == 0, 0.5, -0.5)
    g = digamma(n) + alternating * (digamma((n + 1) / 2) - digamma(n / 2))
    return float((np.log(total) - (multiplicity * n * g).sum() / total) / np.log(2))


def coverage(counts: np.ndarray) -> float:
    """Good-Turing estimate of the share of future tokens whose code has been seen, 0 to 1.

    One minus the share of tokens whose code occurred once (Good 1953, "The population frequencies of
    species"). It takes the tokens to be independent, which those of a clip are not: of tokens that come in
    clips `clip_coverage` tells.
    """
    counts = _positive(counts)
    return float(1 - (counts == 1).sum() / counts.sum()) if counts.size else 0.0


def estimate_entropy(counts: np.ndarray, seen: ClipCoverage | None = None) -> EntropyEstimate:
    """All estimates from the code counts (K,) of one layer, and what its clips cover where they are known."""
    counts = np.asarray(counts)
    alone = coverage(counts)
    return EntropyEstimate(
        tokens=int(counts.sum()),
        used=int((counts > 0).sum()),
        plugin_bits=plugin_entropy_bits(counts),
        miller_madow_bits=miller_madow_bits(counts),
        corrected_bits=grassberger_bits(counts),
        coverage=seen.share if seen else alone,
        clips=seen.clips if seen else None,
        least_coverage=seen.least if seen else alone,
        uncertain_bits=uncertainty_bits(seen.groups) if seen else 0.0,
    )


def uncertainty_bits(groups: np.ndarray) -> float:
    """Grassberger's entropy of counts (G, K) of groups of clips: its bias, and `STANDARD_ERRORS` more.

    Both by the jackknife (Quenouille 1956, "Notes on bias in estimation"; Tukey 1958), which leaves out one
    group after the other: so tokens of a clip need not be independent. 0 of one group.
    """
    count = len(groups)
    if count < 2:
        return 0.0
    total = groups.sum(axis=0)
    without = np.array([grassberger_bits(total - group) for group in groups])
    bias = (count - 1) * (grassberger_bits(total) - without.mean())
    error = ((count - 1) * without.var()) ** 0.5
    return float(abs(bias) + STANDARD_ERRORS * error)


def entropy_curve(tokens: np.ndarray, *, points: int = 12, repeats: int = 8, seed: int = 0) -> EntropyCurve:
    """Entropy of ever larger random subsamples of one layer's tokens.

    A curve that still rises at its end says that there are too few tokens for the entropy.

    Parameters
    ----------
    tokens : (n,) int array, one layer; -1 does not count
    points : number of sizes, evenly spaced in the logarithm from 16 (or n, if less) to n
    repeats : random orders to average over
    seed : of the random orders

    Raises
    ------
    ValueError
        If no token is left.
    """
    tokens = np.asarray(tokens).ravel()
    tokens = tokens[tokens >= 0]
    if not len(tokens):
        raise ValueError("found no tokens; an entropy curve needs at least one")
    generator = np.random.default_rng(seed)
    sizes = np.unique(np.geomspace(min(16, len(tokens)), len(tokens), points).round().astype(int))
    plugin, corrected = np.empty((2, repeats, len(sizes)))
    for repeat in range(repeats):
        order = generator.permutation(tokens)
        for index, size in enumerate(sizes):
            counts = np.bincount(order[:size])
            plugin[repeat, index] = plugin_entropy_bits(counts)
            corrected[repeat, index] = grassberger_bits(counts)
    return EntropyCurve(sizes, plugin.mean(0), corrected.mean(0), corrected.std(0))


def _positive(counts: np.ndarray) -> np.ndarray:
    counts = np.asarray(counts).ravel()
    return counts[counts > 0].astype(np.float64)
