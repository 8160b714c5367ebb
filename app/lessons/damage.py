"""Checkpoints broken in memory, in ways that no loader notices."""

import copy
from dataclasses import replace

import numpy as np

from rvqvae import RVQVAE, Checkpoint
from rvqvae.motion.columns import speeds
from rvqvae.nn.encoder import MotionEncoder

OTHER_FPS = 60


def mirrored_strides(checkpoint: Checkpoint) -> Checkpoint:
    """The encoder's blocks halve the time at the end instead of at the beginning."""
    from rvqvae.doctor.repairs import with_strides  # the doctor's own imports take long

    encoder = checkpoint.model.encoder
    assert isinstance(encoder, MotionEncoder)  # `fits` has seen to it
    return replace(checkpoint, model=with_strides(checkpoint.model, encoder=encoder.strides[::-1]))


def normalised_twice(checkpoint: Checkpoint) -> Checkpoint:
    """Features are normalised, and what comes out is normalised again."""
    mean, std = checkpoint.mean, checkpoint.std
    return replace(checkpoint, mean=mean * (1 + std), std=np.square(std))


def other_frame_rate(checkpoint: Checkpoint) -> Checkpoint:
    """Mean and std of the velocities are those of clips at `OTHER_FPS` frames a second."""
    mean, std = checkpoint.mean.copy(), checkpoint.std.copy()
    for group in speeds(checkpoint.known_body.blocks):
        mean[group] *= checkpoint.fps / OTHER_FPS
        std[group] *= checkpoint.fps / OTHER_FPS
    return replace(checkpoint, mean=mean, std=std)


DAMAGES = {
    "strides": ("Mirror the encoder's strides", mirrored_strides),
    "normalisation": ("Normalise twice", normalised_twice),
    "fps": (f"Take the statistics of {OTHER_FPS} fps", other_frame_rate),
}

# What the doctor calls each where it names it rightly.
CHECKS = {
    "strides": ("encoder_strides", "strides"),
    "normalisation": ("normalisation_twice", "normalisation_squared"),
    "fps": ("frame_rate",),
}


def fits(checkpoint: Checkpoint, kind: str) -> bool:
    """Whether this kind of damage makes a difference to this kind of checkpoint."""
    if kind == "fps":
        return checkpoint.body is not None and checkpoint.fps != OTHER_FPS
    if kind != "strides":
        return True
    strides = getattr(checkpoint.model.encoder, "strides", ())
    return type(checkpoint.model) is RVQVAE and tuple(strides) != tuple(strides)[::-1]


def loads(damaged: Checkpoint, original: Checkpoint) -> tuple[int, int]:
    """(tensors, complaints): the original's tensors loaded strictly into a copy of the damaged model.

    Raises
    ------
    RuntimeError
        If a tensor is missing, not expected, or of another shape.
    """
    weights = original.model.state_dict()
    said = copy.deepcopy(damaged.model).load_state_dict(weights, strict=True)
    return len(weights), len(said.missing_keys) + len(said.unexpected_keys)
