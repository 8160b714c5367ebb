"""Errors as others report them, to be held beside theirs.

MoMask (Guo et al., CVPR 2024) reports a tokenizer's MPJPE by `evaluation_vqvae_plus_mpjpe` of
`utils/eval_t2m.py` over `Text2MotionDatasetEval` of `data/t2m_dataset.py`
(github.com/EricGuo5513/momask-codes). What that does to a clip, and so does this:

- clips of fewer than 40 or of 200 frames and more are left out;
- a clip is cut to a whole number of steps of four frames, and in one of three draws by one step more, at a
  random place;
- it is padded to 196 frames with zeros of the standardised features, and the network sees the padding;
- errors are aligned at each frame's pelvis, and averaged over all joints of all frames of all clips;
- that is repeated 20 times, and given as mean ± 1.96 standard deviations / √20.

Two things of the original are not imitated: clips that its captions cut out of longer ones, and a loader that
drops the last of its shuffled batches of 32.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.evaluation.bootstrap import bootstrap_interval
from rvqvae.evaluation.metrics import joint_errors_mm
from rvqvae.motion import Clip

LEAST, MOST, PADDED_TO, UNIT, REPEATS = 40, 199, 196, 4, 20
SHORTER = 1 / 3  # of the draws
_BATCH = 32


@dataclass(frozen=True, eq=False)
class ReportedError:
    """MPJPE in mm as MoMask reports it, root-aligned, from the first k layers, for k = 1 … Q.

    Attributes
    ----------
    clips, left_out : int, clips that the protocol takes, and those whose length it does not
    repeats : int
    mean : (Q,) array
    confidence : (Q,) array, what is given after ±: how far another run of this may differ
    interval : (Q, 2) array, `bootstrap_interval` over clips: how far other clips of the same kind may differ
    """

    clips: int
    left_out: int
    repeats: int
    mean: np.ndarray
    confidence: np.ndarray
    interval: np.ndarray

    def to_dict(self) -> dict[str, Any]:
        """All fields as plain values, a row for each k."""
        rows = zip(self.mean.tolist(), self.confidence.tolist(), self.interval.tolist(), strict=True)
        return {
            "protocol": "momask",
            "clips": self.clips,
            "left_out": self.left_out,
            "repeats": self.repeats,
            "layers": [
                {"layers": k, "mpjpe_root_mm": mean, "confidence_mm": confidence, "interval_mm": interval}
                for k, (mean, confidence, interval) in enumerate(rows, start=1)
            ],
        }


def format_reported(reported: ReportedError) -> str:
    """It as a readable table."""
    lines = [
        f"{reported.clips} clips of {LEAST} to {MOST} frames ({reported.left_out} others left out), "
        f"{reported.repeats} times, as MoMask reports it; MPJPE in mm, root-aligned",
        "",
        "layers     mean     ±  95 % over clips",
    ]
    for row in reported.to_dict()["layers"]:
        low, high = row["interval_mm"]
        name = f"1-{row['layers']}"
        lines.append(
            f"{name:<6}{row['mpjpe_root_mm']:9.2f}{row['confidence_mm']:6.2f}  {low:.1f} to {high:.1f}"
        )
    return "\n".join(lines)


def as_momask_reports(
    checkpoint: Checkpoint,
    clips: Sequence[Clip],
    *,
    repeats: int = REPEATS,
    seed: int = 0,
    progress: Callable[[int], None] = lambda frames: None,
) -> ReportedError:
    """MPJPE of clips by MoMask's protocol.

    Parameters
    ----------
    checkpoint : of layout "humanml3d", 20 fps
    clips : of features (N, 263)
    progress : called with the frames of each finished batch

    Raises
    ------
    ValueError
        If no clip is of a length that the protocol takes.
    """
    taken = [clip.features for clip in clips if LEAST <= len(clip.features) <= MOST]
    if not taken:
        raise ValueError(
            f"none of these {len(clips)} clips has {LEAST} to {MOST} frames, as MoMask's evaluation takes; "
            "choose clips of 2 to 10 seconds"
        )
    draws, errors, frames = np.random.default_rng(seed), [], []
    for _ in range(repeats):
        cut = [_cut(features, draws) for features in taken]
        batches = [cut[start : start + _BATCH] for start in range(0, len(cut), _BATCH)]
        errors.append(np.concatenate([_errors(checkpoint, batch, progress) for batch in batches]))
        frames.append(np.array([len(features) for features in cut]))
    means = np.array([one.T @ own / own.sum() for one, own in zip(errors, frames, strict=True)])
    weights = np.sum(frames, axis=0)
    by_clip = np.einsum("rcq,rc->cq", errors, frames) / weights[:, None]
    return ReportedError(
        len(taken),
        len(clips) - len(taken),
        repeats,
        means.mean(axis=0),
        1.96 * means.std(axis=0) / np.sqrt(repeats),
        bootstrap_interval(by_clip, weights, seed),
    )


def _cut(features: np.ndarray, draws: np.random.Generator) -> np.ndarray:
    steps = len(features) // UNIT - (draws.random() < SHORTER)
    start = draws.integers(len(features) - steps * UNIT + 1)
    return features[start : start + steps * UNIT]


def _errors(
    checkpoint: Checkpoint, batch: Sequence[np.ndarray], progress: Callable[[int], None]
) -> np.ndarray:
    """(B, Q) each clip's mean error of the first 1 … Q layers; padding is seen, and not counted."""
    padded = np.tile(checkpoint.mean, (len(batch), PADDED_TO, 1))  # standardised, that is zero
    for row, features in zip(padded, batch, strict=True):
        row[: len(features)] = features
    layout = checkpoint.known_body
    tokens = checkpoint.model.encode_to_tokens(checkpoint.normalize(padded))
    errors = np.empty((len(batch), len(tokens)))
    for k in range(len(tokens)):
        made = checkpoint.denormalize(checkpoint.model.decode_from_tokens(tokens[: k + 1], length=PADDED_TO))
        for number, (features, one) in enumerate(zip(batch, made, strict=True)):
            errors[number, k] = joint_errors_mm(one[: len(features)], features, "root", layout).mean()
    progress(sum(len(features) for features in batch))
    return errors
