"""Two token sequences of the same motion held against each other: where they agree, and the rest's cost."""

from dataclasses import dataclass

import numpy as np
import torch

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.evaluation.measures import measure_of

MATCH, DELETED, INSERTED = 0, 1, 2


@dataclass(frozen=True, eq=False)
class TokenPair:
    """How a predicted sequence of tokens differs from the true one.

    Attributes
    ----------
    placed : (Q, n) array, the prediction on the true sequence's n steps: where a step has no counterpart, the
        true tokens
    deleted, inserted : int, true steps without a counterpart, and predicted ones
    agreement : (Q,) array, share of the true tokens whose counterpart has the same code
    damage : (Q,) array, error that each layer's differing tokens alone make, all other layers true
    damage_all : float, error of the prediction on the true steps
    """

    placed: np.ndarray
    deleted: int
    inserted: int
    agreement: np.ndarray
    damage: np.ndarray
    damage_all: float

    @property
    def agreement_all(self) -> float:
        """Share of all tokens that agree."""
        return float(self.agreement.mean())


def align_steps(predicted: np.ndarray, true: np.ndarray) -> list[tuple[int, int]]:
    """Pairs (step of predicted (Q, m), step of true (Q, n)), in order, with the least difference in all.

    Sequences of one length are paired step by step. Else the alignment is Needleman and Wunsch's (1970): a
    pair costs the share of its layers that differ, a step without a counterpart 1.
    """
    m, n = predicted.shape[1], true.shape[1]
    if m == n:
        return [(step, step) for step in range(n)]
    back = np.empty((m + 1, n + 1), np.int8)
    back[0], steps = DELETED, np.arange(n + 1)
    least = steps.astype(float)
    for i in range(1, m + 1):
        match = np.append(np.inf, least[:-1] + (predicted[:, i - 1, None] != true).mean(axis=0))
        reached = np.minimum(match, least + 1)
        row = np.minimum.accumulate(reached - steps) + steps
        back[i] = np.where(row < reached, DELETED, np.where(match <= least + 1, MATCH, INSERTED))
        least = row
    pairs, i, j = [], m, n
    while i or j:
        move = back[i, j]
        if move == MATCH:
            pairs.append((i - 1, j - 1))
        i, j = i - (move != DELETED), j - (move != INSERTED)
    return pairs[::-1]


@torch.no_grad()
def compare_tokens(
    checkpoint: Checkpoint,
    predicted: np.ndarray,
    true: np.ndarray,
    *,
    alignment: str = "",
    frames: int | None = None,
) -> TokenPair:
    """Hold predicted tokens (Q, m) against true ones (Q, n) that a checkpoint decodes.

    Parameters
    ----------
    alignment : of the errors, one of `measure_of(checkpoint)`; "" takes its own
    frames : of the motion; n * ratio when None
    """
    measure = measure_of(checkpoint)
    way = alignment or measure.default
    pairs = np.array(align_steps(predicted, true), int).reshape(-1, 2)
    placed = np.array(true)
    placed[:, pairs[:, 1]] = predicted[:, pairs[:, 0]]
    equal = np.zeros(true.shape, bool)
    equal[:, pairs[:, 1]] = placed[:, pairs[:, 1]] == true[:, pairs[:, 1]]
    layers = len(true)
    variants = np.tile(true, (layers + 2, 1, 1))  # the truth, one wrong layer each, the prediction
    for layer in range(layers):
        variants[1 + layer, layer] = placed[layer]
    variants[-1] = placed
    rows = torch.from_numpy(variants.astype(np.int64)).to(checkpoint.device)
    decoded = checkpoint.denormalize(
        checkpoint.model.decode_from_tokens([rows[:, layer] for layer in range(layers)], length=frames)
    )
    aligned = measure.aligned(decoded)[way]
    errors = measure.distances(aligned[1:], aligned[:1]).reshape(layers + 1, -1).mean(axis=1)
    steps = true.shape[1]
    return TokenPair(
        placed,
        steps - len(pairs),
        predicted.shape[1] - len(pairs),
        equal.mean(axis=1),
        errors[:-1],
        float(errors[-1]),
    )
