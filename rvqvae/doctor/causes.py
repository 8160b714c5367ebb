"""Causes that leave a fingerprint: damage whose undoing makes a checkpoint fit the clips better.

Each bound stands between what was measured on this project's trained checkpoint, healthy and damaged: on the
sample clips, on two validation sets of 14 and 30 clips, and on single clips ("worst clip" below).
"""

import numpy as np
import torch

from rvqvae.checkpoint import Checkpoint
from rvqvae.decoder import MotionDecoder
from rvqvae.doctor.behaviour import Behaviour, Sample, decode, encode, residual_by_clip, unexplained
from rvqvae.doctor.repairs import (
    frame_rate_repairs,
    normalisation_repairs,
    stride_repairs,
    untransposed,
)
from rvqvae.doctor.report import Finding
from rvqvae.encoder import MotionEncoder
from rvqvae.motion import FPS, NUM_FEATURES

# Residual energy with the encoder's strides mirrored, over that as it is, on the clip where it differs most:
# on slow motion the order of strides makes too little difference to be seen. Healthy: 2.6 on the sample
# clips, 1.2 to 2.1 on validation sets, where single clips fall to 0.855. Damaged: 0.39 on the sample clips.
STRIDE_RESIDUAL = 0.75
# Unexplained variance with the decoder's strides mirrored, over that as it is. Healthy: 4.4 and more, 1.7
# on the worst clip. Damaged: 0.2.
STRIDE_ERROR = 0.6
# A repair that leaves nearly as much unexplained as the mean pose does, 1, explains nothing, however much it
# helps. The weakest healthy checkpoint here leaves 0.63; codebooks of other directions 0.86 after a repair.
WORTH_NOTHING = 0.8
# Unexplained variance with another normalisation. Healthy: 1.6 and more, 0.77 on the worst clip.
# Damaged: 0.05 to 0.15.
NORMALISATION_ERROR = 0.4
# Unexplained variance with velocities of another rate. Healthy: 1.15 and more, 0.957 on the worst clip.
# Damaged: 0.82 for 30 frames a second, 0.4 for 60.
FRAME_RATE_ERROR = 0.9
# Median norm of a layer's codes over that of the layer before. Healthy: 0.82 at most. Neighbours swapped:
# 1.22 at least.
ORDER_NORM = 1.1
# Residual energy of a layer with its codebook read the other way. Healthy: 1.28 at least. Damaged: 0.78
# at most.
UNTRANSPOSED_RESIDUAL = 0.95


def find_causes(checkpoint: Checkpoint, sample: Sample, behaviour: Behaviour) -> list[Finding]:
    """Findings whose repair was tried and made the checkpoint better."""
    wrong_input = _normalisation(checkpoint, sample, behaviour)
    if wrong_input:
        return wrong_input  # what the model makes of wrong input says nothing about the rest
    return [
        *_frame_rate(checkpoint, sample, behaviour),
        *_strides(checkpoint, sample, behaviour),
        *_scrambled_codebooks(checkpoint, behaviour),
        *_layer_order(checkpoint, behaviour),
    ]


def _normalisation(checkpoint, sample, behaviour) -> list[Finding]:
    now = behaviour.unexplained[-1]
    errors = {
        kind: _error(repaired, sample)
        for kind, repaired in normalisation_repairs(checkpoint, sample.mean, sample.std)
    }
    best = min(errors, key=errors.get)
    if errors[best] > min(NORMALISATION_ERROR * now, WORTH_NOTHING):
        return []
    said = f"With {_UNDONE[best]} the unexplained variance falls from {now:.3g} to {errors[best]:.3g}."
    return [Finding(f"normalisation_{best}", "mean and std", f"{_MESSAGES[best]} {said}", _ADVICE[best])]


_UNDONE = {
    "squared": "the square root of std",
    "root": "the square of std",
    "twice": "mean and std as they are after one normalisation",
    "unused": "no normalisation",
    "wrong": "mean and std of the clips themselves",
}
_MESSAGES = {
    "squared": "The std is squared: these are variances.",
    "root": "The std has had its square root taken.",
    "twice": "Mean and std normalise twice: they are (1 + std) times the mean, and the std squared.",
    "unused": "The clips are fitted better without any normalisation.",
    "wrong": "Mean and std are not those that the weights were trained with.",
}
_ADVICE = {
    "squared": "Store the square root of these values as std.",
    "root": "Store the square of these values as std.",
    "twice": "Normalise once: put back the mean and std of the raw training data.",
    "unused": "Either the clips are normalised already (pass raw features), or the model was trained on raw "
    "features (then mean is 0 and std 1).",
    "wrong": "Put the mean and std of the training data beside the weights; those of another data set, or of "
    "another unit, do not fit.",
}


