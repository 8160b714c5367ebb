"""Tries the repairs of hypotheses on clips, all in one place, and says which explain what is seen."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import torch

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.doctor.fit import Fit, Judge
from rvqvae.doctor.hypotheses import batch_norms, joints, kernels, normalisation, strides
from rvqvae.doctor.hypotheses.codebooks import residuals_of
from rvqvae.doctor.hypotheses.hypothesis import Hypothesis
from rvqvae.doctor.repairs import is_same

STEPS = 10  # latents that one energy is of


@dataclass(frozen=True)
class Trial:
    """What a repair does.

    Attributes
    ----------
    hypothesis : the cause whose repair was tried
    repaired : the repaired copy
    before, after : how clips are reconstructed, as it is and repaired
    gain : how much lower the logarithm of the combined error is, mean over pieces of clips
    certainty : that mean over its standard error: how much alike the pieces say so
    """

    hypothesis: Hypothesis
    repaired: Checkpoint
    before: Fit
    after: Fit
    gain: float
    certainty: float


def motion_hypotheses(checkpoint: Checkpoint, judge: Judge) -> Iterator[Hypothesis]:
    """Every hypothesis about what is before and after the codebooks."""
    yield from normalisation.hypotheses(checkpoint, judge.sample)
    yield from strides.hypotheses(checkpoint)
    yield from kernels.hypotheses(checkpoint)
    yield from joints.hypotheses(checkpoint)
    yield from batch_norms.hypotheses(checkpoint, judge.sample)


def motion_trials(
    checkpoint: Checkpoint, judge: Judge, tokens: np.ndarray, before: Fit, hypotheses: Iterable[Hypothesis]
) -> Iterator[Trial]:
    """Hypotheses tried on the motion itself; `tokens` (Q, B, n) and `before` are those without a repair."""
    for hypothesis in hypotheses:
        repaired = hypothesis.repair(checkpoint)
        if (repaired.std > 0).all():
            after = judge.of(repaired, tokens if _encodes_alike(repaired, checkpoint) else None)
            yield _trial(hypothesis, repaired, before, after, before.scores - after.scores)


def _encodes_alike(repaired: Checkpoint, checkpoint: Checkpoint) -> bool:
    return (
        repaired.mean is checkpoint.mean
        and repaired.std is checkpoint.std
        and is_same(repaired.model.encoder, checkpoint.model.encoder)
        and is_same(repaired.model.quantizer, checkpoint.model.quantizer)
    )


def codebook_trials(
    checkpoint: Checkpoint,
    judge: Judge,
    latents: np.ndarray,
    before: Fit,
    hypotheses: Iterable[Hypothesis],
    least: float,
) -> Iterator[Trial]:
    """Hypotheses about codebooks, tried on latents (m, d), in rows of `STEPS`; the motion is decoded for the
    best alone, and where they gain `least` or more.
    """
    stack = _codes(checkpoint)
    rows = torch.from_numpy(latents).to(checkpoint.device)
    residuals = [rows, *residuals_of(rows, stack)]
    now = _log_energies(residuals[1:])
    tried = []
    for hypothesis in hypotheses:
        codes = _codes(hypothesis.repair(checkpoint))
        first = next(layer for layer, one in enumerate(codes) if one is not stack[layer])
        left = [*residuals[1 : first + 1], *residuals_of(residuals[first], codes[first:])]
        difference = now - _log_energies(left)
        tried.append((float(difference.mean()), hypothesis, difference))
    for gain, hypothesis, difference in sorted(tried, key=lambda one: -one[0])[:3]:
        if gain >= least:
            repaired = hypothesis.repair(checkpoint)
            yield _trial(hypothesis, repaired, before, judge.of(repaired), difference)


def _codes(checkpoint: Checkpoint) -> list[torch.Tensor]:
    return [layer.embedding for layer in checkpoint.model.quantizer.layers]


def _log_energies(residuals: list[torch.Tensor]) -> np.ndarray:
    """Logarithm of the energy left by a layer, mean over layers: one for `STEPS` rows of residuals (m, d)."""
    left = torch.stack([residual.square().sum(1) for residual in residuals])
    pieces = torch.stack([piece.sum(1) for piece in left.split(STEPS, dim=1)])
    found: np.ndarray = pieces.clamp_min(1e-12).log().mean(1).cpu().numpy()
    return found


def _trial(
    hypothesis: Hypothesis, repaired: Checkpoint, before: Fit, after: Fit, difference: np.ndarray
) -> Trial:
    error = difference.std(ddof=1) / len(difference) ** 0.5 if len(difference) > 1 else np.inf
    gain = float(difference.mean())
    return Trial(hypothesis, repaired, before, after, gain, gain / max(float(error), 1e-9))
