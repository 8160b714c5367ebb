"""Damages that the doctor's bounds were chosen by."""

import copy
from dataclasses import replace

import numpy as np
import torch

from rvqvae import Checkpoint
from tests.benchmarks.doctor_damaging import (
    ANY,
    Damaging,
    damage,
    flip,
    generator,
    lengths,
    mirror,
    mirrored_columns,
    of_a_codebook,
    of_statistics,
    of_the_model,
    random_like,
    shuffled,
    swap,
    velocities,
)

# Convolutions.
damage("encoder's strides mirrored", "encoder_strides")(mirror("encoder"))
damage("decoder's strides mirrored", "decoder_strides")(mirror("decoder"))
damage("both strides mirrored", "encoder_strides", "decoder_strides", "strides")(mirror("both"))
damage("strides 2, 1, 2, 1 in the decoder", "decoder_strides")(mirror("decoder", (2, 1, 2, 1)))
damage("all decoder kernels reversed", "decoder_kernels")(of_the_model(lambda m: flip(*m.decoder.convs)))
damage("decoder kernels of stride 1 reversed", "decoder_kernels")(
    of_the_model(lambda m: flip(*m.decoder.convs[2:]))
)
damage("all encoder kernels reversed", "encoder_kernels")(of_the_model(lambda m: flip(*m.encoder.convs)))
damage("first encoder kernel reversed", "encoder_kernels")(of_the_model(lambda m: flip(m.encoder.convs[0])))
damage("decoder's third convolution transposed", "transposed_convolution")(
    of_the_model(lambda m: m.decoder.convs[2].weight.copy_(m.decoder.convs[2].weight.transpose(0, 1).clone()))
)
damage("encoder's second convolution transposed", "transposed_convolution")(
    of_the_model(lambda m: m.encoder.convs[1].weight.copy_(m.encoder.convs[1].weight.transpose(0, 1).clone()))
)
damage("last convolution zero", "zero_convolution")(
    of_the_model(lambda m: m.decoder.convs[-1].weight.zero_())
)


# Mean and std.
@damage("no mean and std", "normalisation_missing", "normalisation_unused")
def _none(checkpoint: Checkpoint, _: Checkpoint) -> Checkpoint:
    return replace(checkpoint, mean=np.zeros_like(checkpoint.mean), std=np.ones_like(checkpoint.std))


damage("std missing, mean there", "normalisation_std_missing", "normalisation_wrong")(
    of_statistics(lambda mean, std: std.fill(1))
)
damage("mean missing, std there", "normalisation_mean_missing", "normalisation_wrong")(
    of_statistics(lambda mean, std: mean.fill(0))
)


@damage("normalised twice", "normalisation_twice")
def _twice(checkpoint: Checkpoint, _: Checkpoint) -> Checkpoint:
    mean, std = checkpoint.mean, checkpoint.std
    return replace(checkpoint, mean=mean * (1 + std), std=std**2)


damage("std squared", "normalisation_squared")(of_statistics(lambda mean, std: std.__ipow__(2)))
damage("square root of std", "normalisation_root")(of_statistics(lambda mean, std: std.__ipow__(0.5)))
damage("feature bias missing: std[:4] and std[259:] × 5", "normalisation_bias_missing")(
    of_statistics(lambda mean, std: (std[:4].__imul__(5), std[259:].__imul__(5)))
)
damage("feature bias twice: std[:4] and std[259:] / 5", "normalisation_bias_twice")(
    of_statistics(lambda mean, std: (std[:4].__itruediv__(5), std[259:].__itruediv__(5)))
)
damage("feature bias missing on the root alone", "normalisation_bias_missing")(
    of_statistics(lambda mean, std: std[:4].__imul__(5))
)


@damage("mean and std of another data set", "normalisation_wrong")
def _foreign(checkpoint: Checkpoint, other: Checkpoint) -> Checkpoint:
    return replace(checkpoint, mean=other.mean, std=other.std)


damage("mean and std of 60 frames a second", "frame_rate")(velocities(20 / 60))
damage("mean and std of 30 frames a second", "frame_rate")(velocities(20 / 30))
damage("mean and std of 120 frames a second", "frame_rate")(velocities(20 / 120))


damage("mean and std in centimetres", "normalisation_unit")(lengths(100))
damage("mean and std in millimetres", "normalisation_unit")(lengths(1000))


# Joints.
@damage("left and right joints swapped", "joints_swapped")
def _sides(checkpoint: Checkpoint, _: Checkpoint) -> Checkpoint:
    order = torch.from_numpy(mirrored_columns())
    model = copy.deepcopy(checkpoint.model)
    with torch.no_grad():
        model.encoder.convs[0].weight.copy_(model.encoder.convs[0].weight[:, order])
        last = model.decoder.convs[-1]
        last.weight.copy_(last.weight[order])
        last.bias.copy_(last.bias[order])
    return replace(checkpoint, model=model, mean=checkpoint.mean[order], std=checkpoint.std[order])


@damage("decoder's left and right swapped", "joints_swapped")
def _decoder_sides(checkpoint: Checkpoint, _: Checkpoint) -> Checkpoint:
    order = torch.from_numpy(mirrored_columns())
    model = copy.deepcopy(checkpoint.model)
    with torch.no_grad():
        last = model.decoder.convs[-1]
        last.weight.copy_(last.weight[order])
        last.bias.copy_(last.bias[order])
    return replace(checkpoint, model=model)


