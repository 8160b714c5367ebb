"""Damages kept aside: no bound was chosen, and no rule changed, after a look at what these do."""

import copy
from collections.abc import Callable
from dataclasses import replace

import torch

from rvqvae import Checkpoint
from tests.benchmarks.doctor_damaging import (
    Damaging,
    damage,
    flip,
    lengths,
    mirror,
    mirrored_columns,
    of_a_codebook,
    of_statistics,
    of_the_model,
    shuffled,
    swap,
    velocities,
)


def kept_aside(name: str, *checks: str, layers: int = 1) -> Callable[[Damaging], Damaging]:
    """As `damage`, for one of those."""
    return damage(name, *checks, held_out=True, layers=layers)


kept_aside("strides 1, 2, 2, 1 in the encoder", "encoder_strides")(mirror("encoder", (1, 2, 2, 1)))
kept_aside("second decoder kernel reversed", "decoder_kernels")(
    of_the_model(lambda m: flip(m.decoder.convs[1]))
)
kept_aside("mean and std in inches", "normalisation_unit")(lengths(39.37))
kept_aside("feature bias twice on contacts alone", "normalisation_bias_twice")(
    of_statistics(lambda mean, std: std[259:].__itruediv__(5))
)
kept_aside("mean and std of 100 frames a second", "frame_rate")(velocities(20 / 100))


@kept_aside("encoder's left and right swapped", "joints_swapped")
def _encoder_sides(checkpoint: Checkpoint, _: Checkpoint) -> Checkpoint:
    order = torch.from_numpy(mirrored_columns())
    model = copy.deepcopy(checkpoint.model)
    with torch.no_grad():
        model.encoder.convs[0].weight.copy_(model.encoder.convs[0].weight[:, order])
    return replace(checkpoint, model=model)


@kept_aside("one BatchNorm of another decoder", "batchnorm_foreign")
def _foreign_norm(checkpoint: Checkpoint, other: Checkpoint) -> Checkpoint:
    model = copy.deepcopy(checkpoint.model)
    mine, theirs = model.decoder.norms[1], other.model.decoder.norms[1]
    mine.running_mean.copy_(theirs.running_mean)
    mine.running_var.copy_(theirs.running_var)
    return replace(checkpoint, model=model)


kept_aside("layers 2 and 3 swapped", "layer_order", layers=3)(swap(2))
kept_aside("layer 2 × 3", "scaled_codebook", layers=2)(of_a_codebook(2, lambda c: 3 * c))
kept_aside("codes of layer 3 permuted", "permuted_codebook", layers=3)(
    of_a_codebook(3, lambda c: c[:, shuffled(c.shape[1])])
)
kept_aside("layer 2 read in rows", "transposed_codebook", layers=2)(
    of_a_codebook(2, lambda c: c.t().reshape(c.shape))
)
kept_aside("two thirds of layer 2's codes duplicated", "duplicate_codes", layers=2)(
    of_a_codebook(2, lambda c: c[:, torch.arange(c.shape[1]) // 3])
)
