"""The codes of a codebook that lie nearest to a vector."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class NearCode:
    """A code and its Euclidean distance, in latent units."""

    code: int
    distance: float


def nearest_codes(
    codebook: np.ndarray, vector: np.ndarray, count: int, *, except_for: int | None = None
) -> list[NearCode]:
    """The `count` codes nearest to a vector, nearest first; of equals the lower number first.

    Parameters
    ----------
    codebook : (d, K) array
    vector : (d,) array
    except_for : a code to leave out, such as the one whose neighbours are wanted
    """
    distances = distances_to(codebook, vector)
    order = (int(code) for code in np.argsort(distances, kind="stable") if code != except_for)
    return [NearCode(code, float(distances[code])) for code, _ in zip(order, range(count), strict=False)]


def distances_to(codebook: np.ndarray, vector: np.ndarray) -> np.ndarray:
    """(K,) Euclidean distance of a vector (d,) to each code of a codebook (d, K), in float64."""
    apart = np.asarray(codebook, dtype=np.float64) - np.asarray(vector, dtype=np.float64)[:, None]
    return np.linalg.norm(apart, axis=0)
