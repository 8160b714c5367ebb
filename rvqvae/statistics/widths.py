"""Greedy encoding against beam search: what the codebooks could do, and whether the motion gains by it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.evaluation.beam import BeamTokens, beam_encode
from rvqvae.evaluation.metrics import ALIGNMENTS, mpjpe_mm

GREEDY = 1


@dataclass(frozen=True)
class WidthErrors:
    """A clip encoded by a beam of one width.

    Attributes
    ----------
    width : int, partial sums kept; 1 is greedy
    tokens : (Q, n) int array
    changed : (Q,) int array, tokens of each layer that differ from greedy's
    latent_error : float, mean squared distance of latents to their summed codes
    local_mm, root_mm, global_mm : float, mean joint error of the decoded motion in each alignment
    """

    width: int
    tokens: np.ndarray
    changed: np.ndarray
    latent_error: float
    local_mm: float
    root_mm: float
    global_mm: float


def compare_widths(
    checkpoint: Checkpoint,
    features: np.ndarray,
    widths: Sequence[int],
    *,
    progress: Callable[[float], None] = lambda share: None,
) -> list[WidthErrors]:
    """Encode a clip greedily and by beams of some widths, decode, and score each: greedy first.

    The latent error cannot be above greedy's. The joint error can: the decoder was not asked.

    Parameters
    ----------
    checkpoint : of a layout whose joints are known
    features : (N, D) array, raw units
    widths : at least one, each from 2 to 16
    progress : called with the share done, 0 to 1, after each width; whatever it raises ends the work
    """
    rows: list[WidthErrors] = []
    for done, width in enumerate(widths, start=1):
        found = beam_encode(checkpoint, features, width)
        if not rows:
            greedy = BeamTokens(
                found.greedy_tokens,
                found.greedy_tokens,
                found.greedy_squared_errors,
                found.greedy_squared_errors,
            )
            rows.append(_score(checkpoint, features, GREEDY, greedy))
        rows.append(_score(checkpoint, features, width, found))
        progress(done / len(widths))
    return rows


def _score(checkpoint: Checkpoint, features: np.ndarray, width: int, found: BeamTokens) -> WidthErrors:
    decoded = checkpoint.decode(found.tokens, length=len(features))
    return WidthErrors(
        width,
        found.tokens,
        (found.tokens != found.greedy_tokens).sum(axis=1),
        float(found.squared_errors.mean()),
        *(mpjpe_mm(decoded, features, alignment, checkpoint.known_body) for alignment in ALIGNMENTS),
    )
