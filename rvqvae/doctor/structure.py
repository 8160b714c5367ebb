"""Checks that need no motion: what the tensors and the configuration say by themselves."""

from typing import TypeVar

import numpy as np
import torch
from torch import nn
from torch.nn.modules.conv import _ConvNd

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.doctor.codebooks import examine_codebooks
from rvqvae.doctor.report import Finding, Severity
from rvqvae.motion.columns import unit_of
from rvqvae.motion.layouts import HUMANML3D, KIT_ML
from rvqvae.nn.decoder import MotionDecoder
from rvqvae.nn.encoder import MotionEncoder
from rvqvae.nn.model import RVQVAE

Kind = TypeVar("Kind", bound=nn.Module)

LARGEST_HALF = 65504
_IDENTITY = 1e-6


def examine_structure(checkpoint: Checkpoint) -> list[Finding]:
    """All structural findings."""
    damaged = _not_finite(checkpoint)
    if damaged:
        return damaged
    model = checkpoint.model
    return [
        *_never_trained(model),
        *_clamped(model),
        *_strides(model),
        *_batch_norms(model),
        *_convolutions(model),
        *examine_codebooks(checkpoint),
        *_normalisation(checkpoint),
        *_frame_rate(checkpoint),
    ]


def _not_finite(checkpoint: Checkpoint) -> list[Finding]:
    bad = [
        name
        for name, tensor in checkpoint.model.state_dict().items()
        if tensor.is_floating_point() and not torch.isfinite(tensor).all()
    ]
    if not bad:
        return []
    return [
        Finding(
            "not_finite",
            bad[0],
            f"{len(bad)} tensors hold NaN or infinity, {bad[0]} first.",
            "Values beyond 65504 overflow in half precision: convert again from float32, or go back to a "
            "checkpoint from before the training diverged.",
        )
    ]


def _never_trained(model: RVQVAE) -> list[Finding]:
    untouched = [number for number, layer in enumerate(model.quantizer.layers, 1) if not layer.initialized]
    if not untouched:
        return []
    which = "No codebook has" if len(untouched) == len(model.quantizer.layers) else "Some codebooks have not"
    return [
        Finding(
            "never_trained",
            f"codebook{'s' if len(untouched) > 1 else ''} {', '.join(map(str, untouched))}",
            f"{which} ever been initialised from data: these codes are the random ones that a new model "
            "starts with.",
            "Load the weights that training wrote into the model before saving it.",
        )
    ]


def _clamped(model: RVQVAE) -> list[Finding]:
    """Values at the very end of half precision, where something larger was cut off."""
    found = [
        (name, int(count))
        for name, tensor in model.state_dict().items()
        if tensor.is_floating_point() and (count := (tensor.abs() == LARGEST_HALF).sum())
    ]
    if not found:
        return []
    name, count = found[0]
    return [
        Finding(
            "fp16_overflow",
            name,
            f"{count} values of {name} are exactly {LARGEST_HALF}, the largest that half precision holds: "
            "larger ones were cut off.",
            "Convert again from the float32 weights, to float32 or bfloat16.",
        )
    ]


def _strides(model: RVQVAE) -> list[Finding]:
    expected, findings = model.config.strides, []
    for part, family in ((model.encoder, MotionEncoder), (model.decoder, MotionDecoder)):
        if not isinstance(part, family):
            continue
        found = tuple(conv.stride[0] for _, conv in _modules(part, _ConvNd))
        if found != expected:
            name = "encoder" if family is MotionEncoder else "decoder"
            findings.append(
                Finding(
                    f"{name}_strides",
                    name,
                    f"The {name}'s strides are {found}; this model's are {expected}, in encoder and decoder "
                    "alike.",
                    f"Build the {name} with strides {expected}; the weights fit either order, so nothing "
                    "fails on loading.",
                )
            )
    return findings


def _batch_norms(model: RVQVAE) -> list[Finding]:
    findings = []
    for name, norm in _modules(model, nn.BatchNorm1d):
        mean, variance = norm.running_mean, norm.running_var
        if mean is None or variance is None:
            continue
        if bool((mean == 0).all() and (variance == 1).all()):
            findings.append(
                Finding(
                    "batchnorm_reset",
                    name,
                    f"The running statistics of {name} are all 0 and 1, which is what BatchNorm starts with.",
                    "Restore running_mean and running_var from the training checkpoint, or estimate them by "
                    "passing training data through in train mode.",
                )
            )
        elif bool((variance < 0).any()):
            findings.append(
                Finding(
                    "batchnorm_variance",
                    name,
                    f"running_var of {name} is negative in {int((variance < 0).sum())} channels.",
                    "Restore it from the training checkpoint.",
                )
            )
    return findings


def _convolutions(model: RVQVAE) -> list[Finding]:
    return [
        Finding(
            "zero_convolution",
            name,
            f"All weights of {name} are zero, so it gives the same output whatever comes in.",
            "Restore them from the training checkpoint.",
        )
        for name, conv in _modules(model, _ConvNd)
        if not conv.weight.any()
    ]


def _normalisation(checkpoint: Checkpoint) -> list[Finding]:
    mean, std = np.asarray(checkpoint.mean), np.asarray(checkpoint.std)
    if np.abs(mean).max() < _IDENTITY and np.abs(std - 1).max() < _IDENTITY and mean.size > 1:
        return [
            Finding(
                "normalisation_missing",
                "mean and std",
                "The mean is 0 and the std is 1 for every feature, so nothing is normalised.",
                "Put the mean and std of the training data beside the weights (Mean.npy and Std.npy, or "
                "normalization.npz), unless it was trained on raw features.",
                Severity.NOTE,
            )
        ]
    return []


def _frame_rate(checkpoint: Checkpoint) -> list[Finding]:
    of_one_rate = {layout.name: layout for layout in (HUMANML3D, KIT_ML)}  # others' data come at several
    layout = of_one_rate.get(checkpoint.layout)
    if layout is None or checkpoint.fps == layout.fps:
        return []
    return [
        Finding(
            "frame_rate_label",
            "fps",
            f"The checkpoint says {checkpoint.fps:g} frames a second; features of {layout.title}'s layout "
            f"are {layout.fps:g}.",
            f"Set fps to {layout.fps:g}; if the training data really had {checkpoint.fps:g}, resample it and "
            f"train again, since velocities are {unit_of(layout)} a frame.",
        )
    ]


def _modules(model: nn.Module, kind: type[Kind]) -> list[tuple[str, Kind]]:
    return [(name, module) for name, module in model.named_modules() if isinstance(module, kind)]
