"""How far a mean over clips can be trusted: other clips of the same kind would give another one."""

import numpy as np

RESAMPLES = 2000
CONFIDENCE = 0.95


def bootstrap_interval(values: np.ndarray, weights: np.ndarray, seed: int = 0) -> np.ndarray:
    """The percentile bootstrap's 95 % interval of weighted means, whole clips being drawn with replacement.

    Frames of one clip resemble each other, so that an interval over frames would be far too narrow.
    Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.

    Parameters
    ----------
    values : (C, M) array, one row a clip
    weights : (C,) array, such as each clip's frames

    Returns
    -------
    (M, 2) array, lower and upper ends; both are the mean itself of a single clip
    """
    draws, count = np.random.default_rng(seed), len(values)
    weighted, means = values * weights[:, None], np.empty((RESAMPLES, values.shape[1]))
    for row in range(RESAMPLES):
        times = np.bincount(draws.integers(count, size=count), minlength=count)
        means[row] = times @ weighted / (times @ weights)
    tail = 100 * (1 - CONFIDENCE) / 2
    ends: np.ndarray = np.percentile(means, [tail, 100 - tail], axis=0).T
    return ends
