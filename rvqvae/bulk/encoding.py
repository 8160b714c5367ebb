"""Clips to tokens, many at a time."""

from collections.abc import Iterable, Iterator

import numpy as np
import torch

from rvqvae.bulk.report import Place
from rvqvae.checkpoint import Checkpoint
from rvqvae.evaluation import batches_by_length, pad
from rvqvae.motion import Clip

# What gave most clips a second on two cores; a GPU wants far larger batches (not measured).
FRAMES_PER_BATCH = {"cpu": 4096, "cuda": 131_072}
# Clips of similar length are looked for among this many batches' worth, which is what memory holds.
_BATCHES_AT_HAND = 8


def encode_clips(
    checkpoint: Checkpoint, clips: Iterable[tuple[Place, Clip]], batch_frames: int
) -> Iterator[tuple[Place, Clip, np.ndarray]]:
    """Tokens (Q, n) of every clip: those that `Checkpoint.encode` gives it, whatever its batch.

    The clips come in another order than they went in. Only some of them are in memory at a time.

    Parameters
    ----------
    checkpoint : the tokenizer
    clips : clips that fit it, with finite features
    batch_frames : frames of a batch at most, padding included; a longer clip is a batch of its own
    """
    pool: list[tuple[Place, Clip]] = []
    frames = 0
    for placed in clips:
        pool.append(placed)
        frames += len(placed[1].features)
        if frames >= _BATCHES_AT_HAND * batch_frames:
            yield from _encode(checkpoint, pool, batch_frames)
            pool, frames = [], 0
    yield from _encode(checkpoint, pool, batch_frames)


def _encode(checkpoint, pool, batch_frames):
    for batch in batches_by_length(pool, batch_frames, lambda placed: len(placed[1].features)):
        padded, lengths = pad([clip.features for _, clip in batch])
        motion, on_device = checkpoint.normalize(padded), torch.from_numpy(lengths).to(checkpoint.device)
        # In full float32: a GPU's shortened one would be another encoder.
        with torch.backends.cudnn.flags(enabled=True, deterministic=True, allow_tf32=False):
            tokens = checkpoint.model.encode_to_tokens(motion, on_device)
        stacked = torch.stack(tokens, dim=1).cpu().numpy()
        steps = -(-lengths // checkpoint.config.downsampling_ratio)
        for (place, clip), codes, count in zip(batch, stacked, steps, strict=True):
            yield place, clip, codes[:, :count]
