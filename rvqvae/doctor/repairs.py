"""Repairs to try: if undoing a certain damage makes a checkpoint much better, it has that damage.

Each repair makes a changed copy; the examined checkpoint stays as it is.
"""

import copy
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import torch
from torch import nn

from rvqvae.checkpoint import Checkpoint
from rvqvae.model import RVQVAE
from rvqvae.motion import FPS
from rvqvae.motion.humanml import ROOT_VELOCITY, VELOCITIES, YAW_VELOCITY

OTHER_RATES = (30.0, 60.0, 120.0)


def with_strides(
    model: RVQVAE, encoder: tuple[int, ...] | None = None, decoder: tuple[int, ...] | None = None
) -> RVQVAE:
    """A copy whose encoder or decoder blocks have these strides and the same weights.

    In the decoder a block of stride 2 is a ConvTranspose1d and one of stride 1 a Conv1d; either's weights are
    the other's with the kernel reversed and the channels exchanged.
    """
    model = copy.deepcopy(model)
    if encoder is not None:
        model.encoder.strides = encoder
        for conv, stride in zip(model.encoder.convs, encoder, strict=True):
            conv.stride = (stride,)
    if decoder is not None:
        model.decoder.strides = decoder
        model.decoder.convs = nn.ModuleList(
            _upsampling(conv, stride) for conv, stride in zip(model.decoder.convs, decoder, strict=True)
        )
    return model.requires_grad_(False)


def _upsampling(conv: nn.Conv1d | nn.ConvTranspose1d, stride: int) -> nn.Module:
    transposed = isinstance(conv, nn.ConvTranspose1d)
    if transposed == (stride == 2):
        return conv
    arguments = {"kernel_size": 3, "padding": 1, "device": conv.weight.device, "dtype": conv.weight.dtype}
    channels = (conv.in_channels, conv.out_channels)
    if stride == 2:
        new = nn.ConvTranspose1d(*channels, stride=2, output_padding=1, **arguments)
    else:
        new = nn.Conv1d(*channels, **arguments)
    new.weight = nn.Parameter(conv.weight.flip(2).transpose(0, 1).contiguous())
    new.bias = conv.bias
    return new


def stride_repairs(checkpoint: Checkpoint) -> Iterator[tuple[str, Checkpoint]]:
    """("encoder" | "decoder", repaired) with the strides mirrored there."""
    model = checkpoint.model
    encoder = tuple(conv.stride[0] for conv in model.encoder.convs)[::-1]
    decoder = tuple(conv.stride[0] for conv in model.decoder.convs)[::-1]
    if encoder != encoder[::-1]:
        yield "encoder", replace(checkpoint, model=with_strides(model, encoder=encoder))
    if decoder != decoder[::-1]:
        yield "decoder", replace(checkpoint, model=with_strides(model, decoder=decoder))


def normalisation_repairs(
    checkpoint: Checkpoint, clip_mean: np.ndarray, clip_std: np.ndarray
) -> Iterator[tuple[str, Checkpoint]]:
    """(kind of damage, repaired) for each way in which mean and std go wrong."""
    mean, std = checkpoint.mean, checkpoint.std
    root = np.sqrt(std)
    yield "squared", replace(checkpoint, std=root)
    yield "root", replace(checkpoint, std=np.square(std))
    yield "twice", replace(checkpoint, mean=mean / (1 + root), std=root)
    yield "unused", replace(checkpoint, mean=np.zeros_like(mean), std=np.ones_like(std))
    yield "wrong", replace(checkpoint, mean=clip_mean.astype(np.float32), std=clip_std.astype(np.float32))


def frame_rate_repairs(checkpoint: Checkpoint) -> Iterator[tuple[float, Checkpoint]]:
    """(frames a second, repaired) if mean and std of velocities were taken from data at another rate."""
    for fps in OTHER_RATES:
        mean, std = checkpoint.mean.copy(), checkpoint.std.copy()
        for group in (YAW_VELOCITY, ROOT_VELOCITY, VELOCITIES):
            mean[group] *= fps / FPS
            std[group] *= fps / FPS
        yield fps, replace(checkpoint, mean=mean, std=std)


def untransposed(codebook: torch.Tensor) -> torch.Tensor:
    """The codebook (d, K) that these numbers are if they were written as (K, d)."""
    return codebook.reshape(codebook.shape[1], codebook.shape[0]).t()
