"""Checks that need no motion: what the tensors and the configuration say by themselves."""

import numpy as np
import torch
from torch import nn

from rvqvae.checkpoint import Checkpoint
from rvqvae.decoder import MotionDecoder
from rvqvae.doctor.report import Finding, Severity
from rvqvae.encoder import MotionEncoder
from rvqvae.motion import FPS
from rvqvae.statistics import codebook_arrays, duplicate_codes
from rvqvae.statistics.codebooks import ZERO_NORM

_IDENTITY = 1e-6
# This project's training, which replaces dead codes, used a quarter of each codebook on 14 validation clips
# alone, after its first 500 steps.
_LEAST_USED = 0.1


def examine_structure(checkpoint: Checkpoint) -> list[Finding]:
    """All structural findings."""
    damaged = _not_finite(checkpoint)
    if damaged:
        return damaged
    model = checkpoint.model
    return [
        *_strides(model),
        *_batch_norms(model),
        *_convolutions(model),
        *_codebooks(checkpoint),
        *_collapse(checkpoint),
        *_normalisation(checkpoint),
        *_frame_rate(checkpoint),
    ]


def _not_finite(checkpoint) -> list[Finding]:
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


def _strides(model) -> list[Finding]:
    expected, findings = model.config.strides, []
    for part, family in ((model.encoder, MotionEncoder), (model.decoder, MotionDecoder)):
        if not isinstance(part, family):
            continue
        found = tuple(conv.stride[0] for conv in part.convs)
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


def _batch_norms(model) -> list[Finding]:
    findings = []
    for name, norm in _modules(model, nn.BatchNorm1d):
        mean, variance = norm.running_mean, norm.running_var
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


def _convolutions(model) -> list[Finding]:
    return [
        Finding(
            "zero_convolution",
            name,
            f"All weights of {name} are zero, so it gives the same output whatever comes in.",
            "Restore them from the training checkpoint.",
        )
        for name, conv in _modules(model, nn.Conv1d | nn.ConvTranspose1d)
        if not conv.weight.any()
    ]


def _codebooks(checkpoint) -> list[Finding]:
    findings = []
    for layer, codebook in enumerate(codebook_arrays(checkpoint.model), start=1):
        where, codes = f"codebook {layer}", codebook.shape[1]
        zero = int((np.linalg.norm(codebook, axis=0) < ZERO_NORM).sum())
        if zero == codes:
            findings.append(
                Finding(
                    "zero_codebook",
                    where,
                    f"All {codes} codes of layer {layer} are the zero vector, so this layer carries nothing.",
                    "Restore the codebook from the training checkpoint.",
                )
            )
            continue
        repeated = int(duplicate_codes(codebook).sum())
        if zero:
            findings.append(
                Finding(
                    "zero_codes",
                    where,
                    f"{zero} of {codes} codes of layer {layer} are the zero vector.",
                    "They were never trained: initialise codebooks from data and replace dead codes.",
                    Severity.NOTE,
                )
            )
        if repeated > max(zero - 1, 0):
            findings.append(
                Finding(
                    "duplicate_codes",
                    where,
                    f"{repeated} of {codes} codes of layer {layer} repeat another one and can never be "
                    "chosen.",
                    "They waste their numbers; retrain with dead-code replacement to use them.",
                    Severity.NOTE,
                )
            )
    return findings


def _collapse(checkpoint) -> list[Finding]:
    if checkpoint.usage is None:
        return []
    used = (checkpoint.usage > 0).sum(axis=1)
    codes = checkpoint.config.num_embeddings
    return [
        Finding(
            "collapsed_codebook",
            f"codebook {layer}",
            f"Layer {layer} uses {count} of its {codes} codes over its training data.",
            "The codebook has collapsed: initialise codebooks from data and replace dead codes in training.",
            Severity.NOTE,
        )
        for layer, count in enumerate(used.tolist(), start=1)
        if count < _LEAST_USED * codes
    ]


def _normalisation(checkpoint) -> list[Finding]:
    mean, std = np.asarray(checkpoint.mean), np.asarray(checkpoint.std)
    if np.abs(mean).max() < _IDENTITY and np.abs(std - 1).max() < _IDENTITY and mean.size > 1:
        return [
            Finding(
                "normalisation_missing",
                "mean and std",
                "The mean is 0 and the std is 1 for every feature, so nothing is normalised.",
                "Put the mean and std of the training data beside the weights (Mean.npy and Std.npy, or "
                "normalization.npz).",
            )
        ]
    return []


def _frame_rate(checkpoint) -> list[Finding]:
    if checkpoint.layout != "humanml3d" or checkpoint.fps == FPS:
        return []
    return [
        Finding(
            "frame_rate_label",
            "fps",
            f"The checkpoint says {checkpoint.fps:g} frames a second; features of HumanML3D's layout are "
            f"{FPS:g}.",
            f"Set fps to {FPS:g}; if the training data really had {checkpoint.fps:g}, resample it and train "
            "again, since velocities are metres a frame.",
        )
    ]


def _modules(model, kind):
    return [(name, module) for name, module in model.named_modules() if isinstance(module, kind)]