# BatchNorm.
damage("first BatchNorm of the encoder reset", "batchnorm_reset")(
    of_the_model(lambda m: m.encoder.norms[0].reset_running_stats())
)
damage("last BatchNorm of the decoder reset", "batchnorm_reset")(
    of_the_model(lambda m: m.decoder.norms[2].reset_running_stats())
)


def _foreign_norms(part: str) -> Damaging:
    def run(checkpoint: Checkpoint, other: Checkpoint) -> Checkpoint:
        model = copy.deepcopy(checkpoint.model)
        own, others = getattr(model, part).norms, getattr(other.model, part).norms
        for mine, theirs in zip(own, others, strict=True):
            mine.running_mean.copy_(theirs.running_mean)
            mine.running_var.copy_(theirs.running_var)
        return replace(checkpoint, model=model)

    return run


damage("BatchNorm statistics of another encoder", "batchnorm_foreign")(_foreign_norms("encoder"))
damage("BatchNorm statistics of another decoder", "batchnorm_foreign")(_foreign_norms("decoder"))


# Codebooks.
damage("layers 1 and 2 swapped", "layer_order", layers=2)(swap(1))
damage("layers 4 and 5 swapped", "layer_order", layers=5)(swap(4))
damage("layers reversed", "layer_order", layers=2)(
    of_the_model(lambda m: setattr(m.quantizer, "layers", torch.nn.ModuleList(reversed(m.quantizer.layers))))
)
damage("codes of layer 2 permuted", "permuted_codebook", layers=2)(
    of_a_codebook(2, lambda c: c[:, shuffled(c.shape[1])])
)
damage("layer 1 × 2", "scaled_codebook")(of_a_codebook(1, lambda c: 2 * c))
damage("layer 1 × 0.5", "scaled_codebook")(of_a_codebook(1, lambda c: 0.5 * c))
damage("layer 3 × 0.5", "scaled_codebook", layers=3)(of_a_codebook(3, lambda c: 0.5 * c))
damage("layer 4 × 0.001", "scaled_codebook", "useless_layer", layers=4)(of_a_codebook(4, lambda c: 1e-3 * c))
damage("layer 3 zero", "zero_codebook", layers=3)(of_a_codebook(3, torch.zeros_like))
damage("layer 1 random", "useless_layer", "foreign_part")(of_a_codebook(1, random_like))
damage("layer 2 random", "useless_layer", layers=2)(of_a_codebook(2, random_like))
damage("half of layer 1's codes duplicated", "duplicate_codes")(
    of_a_codebook(1, lambda c: c[:, torch.arange(c.shape[1]) // 2])
)
damage("layer 1 read in rows", "transposed_codebook")(of_a_codebook(1, lambda c: c.t().reshape(c.shape)))
damage("moving averages of other codes", "moving_averages")(
    of_the_model(lambda m: m.quantizer.layers[0].embedding_avg.mul_(1.5))
)


# Parts of other runs.
def _part(name: str) -> Damaging:
    def run(checkpoint: Checkpoint, other: Checkpoint) -> Checkpoint:
        model = copy.deepcopy(checkpoint.model)
        setattr(model, name, copy.deepcopy(getattr(other.model, name)))
        return replace(checkpoint, model=model)

    return run


damage("encoder of another run", "foreign_encoder", "foreign_part")(_part("encoder"))
damage("decoder of another run", "foreign_decoder", "foreign_part")(_part("decoder"))


@damage("first codebook of another run", "foreign_codebook", "foreign_part", "useless_layer")
def _foreign_codebook(checkpoint: Checkpoint, other: Checkpoint) -> Checkpoint:
    codes = other.model.quantizer.layers[0].embedding
    own = checkpoint.model.quantizer.layers[0].embedding
    if codes.shape[1] < own.shape[1]:
        raise AttributeError("there is no other codebook of as many codes")
    return of_a_codebook(1, lambda c: codes[:, : c.shape[1]].clone())(checkpoint, other)


@damage("never trained", "never_trained")
def _untrained(checkpoint: Checkpoint, _: Checkpoint) -> Checkpoint:
    torch.manual_seed(0)
    return replace(checkpoint, model=type(checkpoint.model)(checkpoint.config).eval().requires_grad_(False))


damage("weights and codebook noise of 30%", ANY)(
    of_the_model(
        lambda m: [
            p.add_(0.3 * p.std() * torch.randn(p.shape, generator=generator()))
            for n, p in m.named_parameters()
            if "conv" in n and p.ndim == 3
        ]
    )
)
damage("an infinity in the encoder", "not_finite")(
    of_the_model(lambda m: m.encoder.convs[1].bias[3].fill_(torch.inf))
)


@damage("half precision overflowed and was clamped", "fp16_overflow")
def _clamped(checkpoint: Checkpoint, _: Checkpoint) -> Checkpoint:
    def run(m: torch.nn.Module) -> None:
        m.decoder.norms[1].running_var.mul_(1e7).clamp_(max=65504)

    return of_the_model(run)(checkpoint, checkpoint)
