"""Bit rates, and what they buy."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rvqvae.statistics.entropy import EntropyEstimate


@dataclass(frozen=True)
class BitRate:
    """Bits a second of the first layers' tokens.

    Attributes
    ----------
    layers : int, the first k layers
    nominal : float, k * log2(K) bits a step: what a fixed-length code needs
    entropy : float, the layers' corrected entropies added: what an ideal code of each layer by itself needs
    """

    layers: int
    nominal: float
    entropy: float


@dataclass(frozen=True)
class RateDistortion:
    """What the first k layers cost and how far their motion is off.

    Attributes
    ----------
    rate : BitRate
    local_mm, root_mm, global_mm : float, mean joint error in each alignment
    """

    rate: BitRate
    local_mm: float
    root_mm: float
    global_mm: float


def bit_rates(entropies: Sequence[EntropyEstimate], *, codes: int, steps_per_second: float) -> list[BitRate]:
    """Rates of the first 1 to Q layers.

    Parameters
    ----------
    entropies : of each layer
    codes : K, size of each codebook
    steps_per_second : latent steps, that is frames a second over the downsampling ratio
    """
    rates, bits = [], 0.0
    for k, estimate in enumerate(entropies, start=1):
        bits += estimate.corrected_bits
        rates.append(BitRate(k, k * math.log2(codes) * steps_per_second, bits * steps_per_second))
    return rates
