"""What a checkpoint does with clips: the measurements that the verdict rests on."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from rvqvae.blocks import valid_frames
from rvqvae.checkpoint import Checkpoint
from rvqvae.evaluation import pad
from rvqvae.metrics import aligned_joints, code_counts
from rvqvae.motion import Clip
from rvqvae.motion.humanml import GROUPS, NUM_FEATURES, POSITIONS, ROTATIONS, VELOCITIES
from rvqvae.statistics import codebook_arrays, residual_energies


@dataclass(frozen=True)
class Sample:
    """Clips as one padded batch.

    Attributes
    ----------
    features : (B, N, D) float32 array, raw units, zero in padding
    lengths : (B,) int array, frames
    mean, std : (D,) float32 arrays, normalisation as these clips alone would have it
    variances : list of (group of features, variance of these frames summed over it)
    """

    features: np.ndarray
    lengths: np.ndarray
    mean: np.ndarray
    std: np.ndarray
    variances: list[tuple[slice, float]]

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
    unexplained : (Q,) array
        Squared error of the first k layers over the clips' variance, averaged over groups of features:
        0 is perfect, 1 no better than the clips' mean. It needs no skeleton and no units.
    error_mm : (Q,) array
        Mean joint error of the first k layers, heading and pelvis aligned; NaN without HumanML3D's joints.
    residual_share : (Q,) array, energy left after each layer over the latent's
    token_agreement : (Q,) array, share of tokens that decoding and encoding again gives back
    counts : (Q, K) int array, how often each code was chosen
    divergence : dict, see `activation_divergence`
    """

    latents: np.ndarray
    tokens: np.ndarray
    unexplained: np.ndarray
    error_mm: np.ndarray
    residual_share: np.ndarray
    token_agreement: np.ndarray
    counts: np.ndarray
    divergence: dict[str, float]


def sample_of(clips: Sequence[Clip], most_frames: int = 4000) -> Sample:
    """Clips up to about `most_frames`, as one batch: enough to judge by, quick to run often."""
    chosen: list[np.ndarray] = []
    for clip in clips:
        room = most_frames - sum(map(len, chosen))
        if room > 0:
            chosen.append(clip.features[:room])
    batch, lengths = pad(chosen)
    rows = np.concatenate(chosen).astype(np.float64)
    # Groups of one unit each. Those of the root are left out: a clip on the spot has no variance in them.
    humanml = rows.shape[1] == NUM_FEATURES
    groups = (POSITIONS, ROTATIONS, VELOCITIES) if humanml else (slice(None),)
    std = rows.std(axis=0)
    for group in GROUPS if humanml else ():
        std[group] = std[group].mean()
    return Sample(
        features=batch,
        lengths=lengths,
        mean=rows.mean(axis=0).astype(np.float32),
        std=np.maximum(std, 1e-6).astype(np.float32),
        variances=[(group, max(float(rows[:, group].var(axis=0).sum()), 1e-12)) for group in groups],
    )


def measure(checkpoint: Checkpoint, sample: Sample) -> Behaviour:
    """Encode, decode after each layer, and encode again."""
    with activation_divergence(checkpoint) as divergence:
        latents, tokens = encode(checkpoint, sample)
        whole = decode(checkpoint, sample, tokens)
    inside = tokens[0] >= 0
    decoded = [*(decode(checkpoint, sample, tokens[:k]) for k in range(1, len(tokens))), whole]
    again = encode(checkpoint, sample, whole)[1]
    return Behaviour(
        latents=latents[inside],
        tokens=tokens,
        unexplained=np.array([unexplained(sample, features) for features in decoded]),
        error_mm=np.array([pose_errors_mm(sample, features) for features in decoded]),
        residual_share=_shares(checkpoint, latents[inside], tokens[:, inside]),
        token_agreement=np.array([(a == b)[inside].mean() for a, b in zip(tokens, again, strict=True)]),
        counts=code_counts(tokens[:, inside], checkpoint.config.num_embeddings),
        divergence=divergence,
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


def residual_by_clip(checkpoint: Checkpoint, sample: Sample) -> np.ndarray:
    """Energy (B,) that the last layer leaves in each clip, over its latents' own."""
    latents, tokens = encode(checkpoint, sample)
    inside = tokens[0] >= 0
    return np.array(
        [
            _shares(checkpoint, latents[clip][kept], tokens[:, clip][:, kept])[-1]
            for clip, kept in enumerate(inside)
        ]
    )


def _shares(checkpoint, latents, tokens):
    energies = residual_energies(latents, codebook_arrays(checkpoint.model), tokens)
    return energies[1:] / max(energies[0], np.finfo(float).tiny)


def unexplained(sample: Sample, features: np.ndarray) -> float:
    """See `Behaviour.unexplained`, for features (B, N, D)."""
    squared = np.square((features - sample.features)[sample.valid], dtype=np.float64).mean(axis=0)
    return float(np.mean([squared[group].sum() / total for group, total in sample.variances]))


def pose_errors_mm(sample: Sample, features: np.ndarray) -> float:
    """Mean joint error, heading and pelvis aligned, of features (B, N, D) against the sample.

    NaN unless they are HumanML3D's, which have joints.
    """
    if features.shape[-1] != NUM_FEATURES:
        return float("nan")
    a, b = (aligned_joints(f[sample.valid])["local"] for f in (features, sample.features))
    return float(1000 * np.linalg.norm(a - b, axis=-1).mean())


@contextmanager
def activation_divergence(checkpoint: Checkpoint) -> Iterator[dict[str, float]]:
    """How far the activations within the block are from what each BatchNorm has on record.

    Yields a dict that fills as the model runs, in the order of the data's flow: {module: median over channels
    of the Kullback-Leibler divergence, in nats, between the normal distributions of the recorded and of the
    observed mean and variance}.
    """
    seen: dict[str, float] = {}

    def hook(name):
        def record(norm, inputs, output):
            x, mask = inputs[0], inputs[1] if len(inputs) > 1 else None
            rows = x.transpose(1, 2).flatten(0, 1)
            rows = rows if mask is None else rows[mask.flatten()]
            variance, mean = torch.var_mean(rows, dim=0)
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
