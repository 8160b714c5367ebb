"""What several lessons measure of a take; computed once for each and kept for a while."""

from functools import lru_cache

import numpy as np

from app.take import Take
from rvqvae.metrics import joint_errors_mm

ALIGNMENT = "root"  # of every error in the lessons, whatever the readout shows


def aligned(take: Take) -> str:
    """Alignment and frame rate, as every error states them."""
    return f"{ALIGNMENT}-aligned, {take.clip.fps:g} fps"


def only(take: Take, *layers: int) -> tuple[bool, ...]:
    """Switches with these layers (from 1) on."""
    return tuple(v + 1 in layers for v in range(take.num_layers))


def first(take: Take, count: int) -> tuple[bool, ...]:
    """Switches with the first layers on."""
    return only(take, *range(1, count + 1))


def without(take: Take, layer: int) -> tuple[bool, ...]:
    """Switches with all layers on but one, counted from 1."""
    return only(take, *(v for v in range(1, take.num_layers + 1) if v != layer))


@lru_cache(maxsize=32)
def error_mm(take: Take, layers: tuple[bool, ...]) -> float:
    """Mean joint error of the unedited tokens with these layers on."""
    decoded = take.decode(take.tokens, layers)
    return float(joint_errors_mm(decoded, take.clip.features, ALIGNMENT).mean())


@lru_cache(maxsize=8)
def step_errors_mm(take: Take) -> np.ndarray:
    """(Q, n) mean joint error over each step's frames after the first 1 … Q layers."""
    starts = np.arange(take.tokens.shape[1]) * take.ratio
    frames = np.diff([*starts, take.frames])
    errors = []
    for count in range(1, take.num_layers + 1):
        decoded = take.decode(take.tokens, first(take, count))
        by_frame = joint_errors_mm(decoded, take.clip.features, ALIGNMENT).mean(axis=1)
        errors.append(np.add.reduceat(by_frame, starts) / frames)
    return np.array(errors)


@lru_cache(maxsize=8)
def energies(take: Take) -> np.ndarray:
    """(Q + 1, n) squared length of the latent and of what each layer leaves of it."""
    steps = slice(0, take.tokens.shape[1])
    left = [take.residual(take.tokens, v, steps) for v in range(take.num_layers + 1)]
    return np.array([residual.double().square().sum(0).cpu().numpy() for residual in left])
