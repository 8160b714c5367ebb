"""Everything there is to know of a tokenizer on a clip or on a whole data set, in one pass over it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
import torch

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.evaluation.evaluation import batches_by_length, pad
from rvqvae.evaluation.metrics import ALIGNMENTS, aligned_joints, code_counts, distance_mm
from rvqvae.motion import Clip
from rvqvae.nn.blocks import valid_frames
from rvqvae.nn.distributed import gather_objects, rank, ranks
from rvqvae.nn.rows import DROPPED
from rvqvae.statistics.clips import clip_coverage
from rvqvae.statistics.codebooks import (
    LayerStatistics,
    codebook_arrays,
    layer_statistics,
    residual_energies,
)
from rvqvae.statistics.entropy import EntropyCurve, entropy_curve
from rvqvae.statistics.information import (
    InformationCurve,
    MutualInformation,
    information_curve,
    join_clips,
    layer_information,
    step_information,
)
from rvqvae.statistics.rates import RateDistortion, bit_rates

_DECODING = 0.9  # of the work, measured on 250,000 frames


@dataclass(frozen=True)
class CorpusStatistics:
    """A tokenizer's statistics on clips.

    Attributes
    ----------
    clips, frames, steps : int, how much was seen; a step is one token in every layer
    layers : list of Q `LayerStatistics`
    energies : (Q + 1,) array, mean squared norm of the latent and of the residual after each layer
    between_layers : {(u, v): MutualInformation} for layers u < v, from 1
    between_steps : list of Q `MutualInformation`, each layer's tokens with its next ones
    rate_distortion : list of Q `RateDistortion`, for the first 1 to Q layers
    entropy_curves : list of Q `EntropyCurve`, each layer's entropy against the tokens seen
    information_curves : {v: InformationCurve} of layer 1 and each layer v after it, against the tokens seen
    """

    clips: int
    frames: int
    steps: int
    layers: list[LayerStatistics]
    energies: np.ndarray
    between_layers: dict[tuple[int, int], MutualInformation]
    between_steps: list[MutualInformation]
    rate_distortion: list[RateDistortion]
    entropy_curves: list[EntropyCurve]
    information_curves: dict[int, InformationCurve]


def analyse(
    checkpoint: Checkpoint,
    clips: Sequence[Clip],
    *,
    shuffles: int = 20,
    seed: int = 0,
    progress: Callable[[float, str], None] = lambda share, words: None,
) -> CorpusStatistics:
    """Analyse a tokenizer on clips of its own layout.

    Beyond the clips, memory holds one batch and Q numbers a latent step.

    Parameters
    ----------
    checkpoint : of a layout whose joints are known
    clips : at least one
    shuffles : of the nulls of mutual information
    seed : of the shuffles and of the entropy curves' subsamples
    progress : called with the share done, 0 to 1, and what comes next; whatever it raises ends the analysis
    """
    config, codebooks = checkpoint.config, codebook_arrays(checkpoint.model)
    parts, energies, errors = _decode_all(checkpoint, clips, codebooks, progress)
    frames = sum(len(clip.features) for clip in clips)
    # Each pair of layers, and each layer with its own next steps.
    values = config.num_quantizers * (config.num_quantizers + 1) // 2
    measured = count(1)

    def measuring() -> None:
        progress(_DECODING + (1 - _DECODING) * next(measured) / values, "measuring information")

    tokens = join_clips(parts)
    seen = [clip_coverage([part[v] for part in parts]) for v in range(config.num_quantizers)]
    layers = layer_statistics(code_counts(tokens, config.num_embeddings), codebooks, seen)
    steps = layers[0].entropy.tokens
    rates = bit_rates(
        [layer.entropy for layer in layers],
        codes=config.num_embeddings,
        steps_per_second=checkpoint.fps / config.downsampling_ratio,
    )
    means = {alignment: sums / frames for alignment, sums in errors.items()}
    return CorpusStatistics(
        clips=len(clips),
        frames=frames,
        steps=steps,
        layers=layers,
        energies=energies / steps,
        between_layers=layer_information(tokens, shuffles=shuffles, seed=seed, progress=measuring),
        between_steps=step_information(tokens, shuffles=shuffles, seed=seed, progress=measuring),
        rate_distortion=[
            RateDistortion(rate, *(float(means[a][k]) for a in ("local", "root", "global")))
            for k, rate in enumerate(rates)
        ],
        entropy_curves=[entropy_curve(row, seed=seed) for row in tokens],
        information_curves={
            layer: information_curve(tokens[0], row, seed=seed) for layer, row in enumerate(tokens[1:], 2)
        },
    )


def _decode_all(
    checkpoint: Checkpoint,
    clips: Sequence[Clip],
    codebooks: Sequence[np.ndarray],
    progress: Callable[[float, str], None],
) -> tuple[list[np.ndarray], np.ndarray, dict[str, np.ndarray]]:
    """Tokens (Q, n) of each clip, energies (Q + 1,) and errors (Q,) by alignment, mm; both summed."""
    config = checkpoint.config
    energies = np.zeros(config.num_quantizers + 1)
    errors = {alignment: np.zeros(config.num_quantizers) for alignment in ALIGNMENTS}
    parts, frames, total = [], 0, sum(len(clip.features) for clip in clips)
    for batch in batches_by_length(clips):
        raw, lengths = pad([clip.features for clip in batch])
        latents, tokens = _encode(checkpoint, raw, lengths)
        counts = -(-lengths // config.downsampling_ratio)
        valid = tokens[0] >= 0
        energies += residual_energies(latents[valid], codebooks, tokens[:, valid])
        for alignment, sums in _error_sums(checkpoint, raw, lengths, tokens).items():
            errors[alignment] += sums
        parts += [tokens[:, i, :n].astype(np.int32) for i, n in enumerate(counts)]
        frames += int(lengths.sum())
        progress(_DECODING * frames / total, "encoding and decoding")
    return parts, energies, errors


def measure_use(checkpoint: Checkpoint, clips: Sequence[Clip]) -> tuple[np.ndarray, np.ndarray]:
    """How clips use the codes: counts (Q, K) int64, and energies (Q + 1,) as in `CorpusStatistics`.

    Of several ranks each encodes its share of the clips, and all get the same result.
    """
    config, codebooks = checkpoint.config, codebook_arrays(checkpoint.model)
    counts = np.zeros((config.num_quantizers, config.num_embeddings), dtype=np.int64)
    energies = np.zeros(config.num_quantizers + 1)
    own = [clips[index] for index in range(rank(), len(clips), ranks())]
    for batch in batches_by_length(own):
        latents, tokens = _encode(checkpoint, *pad([clip.features for clip in batch]))
        valid = tokens[0] >= 0
        counts += code_counts(tokens[:, valid], config.num_embeddings)
        energies += residual_energies(latents[valid], codebooks, tokens[:, valid])
    all_counts, all_energies = zip(*gather_objects((counts, energies)), strict=True)
    counts, energies = np.sum(all_counts, axis=0), np.sum(all_energies, axis=0)
    return counts, energies / counts[0].sum()


def _encode(checkpoint: Checkpoint, raw: np.ndarray, lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Latents (B, n, d) and tokens (Q, B, n), -1 in padding, of padded clips (B, N, D)."""
    model, ratio = checkpoint.model, checkpoint.config.downsampling_ratio
    valid = torch.from_numpy(lengths).to(checkpoint.device)
    latents = model.encode_to_latent(checkpoint.normalize(raw), valid)
    inside = valid_frames((valid + ratio - 1) // ratio, latents.shape[-1])
    tokens = torch.stack(model.quantizer.encode(latents)).where(inside, DROPPED)
    return latents.transpose(1, 2).cpu().numpy(), tokens.cpu().numpy()


def _error_sums(
    checkpoint: Checkpoint, raw: np.ndarray, lengths: np.ndarray, tokens: np.ndarray
) -> dict[str, np.ndarray]:
    """For each alignment the errors of the first 1 to Q layers (Q,), mm, summed over frames."""
    target = aligned_joints(raw, checkpoint.known_body)
    valid = np.arange(raw.shape[1]) < lengths[:, None]
    on_device = torch.from_numpy(tokens).to(checkpoint.device)
    sums = {alignment: np.zeros(len(tokens)) for alignment in ALIGNMENTS}
    for k in range(1, len(tokens) + 1):
        decoded = checkpoint.model.decode_from_tokens(
            list(on_device[:k]),
            length=raw.shape[1],
            lengths=torch.from_numpy(lengths).to(checkpoint.device),
        )
        predicted = aligned_joints(checkpoint.denormalize(decoded), checkpoint.known_body)
        for alignment in ALIGNMENTS:
            distance = distance_mm(predicted[alignment], target[alignment])
            sums[alignment][k - 1] = distance.mean(axis=-1)[valid].sum()
    return sums