def _frame_rate(checkpoint, sample, behaviour) -> list[Finding]:
    if checkpoint.config.input_dim != NUM_FEATURES:
        return []
    now = behaviour.unexplained[-1]
    errors = {fps: _error(repaired, sample) for fps, repaired in frame_rate_repairs(checkpoint)}
    best = min(errors, key=errors.get)
    if errors[best] > min(FRAME_RATE_ERROR * now, WORTH_NOTHING):
        return []
    return [
        Finding(
            "frame_rate",
            "mean and std",
            f"The velocities in mean and std are those of {best:g} frames a second: taken to {FPS:g}, the "
            f"unexplained variance falls from {now:.3g} to {errors[best]:.3g}.",
            f"Velocities are metres a frame: compute mean and std from data at {FPS:g} frames a second.",
        )
    ]


def _strides(checkpoint, sample, behaviour) -> list[Finding]:
    model = checkpoint.model
    if not (isinstance(model.encoder, MotionEncoder) and isinstance(model.decoder, MotionDecoder)):
        return []
    findings = []
    for part, repaired in stride_repairs(checkpoint):
        if part == "encoder":
            before, after = residual_by_clip(checkpoint, sample), residual_by_clip(repaired, sample)
            telling = int(np.abs(np.log(after / before)).argmax())
            now, then = before[telling], after[telling]
            what, most = f"clip {telling + 1}'s residual energy left by the last layer", STRIDE_RESIDUAL * now
        else:
            now, then = behaviour.unexplained[-1], _error(repaired, sample)
            what, most = "the unexplained variance", min(STRIDE_ERROR * now, WORTH_NOTHING)
        if then < most:
            strides = tuple(conv.stride[0] for conv in getattr(model, part).convs)
            findings.append(
                Finding(
                    f"{part}_strides",
                    part,
                    f"The {part}'s strides are mirrored: with {strides[::-1]} instead of {strides}, {what} "
                    f"falls from {now:.3g} to {then:.3g}.",
                    f"These weights were trained with strides {strides[::-1]} in the {part}: build it so.",
                )
            )
    return findings


def _scrambled_codebooks(checkpoint, behaviour) -> list[Finding]:
    codebooks = [layer.embedding for layer in checkpoint.model.quantizer.layers]
    columns = torch.from_numpy(behaviour.latents).t().to(checkpoint.device)
    now, findings = _residual_energies(columns, codebooks), []
    for index, codebook in enumerate(codebooks):
        tried = [*codebooks]
        tried[index] = untransposed(codebook)
        then = _residual_energies(columns, tried)
        given = now[index - 1] if index else float(columns.square().sum())
        if then[index] < UNTRANSPOSED_RESIDUAL * min(now[index], given):
            findings.append(
                Finding(
                    "transposed_codebook",
                    f"codebook {index + 1}",
                    f"The codebook of layer {index + 1} holds codes in rows where columns are expected: read "
                    f"the other way, this layer leaves {then[index] / now[index]:.0%} of the residual energy "
                    "that it leaves now.",
                    "Transpose it (reshaping is not transposing).",
                )
            )
    return findings


def _layer_order(checkpoint, behaviour) -> list[Finding]:
    codebooks = [layer.embedding for layer in checkpoint.model.quantizer.layers]
    norms = np.array([float(codebook.norm(dim=0).median()) for codebook in codebooks])
    if (norms[1:] <= ORDER_NORM * norms[:-1]).all():
        return []
    order = np.argsort(-norms, kind="stable")
    columns = torch.from_numpy(behaviour.latents).t().to(checkpoint.device)
    now, then = (
        float(np.log(_residual_energies(columns, books)).mean())
        for books in (codebooks, [codebooks[i] for i in order])
    )
    if then >= now:
        return []
    moved = [str(i + 1) for i, source in enumerate(order) if i != source]
    listed = ", ".join(f"{norm:.3g}" for norm in norms)
    return [
        Finding(
            "layer_order",
            f"codebooks {', '.join(moved)}",
            f"Layers {', '.join(moved)} are out of order: each layer codes what the one before left, so "
            f"codes must get shorter, but their median norms are {listed}. Sorted, the layers leave "
            f"{1 - np.exp(then - now):.1%} less residual energy, averaged over layers.",
            f"Put the codebooks into the order {', '.join(str(i + 1) for i in order)}.",
        )
    ]


def _error(checkpoint, sample) -> float:
    return unexplained(sample, decode(checkpoint, sample, encode(checkpoint, sample)[1]))


def _residual_energies(columns, codebooks) -> list[float]:
    """Energy left after each layer when columns (d, M) are encoded greedily."""
    energies = []
    for codebook in codebooks:
        squared = codebook.square().sum(0)
        nearest = torch.addmm(squared, columns.t(), codebook, alpha=-2).argmin(1)
        columns = columns - codebook[:, nearest]
        energies.append(max(float(columns.square().sum()), np.finfo(float).tiny))
    return energies
