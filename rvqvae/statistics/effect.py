"""What a code does alone: the motion decoded with it against the motion decoded without it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.evaluation.metrics import aligned_joints, distance_mm
from rvqvae.motion.layouts import FeatureLayout
from rvqvae.nn.rows import DROPPED
from rvqvae.statistics.dictionary import Occurrence, stack_windows

MOST_DECODED = 24
# What the published decoder needs for the frames kept by default; dilated decoders see farther.
CONTEXT_STEPS = 4


@dataclass(frozen=True)
class CodeEffect:
    """The difference that a code makes, averaged over occurrences.

    Attributes
    ----------
    with_code, without : (W, J, 3) arrays, metres: mean pose, each body in its own place and heading
    distances_mm : (W, J) array, mean distance of each joint between the two, "local" alignment
    first : int, frame of row 0, counted from the first of the code's own frames; 0 or less
    joint_mm : (J,) array, distances_mm averaged over the code's own frames
    path_mm : float, how far apart the pelvises end on the floor when both begin the window together
    decoded : int, occurrences that were decoded; 0 where the code was put into the mean latent instead
    """

    with_code: np.ndarray
    without: np.ndarray
    distances_mm: np.ndarray
    first: int
    joint_mm: np.ndarray
    path_mm: float
    decoded: int


@torch.no_grad()
def code_effect(
    checkpoint: Checkpoint,
    tokens: Sequence[np.ndarray],
    found: Sequence[Occurrence],
    layer: int,
    code: int,
    *,
    reach: int = 8,
    context: int = CONTEXT_STEPS,
    most: int = MOST_DECODED,
) -> CodeEffect:
    """Decode a code's occurrences as they are and with that one token dropped, everything else the same.

    A code that occurs nowhere is put into the middle of a stretch of mean latents, in the place of its
    layer's mean.

    Parameters
    ----------
    checkpoint : of a layout whose joints are known
    tokens : (Q, n) int arrays, one a clip
    found : where the code occurs in them
    layer, code : which code; layer 0 is the first
    reach : frames kept before and after the code's own
    context : latent steps decoded on each side of the code; exact if it covers the decoder's receptive field
    most : occurrences to decode; of more, this many are taken, evenly spread
    """
    chosen = _spread(found, most)
    if chosen:
        latents, steps, centres = _cut_out(checkpoint, tokens, chosen, context)
        vectors = _codes(checkpoint, layer, np.array([code] * len(chosen)))
    else:
        latents, steps, centres = _mean_stretch(checkpoint, tokens, layer, code, context)
        vectors = _codes(checkpoint, layer, np.array([code]))
    dropped = latents.clone()
    dropped[torch.arange(len(centres)), :, centres] -= vectors.T
    ratio = checkpoint.config.downsampling_ratio
    made, missing = (_decode(checkpoint, some, steps) for some in (latents, dropped))
    pairs = [
        (a[: int(size) * ratio], b[: int(size) * ratio])
        for a, b, size in zip(made, missing, steps, strict=True)
    ]
    own_frames = [int(centre) * ratio for centre in centres]
    return _compare(pairs, own_frames, ratio, reach, len(chosen), checkpoint.known_body)


def _compare(
    pairs: Sequence[tuple[np.ndarray, np.ndarray]],
    own_frames: Sequence[int],
    ratio: int,
    reach: int,
    decoded: int,
    layout: FeatureLayout,
) -> CodeEffect:
    """The effect, from pairs of features (with, without) whose code begins at own_frames."""
    span = (-reach, ratio + reach)
    poses, apart, paths = [], [], []
    for pair, own in zip(pairs, own_frames, strict=True):
        window = slice(max(0, own + span[0]), min(len(pair[0]), own + span[1]))
        features = np.stack(pair)[:, window]
        aligned = aligned_joints(features, layout)
        local = aligned["local"]
        standing = local.copy()
        standing[..., 1] += aligned["global"][..., :1, 1]
        poses.append((window.start - own, standing.transpose(1, 0, 2, 3)))
        apart.append((window.start - own, distance_mm(local[0], local[1])))
        ends = aligned["global"][:, -1, 0][:, [0, 2]]
        paths.append(distance_mm(ends[0], ends[1]))
    stacked, first = stack_windows(poses, span)
    with_code, without = np.nanmean(stacked, axis=0).transpose(1, 0, 2, 3)
    distances = np.nanmean(stack_windows(apart, span)[0], axis=0)
    joint_mm = distances[-first : -first + ratio].mean(axis=0)
    return CodeEffect(with_code, without, distances, first, joint_mm, float(np.mean(paths)), decoded)


def _cut_out(
    checkpoint: Checkpoint, tokens: Sequence[np.ndarray], found: Sequence[Occurrence], context: int
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Summed codes (B, d, m) around each occurrence, steps of each (B,), and the code's own step (B,)."""
    pieces, centres = [], []
    for place in found:
        rows = tokens[place.clip]
        first = max(0, place.step - context)
        pieces.append(rows[:, first : place.step + context + 1])
        centres.append(place.step - first)
    steps = [piece.shape[1] for piece in pieces]
    batch = np.full((len(pieces[0]), len(pieces), max(steps)), DROPPED)
    for index, piece in enumerate(pieces):
        batch[:, index, : piece.shape[1]] = piece
    latents = checkpoint.model.quantizer.decode(list(torch.from_numpy(batch).to(checkpoint.device)))
    return latents, torch.tensor(steps, device=checkpoint.device), torch.tensor(centres)


def _mean_stretch(
    checkpoint: Checkpoint, tokens: Sequence[np.ndarray], layer: int, code: int, context: int
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The same for one stretch of mean latents whose middle step has the code in its layer."""
    rows = np.concatenate([np.asarray(clip) for clip in tokens], axis=1)
    means = [_codes(checkpoint, v, row).mean(dim=1) for v, row in enumerate(rows)]
    mean = torch.stack(means).sum(dim=0)
    size = 2 * context + 1
    latents = mean[None, :, None].repeat(1, 1, size)
    latents[0, :, context] += _codes(checkpoint, layer, np.array([code]))[:, 0] - means[layer]
    return latents, torch.tensor([size], device=checkpoint.device), torch.tensor([context])


def _codes(checkpoint: Checkpoint, layer: int, codes: np.ndarray) -> torch.Tensor:
    """Codebook columns (d, m)."""
    return checkpoint.model.quantizer.layers[layer].lookup(torch.from_numpy(codes).to(checkpoint.device)).t()


def _decode(checkpoint: Checkpoint, latents: torch.Tensor, steps: torch.Tensor) -> np.ndarray:
    """Raw features (B, m * ratio, D); rows past a stretch's own steps mean nothing."""
    return checkpoint.denormalize(checkpoint.model.decoder(latents, steps))


def _spread(found: Sequence[Occurrence], most: int) -> list[Occurrence]:
    """At most `most` of them, evenly spread."""
    if len(found) <= most:
        return list(found)
    return [found[index] for index in np.linspace(0, len(found) - 1, most).round().astype(int)]
