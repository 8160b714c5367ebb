"""What the challenge asks for: an error to stay under, and a ladder of bit rates to what a search finds."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from app.lessons.measures import frame_errors_mm, step_means
from app.workbench.encoded_clip import EncodedClip
from rvqvae.nn.rows import DROPPED

# The error may be so much larger than the first layers' is: the least with which the search saves enough.
SLACKS = (0.02, 0.05, 0.1, 0.2, 0.4)
LEAST_SAVING = 0.05
TRIES = 10  # shares of a layer's tokens that the search drops


@dataclass(frozen=True)
class Rung:
    """Points for so many bits a second, or fewer."""

    points: int
    bits: float


@dataclass(frozen=True)
class Ladder:
    """What there is to reach.

    Attributes
    ----------
    target_mm : error to stay under
    layers : first layers that do so, whole
    rungs : those whole layers first, at last what the search needs
    """

    target_mm: float
    layers: int
    rungs: tuple[Rung, ...]


def half(encoded: EncodedClip) -> int:
    """Half the layers, rounded up."""
    return (encoded.num_layers + 1) // 2


def bits_per_second(encoded: EncodedClip, tokens: np.ndarray) -> float:
    """What tokens of layers that are on cost: log2 K each, and the news of which ones of a layer are missing.

    In a layer with some tokens dropped an ideal code tells which, with the entropy of the share that is
    missing for each step; a layer without tokens costs nothing.
    """
    kept = (tokens >= 0).mean(axis=1)
    bits = kept * np.log2(encoded.num_codes) + _binary_entropy(kept)
    return float(bits.sum()) * encoded.fps / encoded.ratio


@lru_cache(maxsize=8)
def ladder(encoded: EncodedClip) -> Ladder:
    """The targets on this clip. The search drops tokens of the last layer kept, the least useful first."""
    by_layers = [frame_errors_mm(encoded, encoded.tokens[:k]) for k in range(half(encoded) + 1)]
    searched: dict[int, list[tuple[float, float]]] = {}
    for slack in SLACKS:
        target = float(by_layers[-1].mean()) * (1 + slack)
        layers = next(k for k in range(1, len(by_layers)) if by_layers[k].mean() <= target)
        if layers not in searched:
            searched[layers] = _search(encoded, layers, by_layers[layers - 1] - by_layers[layers])
        par = bits_per_second(encoded, encoded.tokens[:layers])
        found = min((bits for bits, error in searched[layers] if error <= target), default=par)
        if found <= (1 - LEAST_SAVING) * par:
            break
    rungs = (Rung(50, par), Rung(75, (par + found) / 2), Rung(100, found))
    return Ladder(target, layers, rungs if found < par else (Rung(100, par),))


def points(encoded: EncodedClip, bits: float) -> int:
    """50 for the first layers alone, 100 for what the search needs, and on in the same measure."""
    rungs = ladder(encoded).rungs
    if bits >= rungs[0].bits or len(rungs) == 1:
        return round(rungs[0].points * rungs[0].bits / bits) if bits else 0
    saved, asked = rungs[0].bits - bits, rungs[0].bits - rungs[-1].bits
    return round(50 + 50 * saved / asked)


def _search(encoded: EncodedClip, layers: int, gains: np.ndarray) -> list[tuple[float, float]]:
    """Bits a second and error with ever more tokens of a layer dropped, those of least gain (N,) first."""
    order = np.argsort(step_means(encoded, gains), kind="stable")
    found = []
    for count in np.unique(np.linspace(1, len(order), min(len(order), TRIES)).round().astype(int)):
        tokens = encoded.tokens[:layers].copy()
        tokens[-1, order[:count]] = DROPPED
        error = float(frame_errors_mm(encoded, tokens).mean())
        found.append((bits_per_second(encoded, tokens), error))
    return found


def _binary_entropy(share: np.ndarray) -> np.ndarray:
    inside = np.clip(share, 1e-12, 1 - 1e-12)
    bits = -inside * np.log2(inside) - (1 - inside) * np.log2(1 - inside)
    return np.where((share > 0) & (share < 1), bits, 0.0)
