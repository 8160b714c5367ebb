"""Errors after each layer and codebook use over a whole data set."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np
import torch

from rvqvae.checkpoint import Checkpoint
from rvqvae.feet import horizontal_speed_mm, standing_feet
from rvqvae.metrics import ALIGNMENTS, aligned_joints, code_counts, usage_statistics
from rvqvae.motion import Clip

T = TypeVar("T")
_FRAMES_PER_BATCH = 4096
_PADDED_TO = 32


def evaluate(
    checkpoint: Checkpoint,
    clips: Sequence[Clip],
    layers: Sequence[int] | None = None,
    progress: Callable[[int], None] = lambda frames: None,
) -> dict:
    """Reconstruct every clip, whole, from its first k layers.

    Parameters
    ----------
    checkpoint : of layout "humanml3d"
    clips : clips of features (N, 263)
    layers : values of k; 1 to Q when None
    progress : called with the frames of each finished batch

    Returns
    -------
    dict
        "clips", "frames"; "layers": for each k the mean over frames and joints of the error in mm as
        "mpjpe_local_mm", "mpjpe_root_mm", "mpjpe_global_mm"; "codebook": for each layer the statistics
        of `CodebookUsage` and "zero_norm", the number of codes that are the zero vector; "slide_mm_s": the
        mean horizontal speed of ankles and feet while the original's stand, as "original" and, for each k,
        in the list "layers".
    """
    config = checkpoint.config
    layers = range(1, config.num_quantizers + 1) if layers is None else layers
    sums = {k: dict.fromkeys(ALIGNMENTS, 0.0) for k in layers}
    slides = dict.fromkeys([None, *layers], 0.0)  # None: the original
    standing_frames = 0
    counts = np.zeros((config.num_quantizers, config.num_embeddings), dtype=np.int64)
    frames = 0
    for batch in batches_by_length(clips):
        motion, lengths = _model_input(checkpoint, batch)
        tokens = checkpoint.model.encode_to_tokens(motion, lengths)
        counts += code_counts(torch.stack(tokens).flatten(1).cpu().numpy(), config.num_embeddings)
        standing = [standing_feet(clip.features) for clip in batch]
        standing_frames += sum(int(feet.sum()) for feet in standing)
        originals = [aligned_joints(clip.features) for clip in batch]
        for joints, feet in zip(originals, standing, strict=True):
            slides[None] += horizontal_speed_mm(joints["global"], checkpoint.fps)[feet].sum()
        for k in layers:
            decoded = checkpoint.denormalize(
                checkpoint.model.decode_from_tokens(tokens[:k], length=motion.shape[-1], lengths=lengths)
            )
            for features, original, feet in zip(decoded, originals, standing, strict=True):
                predicted = aligned_joints(features[: len(feet)])
                slides[k] += horizontal_speed_mm(predicted["global"], checkpoint.fps)[feet].sum()
                for alignment in ALIGNMENTS:
                    distances = np.linalg.norm(predicted[alignment] - original[alignment], axis=-1)
                    sums[k][alignment] += 1000 * distances.mean(axis=1).sum()
        size = sum(len(clip.features) for clip in batch)
        frames += size
        progress(size)
    return {
        "clips": len(clips),
        "frames": frames,
        "layers": [
            {"layers": k, **{f"mpjpe_{a}_mm": float(sums[k][a] / frames) for a in ALIGNMENTS}} for k in layers
        ],
        "codebook": [
            {**usage.to_dict(), "zero_norm": zero}
            for usage, zero in zip(usage_statistics(counts), _zero_norms(checkpoint), strict=True)
        ],
        "slide_mm_s": {
            "original": float(slides[None] / max(1, standing_frames)),
            "layers": [float(slides[k] / max(1, standing_frames)) for k in layers],
        },
    }


def format_evaluation(result: dict) -> str:
    """The result of `evaluate` as two readable tables."""
    lines = [
        f"{result['clips']} clips, {result['frames']} frames; MPJPE in mm, mean over frames and joints",
        f"slide of feet in mm/s while the original's stand; the original's own is "
        f"{result['slide_mm_s']['original']:.0f}",
        "",
        "layers    local     root   global    slide",
    ]
    for row, slide in zip(result["layers"], result["slide_mm_s"]["layers"], strict=True):
        errors = (row[f"mpjpe_{a}_mm"] for a in ALIGNMENTS)
        lines.append(
            f"{'1-' + str(row['layers']):<6}" + "".join(f"{e:9.2f}" for e in errors) + f"{slide:9.0f}"
        )
    lines += ["", "layer   used  perplexity  entropy (bits)   tokens  zero-norm"]
    for row in result["codebook"]:
        lines.append(
            f"{row['layer']:<6}{row['used']:6d}{row['perplexity']:12.1f}"
            f"{row['entropy_bits']:16.2f}{row['tokens']:9d}{row['zero_norm']:11d}"
        )
    return "\n".join(lines)


def batches_by_length(
    clips: Sequence[T],
    frames: int = _FRAMES_PER_BATCH,
    length: Callable[[T], int] = lambda c: len(c.features),
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


def _zero_norms(checkpoint: Checkpoint) -> list[int]:
    norms = (layer.embedding.norm(dim=0) for layer in checkpoint.model.quantizer.layers)
    return [int((norm < 1e-8).sum()) for norm in norms]
