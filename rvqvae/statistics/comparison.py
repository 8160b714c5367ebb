"""Several checkpoints on the same clips: errors, rates, use of the codes, speed and size side by side."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.evaluation.evaluation import evaluate
from rvqvae.evaluation.metrics import ALIGNMENTS
from rvqvae.motion import Clip
from rvqvae.motion.layouts import HUMANML3D, FeatureLayout, titled
from rvqvae.statistics.codebooks import LayerStatistics, codebook_arrays, layer_statistics
from rvqvae.statistics.corpus import measure_use
from rvqvae.statistics.rates import RateDistortion, bit_rates

# Of the clips' frames, as many as one sequence of HumanML3D has at most.
TIMED_FRAMES = 196
ROUNDS = 9


@dataclass(frozen=True)
class Scores:
    """What a checkpoint does with the clips.

    Attributes
    ----------
    rate_distortion : list of Q `RateDistortion`, for the first 1 to Q layers
    layers : list of Q `LayerStatistics`
    milliseconds : float, median time to encode and decode `Comparison.timed_frames` frames
    """

    rate_distortion: list[RateDistortion]
    layers: list[LayerStatistics]
    milliseconds: float


@dataclass(frozen=True)
class Contestant:
    """One checkpoint of a comparison.

    Attributes
    ----------
    checkpoint : the tokenizer
    parameters : int, numbers in its weights, codebooks excluded
    refusal : str, why it cannot be held against the clips; empty if it was
    scores : None where it was refused
    """

    checkpoint: Checkpoint
    parameters: int
    refusal: str
    scores: Scores | None


@dataclass(frozen=True)
class Comparison:
    """Checkpoints side by side, in the order given.

    Attributes
    ----------
    clips, frames : int, what they were held against
    fps : float, of the clips
    timed_frames : int, frames of the motion that was timed
    device : str, where it was timed
    contestants : list of `Contestant`
    """

    clips: int
    frames: int
    fps: float
    timed_frames: int
    device: str
    contestants: list[Contestant]


def compare(
    checkpoints: Sequence[Checkpoint],
    clips: Sequence[Clip],
    layout: FeatureLayout = HUMANML3D,
    *,
    progress: Callable[[float, str], None] = lambda share, words: None,
) -> Comparison:
    """Hold checkpoints against the same clips.

    Numbers of layers, codes and frames a token may differ: bits a second account for them. Checkpoints of
    other features or another frame rate are refused one by one, with the reason.

    Parameters
    ----------
    checkpoints : at least one
    clips : at least one, of the layout
    layout : in which joints are known
    progress : called with the share done, 0 to 1, and what comes next; what it raises ends the comparison
    """
    frames = sum(len(clip.features) for clip in clips)
    refusals = [why_not(checkpoint, layout) for checkpoint in checkpoints]
    fit = [one for one, refusal in zip(checkpoints, refusals, strict=True) if not refusal]
    results = []
    for number, checkpoint in enumerate(fit):
        done = 0

        def seen(more: int, number: int = number, name: str = checkpoint.name) -> None:
            nonlocal done
            done += more
            progress(0.9 * (number + done / frames) / len(fit), f"encoding and decoding with {name}")

        seen(0)
        results.append((evaluate(checkpoint, clips, progress=seen), measure_use(checkpoint, clips)[0]))
    progress(0.9, "timing them in turn")
    motion = timed_motion(clips)
    times = time_in_turn(fit, motion)
    scores = iter(
        [
            Scores(*_figures(checkpoint, evaluation, counts), milliseconds)
            for checkpoint, (evaluation, counts), milliseconds in zip(fit, results, times, strict=True)
        ]
    )
    return Comparison(
        clips=len(clips),
        frames=frames,
        fps=layout.fps,
        timed_frames=len(motion),
        device=str(checkpoints[0].device),
        contestants=[
            Contestant(one, count_parameters(one), refusal, None if refusal else next(scores))
            for one, refusal in zip(checkpoints, refusals, strict=True)
        ],
    )


def why_not(checkpoint: Checkpoint, layout: FeatureLayout = HUMANML3D) -> str:
    """Why a checkpoint cannot be held against clips of a layout; empty if it can."""
    config = checkpoint.config
    own = checkpoint.described.name if checkpoint.described else checkpoint.layout
    if (own, config.input_dim) != (layout.name, layout.width):
        return (
            f"takes {titled(config.input_dim)} of layout {own}; the clips are "
            f"{titled(layout.width)}, which cannot be converted to it"
        )
    if config.output_dim is not None and config.output_dim != config.input_dim:
        return f"gives {titled(config.output_dim)}, not what it takes, so there are no joints to compare"
    if checkpoint.fps != layout.fps:
        return (
            f"says {checkpoint.fps:g} frames a second; the clips have {layout.fps:g}, so that velocities and "
            "bits a second would not be comparable"
        )
    return ""


def timed_motion(clips: Sequence[Clip]) -> np.ndarray:
    """The longest clip, or its first `TIMED_FRAMES` frames: (n, 263)."""
    return max((clip.features for clip in clips), key=len)[:TIMED_FRAMES]


def time_in_turn(
    checkpoints: Sequence[Checkpoint], features: np.ndarray, rounds: int = ROUNDS
) -> list[float]:
    """Median milliseconds in which each encodes and decodes features (n, 263).

    They are called in turn, so that their ratios hold whatever else the machine does. The first round warms
    up and is not counted.
    """
    times: list[list[float]] = [[] for _ in checkpoints]
    for _ in range(rounds + 1):
        for checkpoint, own in zip(checkpoints, times, strict=True):
            start = time.perf_counter()
            # Bringing the result to the CPU waits for a GPU to finish.
            checkpoint.decode(checkpoint.encode(features), length=len(features))
            own.append(1000 * (time.perf_counter() - start))
    return [median(own[1:]) for own in times]


def count_parameters(checkpoint: Checkpoint) -> int:
    """Numbers in the weights of encoder and decoder."""
    return sum(parameter.numel() for parameter in checkpoint.model.parameters())


def _figures(
    checkpoint: Checkpoint, evaluation: dict[str, Any], counts: np.ndarray
) -> tuple[list[RateDistortion], list[LayerStatistics]]:
    layers = layer_statistics(counts, codebook_arrays(checkpoint.model))
    rates = bit_rates(
        [layer.entropy for layer in layers],
        codes=checkpoint.config.num_embeddings,
        steps_per_second=checkpoint.fps / checkpoint.config.downsampling_ratio,
    )
    distortion = [
        RateDistortion(rate, **{f"{alignment}_mm": row[f"mpjpe_{alignment}_mm"] for alignment in ALIGNMENTS})
        for rate, row in zip(rates, evaluation["layers"], strict=True)
    ]
    return distortion, layers
