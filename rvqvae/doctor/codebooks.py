"""What codebooks say by themselves: zero, repeated and never chosen codes."""

import numpy as np

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.doctor.report import Finding, Severity
from rvqvae.statistics import codebook_arrays, duplicate_codes
from rvqvae.statistics.codebooks import ZERO_NORM

# Training places each code by itself; a fifth of them alike come from a file put together wrongly.
_MOST_REPEATED = 0.2
# This project's training, which replaces dead codes, used a quarter of each codebook on 14 validation clips
# alone, after its first 500 steps.
_LEAST_USED = 0.1


def examine_codebooks(checkpoint: Checkpoint) -> list[Finding]:
    """Findings on codes, and on how many are in use over the training data."""
    return [*_codes(checkpoint), *_collapse(checkpoint)]


def _codes(checkpoint: Checkpoint) -> list[Finding]:
    findings = []
    for layer, codebook in enumerate(codebook_arrays(checkpoint.model), start=1):
        where, codes = f"codebook {layer}", codebook.shape[1]
        zero = int((np.linalg.norm(codebook, axis=0) < ZERO_NORM).sum())
        if zero == codes:
            findings.append(
                Finding(
                    "zero_codebook",
                    where,
                    f"All {codes} codes of layer {layer} are the zero vector, so this layer carries nothing.",
                    "Restore the codebook from the training checkpoint.",
                )
            )
            continue
        repeated = int(duplicate_codes(codebook).sum())
        if zero:
            findings.append(
                Finding(
                    "zero_codes",
                    where,
                    f"{zero} of {codes} codes of layer {layer} are the zero vector.",
                    "They were never trained: initialise codebooks from data and replace dead codes.",
                    Severity.NOTE,
                )
            )
        alike = repeated - max(zero - 1, 0)
        if alike > 0:
            findings.append(
                Finding(
                    "duplicate_codes",
                    where,
                    f"{alike} of {codes} codes of layer {layer} repeat another one and can never be chosen.",
                    "They waste their numbers: restore this codebook from the training checkpoint, or "
                    "retrain with dead-code replacement.",
                    Severity.SICK if alike > _MOST_REPEATED * codes else Severity.NOTE,
                )
            )
    return findings


def _collapse(checkpoint: Checkpoint) -> list[Finding]:
    if checkpoint.usage is None:
        return []
    used = (checkpoint.usage > 0).sum(axis=1)
    codes = checkpoint.config.num_embeddings
    return [
        Finding(
            "collapsed_codebook",
            f"codebook {layer}",
            f"Layer {layer} uses {count} of its {codes} codes over its training data.",
            "The codebook has collapsed: initialise codebooks from data and replace dead codes in training.",
            Severity.NOTE,
        )
        for layer, count in enumerate(used.tolist(), start=1)
        if count < _LEAST_USED * codes
    ]
