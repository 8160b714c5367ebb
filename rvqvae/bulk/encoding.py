"""Clips to tokens, many at a time."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import torch

from rvqvae.bulk.report import Place
from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.evaluation.beam import beam_search
from rvqvae.evaluation.evaluation import batches_by_length, pad
from rvqvae.motion import Clip

# What gave most clips a second on two cores; a GPU wants far larger batches (not measured).
FRAMES_PER_BATCH = {"cpu": 4096, "cuda": 131_072}
# Clips of similar length are looked for among this many batches' worth, which is what memory holds.
_BATCHES_AT_HAND = 8


def encode_clips(
    checkpoint: Checkpoint, clips: Iterable[tuple[Place, Clip]], batch_frames: int, beam: int | None = None
) -> Iterator[tuple[Place, Clip, np.ndarray]]:
    """Tokens (Q, n) of every clip: those that `Checkpoint.encode` gives it, whatever its batch.

    The clips come in another order than they went in. Only some of them are in memory at a time.

    Parameters
    ----------
    checkpoint : the tokenizer
    clips : clips that fit it, with finite features
    batch_frames : frames of a batch at most, padding included; a longer clip is a batch of its own
    beam : width of a beam search in the place of greedy encoding
    """
    pool: list[tuple[Place, Clip]] = []
    frames = 0
    for placed in clips:
        pool.append(placed)
        frames += len(placed[1].features)
        if frames >= _BATCHES_AT_HAND * batch_frames:
            yield from _encode(checkpoint, pool, batch_frames, beam)
            pool, frames = [], 0
    yield from _encode(checkpoint, pool, batch_frames, beam)


def _encode(
    checkpoint: Checkpoint, pool: Sequence[tuple[Place, Clip]], batch_frames: int, beam: int | None
) -> Iterator[tuple[Place, Clip, np.ndarray]]:
    for batch in batches_by_length(pool, batch_frames, lambda placed: len(placed[1].features)):
        padded, lengths = pad([clip.features for _, clip in batch])
        motion, on_device = checkpoint.normalize(padded), torch.from_numpy(lengths).to(checkpoint.device)
        # In full float32: a GPU's shortened one would be another encoder.
        with torch.backends.cudnn.flags(enabled=True, deterministic=True, allow_tf32=False):
            latents = checkpoint.model.encode_to_latent(motion, on_device)
        quantizer = checkpoint.model.quantizer
        steps = -(-lengths // checkpoint.config.downsampling_ratio)
        if beam is None:
            greedy = torch.stack(quantizer.encode(latents), dim=1)
            found = (codes[:, :count] for codes, count in zip(greedy, steps, strict=True))
        else:  # each clip alone: so its tokens do not depend on the batch either
            pairs = zip(latents, steps, strict=True)
            found = (beam_search(quantizer, latent[:, :count].t(), beam) for latent, count in pairs)
        for (place, clip), tokens in zip(batch, found, strict=True):
            yield place, clip, tokens.cpu().numpy()
