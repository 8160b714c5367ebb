"""What several lessons measure of an encoded clip; computed once for each and kept for a while."""

from functools import lru_cache
from typing import cast

import numpy as np

from app.workbench.encoded_clip import EncodedClip
from rvqvae import RVQVAE
from rvqvae.evaluation.metrics import joint_errors_mm
from rvqvae.nn.encoder import MotionEncoder
from rvqvae.nn.products import Conv1d
from rvqvae.nn.rows import DROPPED

ALIGNMENT = "root"  # of every error in the lessons, whatever the readout shows


def aligned(encoded: EncodedClip) -> str:
    """Alignment and frame rate, as every error states them."""
    return f"{ALIGNMENT}-aligned, {encoded.clip.fps:g} fps"


def only(encoded: EncodedClip, *layers: int) -> tuple[bool, ...]:
    """Switches with these layers (from 1) on."""
    return tuple(v + 1 in layers for v in range(encoded.num_layers))


def first(encoded: EncodedClip, count: int) -> tuple[bool, ...]:
    """Switches with the first layers on."""
    return only(encoded, *range(1, count + 1))


def without(encoded: EncodedClip, layer: int) -> tuple[bool, ...]:
    """Switches with all layers on but one, counted from 1."""
    return only(encoded, *(v for v in range(1, encoded.num_layers + 1) if v != layer))


@lru_cache(maxsize=32)
def error_mm(encoded: EncodedClip, layers: tuple[bool, ...]) -> float:
    """Mean joint error of the unedited tokens with these layers on."""
    decoded = encoded.decode(encoded.tokens, layers)
    return float(joint_errors_mm(decoded, encoded.clip.features, ALIGNMENT, encoded.layout).mean())


@lru_cache(maxsize=8)
def distinct_codes(encoded: EncodedClip) -> tuple[int, ...]:
    """How many different vectors each layer's codebook holds."""
    codebooks = (encoded.codebook(v).cpu().numpy() + 0.0 for v in range(encoded.num_layers))  # −0 is 0
    return tuple(np.unique(codes, axis=1).shape[1] for codes in codebooks)


def frames_seen(model: RVQVAE) -> int | None:
    """Frames of the motion that one latent is made of; None for encoders whose blocks are of another kind."""
    encoder = model.encoder
    if not isinstance(encoder, MotionEncoder):
        return None
    frames, apart = 1, 1
    for conv, stride in zip(encoder.convs, encoder.strides, strict=True):
        frames += (cast(Conv1d, conv).kernel_size[0] - 1) * apart
        apart *= stride
    return frames


@lru_cache(maxsize=8)
def step_errors_mm(encoded: EncodedClip) -> np.ndarray:
    """(Q, n) mean joint error over each step's frames after the first 1 … Q layers."""
    counts = range(1, encoded.num_layers + 1)
    return np.array([step_means(encoded, frame_errors_mm(encoded, encoded.tokens[:k])) for k in counts])


def frame_errors_mm(encoded: EncodedClip, tokens: np.ndarray) -> np.ndarray:
    """(N,) mean joint error of each frame, decoded from the tokens (k, n) of the first layers."""
    every = np.full_like(encoded.tokens, DROPPED)
    every[: len(tokens)] = tokens
    decoded = encoded.decode(every, first(encoded, len(tokens)))
    return joint_errors_mm(decoded, encoded.clip.features, ALIGNMENT, encoded.layout).mean(axis=1)


def step_means(encoded: EncodedClip, values: np.ndarray) -> np.ndarray:
    """(n,) means over each step's frames of values (N,) a frame."""
    starts = np.arange(encoded.tokens.shape[1]) * encoded.ratio
    return np.add.reduceat(values, starts) / np.diff([*starts, encoded.frames])


@lru_cache(maxsize=8)
def energies(encoded: EncodedClip) -> np.ndarray:
    """(Q + 1, n) squared length of the latent and of what each layer leaves of it."""
    steps = slice(0, encoded.tokens.shape[1])
    left = [encoded.residual(encoded.tokens, v, steps) for v in range(encoded.num_layers + 1)]
    return np.array([residual.double().square().sum(0).cpu().numpy() for residual in left])
