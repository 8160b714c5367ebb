"""Clips that a sound checkpoint cannot reconstruct: what may be wrong with them."""

from collections.abc import Sequence

import numpy as np

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.doctor.behaviour import sample_of
from rvqvae.doctor.fit import Fit, Judge
from rvqvae.doctor.gravity import frame_rate
from rvqvae.doctor.hypotheses.clips import ClipHypothesis, hypotheses
from rvqvae.doctor.report import Finding, Severity
from rvqvae.doctor.verdict import Condition, unlike
from rvqvae.motion import Clip
from rvqvae.motion.errors import MotionFileError

# Share of the error, relative to the mean pose's, that is left with the clips changed; at least these much of
# a difference is no chance.
MOST_LEFT = 0.7
# Flights in clips of 20 frames a second gave 20.5 to 23.3, so that 30 would give 31 to 35.
FRAME_RATE_BOUND = 1.35


def examine_clips(checkpoint: Checkpoint, clips: Sequence[Clip], seen: Condition) -> list[Finding]:
    """Notes on clips: what is wrong with them, or that they are unlike the training data."""
    falling = _falling(checkpoint, clips)
    if not seen.symptoms:
        return falling
    now, best = _relative(seen.fit, seen.mean_pose), None
    for hypothesis in hypotheses(checkpoint):
        then = _tried(checkpoint, clips, hypothesis)
        if then < min(MOST_LEFT * now, 0.8) and (best is None or then < best[0]):
            best = then, hypothesis
    if best is not None and not (falling and best[1].check != "clips_frame_rate" and best[0] > 0.3 * now):
        then, hypothesis = best
        return [
            Finding(
                hypothesis.check,
                "clips",
                f"{hypothesis.sentence} Changed so, they are reconstructed with {then:.0%} of the error of "
                f"their mean pose, as they are with {now:.0%}.",
                f"{hypothesis.advice} The checkpoint is sound on the sample clips.",
                Severity.NOTE,
            )
        ]
    return falling or [
        unlike(seen.symptoms, "The checkpoint is sound on the sample clips; try clips of its training data.")
    ]


def _relative(fit: Fit, mean_pose: Fit) -> float:
    """Error over the mean pose's: of joints and of features, their geometric mean."""
    features = (fit.unexplained / max(mean_pose.unexplained, 1e-12)) ** 0.5
    return features if np.isnan(fit.error_mm) else float((features * fit.error / mean_pose.error) ** 0.5)


def _tried(checkpoint: Checkpoint, clips: Sequence[Clip], hypothesis: ClipHypothesis) -> float:
    try:
        changed = [hypothesis.change(clip) for clip in clips if len(clip.features) > 1]
    except (MotionFileError, ValueError):
        return float("inf")
    kept = [clip for clip in changed if len(clip.features) > 1 and np.isfinite(clip.features).all()]
    if not kept:
        return float("inf")
    judge = Judge(sample_of(kept, checkpoint.body))
    return _relative(judge.of(checkpoint), judge.mean_pose())


def _falling(checkpoint: Checkpoint, clips: Sequence[Clip]) -> list[Finding]:
    """A note where bodies in the clips fall as they would at another frame rate."""
    layout = checkpoint.body
    if layout is None or not layout.from_positions:  # bodies of others are not as tall as people
        return []
    rate = frame_rate(clips, layout)
    if rate is None or 1 / FRAME_RATE_BOUND < rate / layout.fps < FRAME_RATE_BOUND:
        return []
    return [
        Finding(
            "clips_frame_rate",
            "clips",
            f"Bodies in the clips fall as they do at {rate:.0f} frames a second; features of "
            f"{layout.title}'s layout have {layout.fps:g}.",
            f"This is about the clips, not the checkpoint: resample them to {layout.fps:g} frames a second.",
            Severity.NOTE,
        )
    ]
