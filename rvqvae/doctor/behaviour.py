"""What a checkpoint does with clips: the measurements that the verdict rests on."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import nn

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.doctor.repairs import changed
from rvqvae.evaluation.metrics import aligned_joints, code_counts, distance_mm
from rvqvae.motion import Clip
from rvqvae.motion.layouts import FeatureLayout
from rvqvae.nn.blocks import valid_frames
from rvqvae.statistics import codebook_arrays, residual_energies

MOST_FRAMES = 900
_BODY = ("positions", "rotations", "velocities")
LEAST_OF_A_CLIP = 60  # frames, which is three times what feeds one


@dataclass(frozen=True)
class Sample:
    """Clips as one padded batch.

    Attributes
    ----------
    features : (B, N, D) float32 array, raw units, zero in padding
    lengths : (B,) int array, frames
    mean, std : (D,) float32 arrays, normalisation as these clips alone would have it
    variances : list of (group of features, variance of these frames summed over it)
    layout : where joints lie in the features; None where that is not known
    """

    features: np.ndarray
    lengths: np.ndarray
    mean: np.ndarray
    std: np.ndarray
    variances: list[tuple[slice, float]]
    layout: FeatureLayout | None

    @property
    def valid(self) -> np.ndarray:
        """Mask (B, N), False in padding."""
        return np.arange(self.features.shape[1]) < self.lengths[:, None]


@dataclass(frozen=True)
class Behaviour:
    """What was measured.

    Attributes
    ----------
    latents : (m, d) array, of all valid latent steps
    tokens : (Q, B, n) int array, -1 in padding
    reconstructed : (B, N, D) array, raw features with all layers
    unexplained : (Q,) array
        Squared error of the first k layers over the clips' variance, averaged over groups of features:
        0 is perfect, 1 no better than the clips' mean. It needs no skeleton and no units.
    error_mm : (Q,) array
        Mean joint error of the first k layers, heading and pelvis aligned; NaN where joints are not known.
    residual_share : (Q,) array, energy left after each layer over the latent's
    token_agreement : (Q,) array, share of tokens that decoding and encoding again gives back
    counts : (Q, K) int array, how often each code was chosen
    divergence : dict, see `activation_divergence`
    cycle : float
        Squared distance of the reconstruction's latents from the codes that it was decoded from, over the
        latents' own: whether the encoder understands what the decoder says.
    shaking : float
        Squared acceleration of the reconstruction's positions over the original's; 1 is as smooth.
    """

    latents: np.ndarray
    tokens: np.ndarray
    reconstructed: np.ndarray
    unexplained: np.ndarray
    error_mm: np.ndarray
    residual_share: np.ndarray
    token_agreement: np.ndarray
    counts: np.ndarray
    divergence: dict[str, float]
    cycle: float
    shaking: float


def sample_of(clips: Sequence[Clip], layout: FeatureLayout | None, most_frames: int = MOST_FRAMES) -> Sample:
    """The middles of clips, alike long, as one batch of at most `most_frames`: enough to judge by, and quick.

    `layout` is that of their features, None where it is not known. Of more clips than make a
    `LEAST_OF_A_CLIP` each, some are taken, from all over the list.
    """
    most_clips = max(most_frames // LEAST_OF_A_CLIP, 1)
    taken = clips[:: -(-len(clips) // most_clips)]
    frames = max(most_frames // len(taken), LEAST_OF_A_CLIP)
    starts = [max((len(clip.features) - frames) // 2, 0) for clip in taken]
    chosen = [
        clip.features[start : start + frames].astype(np.float32)
        for clip, start in zip(taken, starts, strict=True)
    ]
    lengths = np.array([len(rows) for rows in chosen])
    batch = np.zeros((len(chosen), lengths.max(), chosen[0].shape[1]), dtype=np.float32)
    for target, found in zip(batch, chosen, strict=True):
        target[: len(found)] = found
    rows = np.concatenate(chosen).astype(np.float64)
    # Groups of one unit each. Those of the root are left out: a clip on the spot has no variance in them.
    parts = layout.blocks.parts if layout else {}
    groups = [parts[part] for part in _BODY if part in parts] or [slice(None)]
    std = rows.std(axis=0)
    for group in layout.blocks.scales if layout else ():
        std[group] = std[group].mean()
    return Sample(
        features=batch,
        lengths=lengths,
        mean=rows.mean(axis=0).astype(np.float32),
        std=np.maximum(std, 1e-6).astype(np.float32),
        variances=[(group, max(float(rows[:, group].var(axis=0).sum()), 1e-12)) for group in groups],
        layout=layout,
    )


def measure(checkpoint: Checkpoint, sample: Sample) -> Behaviour:
    """Encode, decode after each layer, and encode again."""
    # A copy, since others may be using the model meanwhile and would be recorded too.
    watched = replace(checkpoint, model=changed(checkpoint.model, lambda model: None))
    with activation_divergence(watched) as divergence:
        latents, tokens = encode(watched, sample)
        whole = decode(watched, sample, tokens)
    inside = tokens[0] >= 0
    decoded = [*(decode(checkpoint, sample, tokens[:k]) for k in range(1, len(tokens))), whole]
    latents_again, again = encode(checkpoint, sample, whole)
    codes = checkpoint.model.quantizer.decode(list(torch.from_numpy(tokens).to(checkpoint.device)))
    off = latents_again - codes.transpose(1, 2).cpu().numpy()
    return Behaviour(
        latents=latents[inside],
        tokens=tokens,
        reconstructed=whole,
        unexplained=np.array([unexplained(sample, features) for features in decoded]),
        error_mm=np.array([pose_errors_mm(sample, features) for features in decoded]),
        residual_share=_shares(checkpoint, latents[inside], tokens[:, inside]),
        token_agreement=np.array([(a == b)[inside].mean() for a, b in zip(tokens, again, strict=True)]),
        counts=code_counts(tokens[:, inside], checkpoint.config.num_embeddings),
        divergence=divergence,
        cycle=float(np.square(off[inside]).sum() / max(np.square(latents[inside]).sum(), 1e-12)),
        shaking=shaking(sample, whole),
    )


def encode(
    checkpoint: Checkpoint, sample: Sample, features: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Latents (B, n, d) and tokens (Q, B, n), -1 in padding, of the sample or of other features (B, N, D)."""
    features = sample.features if features is None else features
    lengths = torch.from_numpy(sample.lengths).to(checkpoint.device)
    latents = checkpoint.model.encode_to_latent(checkpoint.normalize(features), lengths)
    ratio = checkpoint.config.downsampling_ratio
    inside = valid_frames((lengths + ratio - 1) // ratio, latents.shape[-1])
    tokens = torch.stack(checkpoint.model.quantizer.encode(latents)).where(inside, -1)
    return latents.transpose(1, 2).cpu().numpy(), tokens.cpu().numpy()


def decode(checkpoint: Checkpoint, sample: Sample, tokens: np.ndarray) -> np.ndarray:
    """Raw features (B, N, D) of tokens (k, B, n)."""
    decoded = checkpoint.model.decode_from_tokens(
        list(torch.from_numpy(tokens).to(checkpoint.device)),
        length=sample.features.shape[1],
        lengths=torch.from_numpy(sample.lengths).to(checkpoint.device),
    )
    return checkpoint.denormalize(decoded)


def shaking(sample: Sample, features: np.ndarray) -> float:
    """See `Behaviour.shaking`, for features (B, N, D); of all columns where there are no positions."""
    columns = sample.layout.blocks.parts.get("positions", slice(None)) if sample.layout else slice(None)
    bent = [
        sum(
            float(np.square(np.diff(clip[:length, columns].astype(np.float64), 2, axis=0)).sum())
            for clip, length in zip(motion, sample.lengths, strict=True)
        )
        for motion in (features, sample.features)
    ]
    return bent[0] / max(bent[1], 1e-12)


def _shares(checkpoint: Checkpoint, latents: np.ndarray, tokens: np.ndarray) -> np.ndarray:
    energies = residual_energies(latents, codebook_arrays(checkpoint.model), tokens)
    shares: np.ndarray = energies[1:] / max(energies[0], np.finfo(float).tiny)
    return shares


def unexplained(sample: Sample, features: np.ndarray) -> float:
    """See `Behaviour.unexplained`, for features (B, N, D)."""
    squared = np.square((features - sample.features)[sample.valid], dtype=np.float64).mean(axis=0)
    return float(np.mean([squared[group].sum() / total for group, total in sample.variances]))


def pose_errors_mm(sample: Sample, features: np.ndarray) -> float:
    """Mean joint error, heading and pelvis aligned, of features (B, N, D) against the sample.

    NaN where joints are not known.
    """
    if sample.layout is None:
        return float("nan")
    a, b = (aligned_joints(f[sample.valid], sample.layout)["local"] for f in (features, sample.features))
    return float(distance_mm(a, b).mean())


def valid_rows(inputs: tuple[torch.Tensor, ...]) -> torch.Tensor:
    """Activations (m, C) of valid frames, of what a module takes: (B, C, N), and a mask (B, N) or none."""
    x, mask = inputs[0], inputs[1] if len(inputs) > 1 else None
    rows = x.transpose(1, 2).flatten(0, 1)
    return rows if mask is None else rows[mask.flatten()]


@contextmanager
def activation_divergence(checkpoint: Checkpoint) -> Iterator[dict[str, float]]:
    """How far the activations within the block are from what each BatchNorm has on record.

    Yields a dict that fills as the model runs, in the order of the data's flow: {module: median over channels
    of the Kullback-Leibler divergence, in nats, between the normal distributions of the recorded and of the
    observed mean and variance}.
    """
    seen: dict[str, float] = {}

    def hook(name: str) -> Callable[..., None]:
        def record(norm: nn.BatchNorm1d, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
            assert norm.running_mean is not None
            assert norm.running_var is not None
            variance, mean = torch.var_mean(valid_rows(inputs), dim=0)
            ratio = (variance + norm.eps) / (norm.running_var + norm.eps)
            shift = (mean - norm.running_mean).square() / (norm.running_var + norm.eps)
            seen[name] = float((0.5 * (ratio + shift - 1 - ratio.log())).median())

        return record

    norms = [(n, m) for n, m in checkpoint.model.named_modules() if isinstance(m, nn.BatchNorm1d)]
    handles = [module.register_forward_hook(hook(name)) for name, module in norms]
    try:
        yield seen
    finally:
        for handle in handles:
            handle.remove()
