"""Errors after each layer and codebook use over a whole data set."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import torch

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.evaluation.bootstrap import bootstrap_interval
from rvqvae.evaluation.feet import horizontal_speed_mm, standing_feet
from rvqvae.evaluation.measures import JointMeasure, Measure, measure_of
from rvqvae.evaluation.metrics import ALIGNMENTS, code_counts, usage_statistics
from rvqvae.evaluation.parts import weighted_mean, weights_of_joints
from rvqvae.motion import Clip

T = TypeVar("T")
_FRAMES_PER_BATCH = 4096
_PADDED_TO = 32


@dataclass(frozen=True, eq=False)
class ClipScore:
    """What the first k layers make of one clip, for each k that was asked for.

    Attributes
    ----------
    index : int, of the clip among those that were given
    frames : int
    tokens : (Q, n) array
    errors : {alignment: (len(k),) array}, mean over frames and joints, mm; where joints are not known over
        channels, in the units of `ChannelMeasure`
    standing : int, how often one of the four contact joints stands in a frame of the original
    slides : (1 + len(k),) array, the horizontal speeds of those summed over them, mm/s: the original's, then
        each k's
    weighted : as `errors`, each joint counting what it weighs; empty where no weights were given
    """

    index: int
    frames: int
    tokens: np.ndarray
    errors: dict[str, np.ndarray]
    standing: int
    slides: np.ndarray
    weighted: dict[str, np.ndarray]


def score_clips(
    checkpoint: Checkpoint,
    clips: Sequence[Clip],
    layers: Sequence[int] | None = None,
    weights: np.ndarray | None = None,
) -> Iterator[ClipScore]:
    """Reconstruct every clip, whole, from its first k layers; clips of similar length come together.

    Parameters
    ----------
    clips : of the checkpoint's features
    layers : values of k; 1 to Q when None
    weights : (J,) array, what each joint counts in `ClipScore.weighted`
    """
    config, measure = checkpoint.config, measure_of(checkpoint)
    layers = range(1, config.num_quantizers + 1) if layers is None else layers
    for batch in batches_by_length(list(enumerate(clips)), length=lambda one: len(one[1].features)):
        motion, lengths = _model_input(checkpoint, [clip for _, clip in batch])
        tokens = checkpoint.model.encode_to_tokens(motion, lengths)
        decoded = [
            checkpoint.denormalize(
                checkpoint.model.decode_from_tokens(tokens[:k], length=motion.shape[-1], lengths=lengths)
            )
            for k in layers
        ]
        stacked = torch.stack(tokens, dim=1).cpu().numpy()
        for place, (index, clip) in enumerate(batch):
            frames = len(clip.features)
            codes = stacked[place, :, : -(-frames // config.downsampling_ratio)]
            made = [one[place, :frames] for one in decoded]
            found = _errors_and_slides(measure, clip, made, checkpoint.fps, weights)
            yield ClipScore(index, frames, codes, *found)


def evaluate(
    checkpoint: Checkpoint,
    clips: Sequence[Clip],
    layers: Sequence[int] | None = None,
    progress: Callable[[int], None] = lambda frames: None,
    part_weights: Mapping[str, float] | None = None,
) -> dict[str, Any]:
    """Reconstruct every clip, whole, from its first k layers.

    Parameters
    ----------
    checkpoint : of a layout whose joints are known
    clips : clips of its features (N, D)
    layers : values of k; 1 to Q when None
    progress : called with the frames of each finished clip
    part_weights : what each joint of a part of the body ("left hand") counts in an error of its own; 1 for
        parts that are left out

    Returns
    -------
    dict
        "clips", "frames"; "layers": for each k the mean over frames and joints of the error in mm as
        "mpjpe_local_mm", "mpjpe_root_mm", "mpjpe_global_mm"; "intervals": for each of these and each k its
        `bootstrap_interval`; "codebook": for each layer the statistics of `CodebookUsage` and "zero_norm",
        the number of codes that are the zero vector; "slide_mm_s": the mean horizontal speed of ankles and
        feet while the original's stand, as "original" and, for each k, in the list "layers". With weights
        also "part_weights", and "weighted_mpjpe_root_mm" and so on beside each error.

    Raises
    ------
    PartWeightError
        If the checkpoint's body cannot have these weights.
    """
    config, body = checkpoint.config, checkpoint.body
    weights = weights_of_joints(body.skeleton if body else None, part_weights) if part_weights else None
    layers = range(1, config.num_quantizers + 1) if layers is None else layers
    counts = np.zeros((config.num_quantizers, config.num_embeddings), dtype=np.int64)
    scores = []
    for score in score_clips(checkpoint, clips, layers, weights):
        counts += code_counts(score.tokens, config.num_embeddings)
        scores.append(score)
        progress(score.frames)
    frames = np.array([score.frames for score in scores])
    standing = max(1, sum(score.standing for score in scores))
    slides = np.sum([score.slides for score in scores], axis=0) / standing
    errors = {f"mpjpe_{a}_mm": np.array([score.errors[a] for score in scores]) for a in ALIGNMENTS}
    if part_weights:
        errors |= {f"weighted_mpjpe_{a}_mm": np.array([s.weighted[a] for s in scores]) for a in ALIGNMENTS}
    means = {name: (frames @ one / frames.sum()).tolist() for name, one in errors.items()}
    return {
        "clips": len(clips),
        "frames": int(frames.sum()),
        "layers": [
            {"layers": k, **{name: means[name][row] for name in means}} for row, k in enumerate(layers)
        ],
        "intervals": {name: bootstrap_interval(one, frames).tolist() for name, one in errors.items()},
        "codebook": _codebook_rows(checkpoint, counts),
        "slide_mm_s": {"original": float(slides[0]), "layers": slides[1:].tolist()},
        **({"part_weights": dict(part_weights)} if part_weights else {}),
    }


def _errors_and_slides(
    measure: Measure,
    clip: Clip,
    made: Sequence[np.ndarray],
    fps: float,
    weights: np.ndarray | None,
) -> tuple[dict[str, np.ndarray], int, np.ndarray, dict[str, np.ndarray]]:
    """Errors, standing, slides and weighted errors of a `ClipScore`, of what each k makes of the clip."""
    original, aligned = measure.aligned(clip.features), [measure.aligned(features) for features in made]
    errors, weighted = {}, {}
    for way in measure.alignments:
        apart = [measure.errors(one, original, way) for one in aligned]
        errors[way] = np.array([one.mean() for one in apart])
        if weights is not None:
            weighted[way] = np.array([weighted_mean(one.mean(axis=0), weights) for one in apart])
    if not isinstance(measure, JointMeasure):
        return errors, 0, np.zeros(1 + len(made)), weighted
    feet = standing_feet(clip.features, measure.layout)
    joints = [one["global"] for one in (original, *aligned)]
    slides = np.array([horizontal_speed_mm(one, fps, measure.layout)[feet].sum() for one in joints])
    return errors, int(feet.sum()), slides, weighted


def format_evaluation(result: dict[str, Any]) -> str:
    """The result of `evaluate` as two readable tables."""
    lines = [
        f"{result['clips']} clips, {result['frames']} frames; MPJPE in mm, mean over frames and joints",
        f"slide of feet in mm/s while the original's stand; the original's own is "
        f"{result['slide_mm_s']['original']:.0f}",
        "",
        "layers    local     root   global    slide",
    ]
    for row, slide in zip(result["layers"], result["slide_mm_s"]["layers"], strict=True):
        lines.append(f"{'1-' + str(row['layers']):<6}{_errors_of(row)}{slide:9.0f}")
    if "part_weights" in result:
        weights = ", ".join(f"{part} {weight:g}" for part, weight in result["part_weights"].items())
        lines += ["", f"weighted ({weights}; other parts 1)", "layers    local     root   global"]
        lines += [f"{'1-' + str(row['layers']):<6}{_errors_of(row, 'weighted_')}" for row in result["layers"]]
    lines += ["", "layer   used  perplexity  entropy (bits)   tokens  zero-norm"]
    for row in result["codebook"]:
        lines.append(
            f"{row['layer']:<6}{row['used']:6d}{row['perplexity']:12.1f}"
            f"{row['entropy_bits']:16.2f}{row['tokens']:9d}{row['zero_norm']:11d}"
        )
    return "\n".join(lines)


def _errors_of(row: dict[str, Any], kind: str = "") -> str:
    return "".join(f"{row[f'{kind}mpjpe_{a}_mm']:9.2f}" for a in ALIGNMENTS)


def _frames_of(clip: Any) -> int:
    return len(clip.features)


def batches_by_length(
    clips: Sequence[T],
    frames: int = _FRAMES_PER_BATCH,
    length: Callable[[T], int] = _frames_of,
) -> Iterator[list[T]]:
    """Group clips of similar length into batches of at most some frames, padding included."""
    batch: list[T] = []
    for clip in sorted(clips, key=length):
        if batch and _padded(length(clip)) * (len(batch) + 1) > frames:
            yield batch
            batch = []
        batch.append(clip)
    if batch:
        yield batch


def pad(features: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Stack features (N_i, D) of different lengths: (B, N, D) float32, zero in padding; lengths (B,)."""
    lengths = np.array([len(rows) for rows in features])
    padded = np.zeros((len(features), _padded(lengths.max()), features[0].shape[1]), dtype=np.float32)
    for target, rows in zip(padded, features, strict=True):
        target[: len(rows)] = rows
    return padded, lengths


def _padded(frames: int) -> int:
    # Convolution libraries keep working memory for every shape they have met, so there must be few.
    return -(-frames // _PADDED_TO) * _PADDED_TO


def _model_input(checkpoint: Checkpoint, batch: Sequence[Clip]) -> tuple[torch.Tensor, torch.Tensor]:
    padded, lengths = pad([clip.features for clip in batch])
    return checkpoint.normalize(padded), torch.from_numpy(lengths).to(checkpoint.device)


def _codebook_rows(checkpoint: Checkpoint, counts: np.ndarray) -> list[dict[str, Any]]:
    """For each layer its use and the number of its codes that are the zero vector."""
    norms = (layer.embedding.norm(dim=0) for layer in checkpoint.model.quantizer.layers)
    zeros = [int((norm < 1e-8).sum()) for norm in norms]
    return [
        {**usage.to_dict(), "zero_norm": zero}
        for usage, zero in zip(usage_statistics(counts), zeros, strict=True)
    ]
