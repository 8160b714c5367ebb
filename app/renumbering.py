"""A clip's tokens under other numbers: what stays, and what does not."""

from dataclasses import dataclass

import numpy as np

from app.lab import Numbering
from app.take import Take
from rvqvae import Checkpoint
from rvqvae.metrics import code_counts
from rvqvae.statistics import (
    agreeing_permutations,
    codebook_arrays,
    estimate_entropy,
    layer_information,
    number_correlation,
    random_permutations,
    relabel,
    relabelled,
)


@dataclass(frozen=True)
class Renumbered:
    """One side's figures are those of the tokens as they were, the other's of the renumbered ones.

    Attributes
    ----------
    tokens : 2 arrays (Q, n)
    entropy_bits : 2 lists of Q corrected entropies
    information_bits : 2 lists of corrected mutual information, for each pair of layers
    correlation : 2 arrays (Q, Q), of the token numbers
    motion_difference : largest error of one decoded motion against the other, in `unit`
    unit : mm, or the features' own
    encodes_alike : whether encoding with the renumbered codebooks gives the renumbered tokens
    """

    tokens: tuple[np.ndarray, np.ndarray]
    entropy_bits: tuple[list[float], list[float]]
    information_bits: tuple[list[float], list[float]]
    correlation: tuple[np.ndarray, np.ndarray]
    motion_difference: float
    unit: str
    encodes_alike: bool


def permutations_of(take: Take, numbering: Numbering) -> list[np.ndarray]:
    """The new number of each code, Q arrays (K,)."""
    if numbering.how == "agreeing":
        chosen = agreeing_permutations(take.tokens, take.num_codes)
    else:
        chosen = random_permutations(take.num_layers, take.num_codes, numbering.seed)
    same = np.arange(take.num_codes)
    return [p if numbering.layer in (None, layer) else same for layer, p in enumerate(chosen)]


def renumber_clip(take: Take, numbering: Numbering) -> Renumbered:
    """Renumber codes and codebooks alike, then encode, decode and measure again."""
    permutations = permutations_of(take, numbering)
    renamed, _ = relabel(take.tokens, codebook_arrays(take.checkpoint.model), permutations)
    other = relabelled(take.checkpoint, permutations)
    sides = (take.tokens, renamed)
    before = take.checkpoint.decode(take.tokens, length=take.frames)
    after = other.decode(renamed, length=take.frames)
    measure = take.measure
    way = measure.strictest
    moved, stayed = measure.aligned(after), measure.aligned(before)
    return Renumbered(
        tokens=sides,
        entropy_bits=tuple(
            [estimate_entropy(counts).corrected_bits for counts in code_counts(side, take.num_codes)]
            for side in sides
        ),
        # The null is not shown here, so one shuffle will do.
        information_bits=tuple(
            [pair.corrected_bits for pair in layer_information(side, shuffles=1).values()] for side in sides
        ),
        correlation=tuple(number_correlation(side) for side in sides),
        motion_difference=float(measure.distances(moved[way], stayed[way]).max()),
        unit=measure.unit(way),
        encodes_alike=_encodes_alike(take, other, permutations),
    )


def _encodes_alike(take: Take, other: Checkpoint, permutations: list[np.ndarray]) -> bool:
    # A row of a table was not encoded from its motion; only encoding it both ways is a comparison.
    tokens = take.tokens if take.recorded else take.checkpoint.encode(take.clip.features)
    renamed, _ = relabel(tokens, codebook_arrays(take.checkpoint.model), permutations)
    return bool((other.encode(take.clip.features) == renamed).all())
