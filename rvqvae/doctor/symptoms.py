"""What is wrong with how a checkpoint behaves, whatever the cause."""

from dataclasses import replace

import numpy as np

from rvqvae.checkpoint import Checkpoint
from rvqvae.doctor.behaviour import Behaviour, Sample, decode
from rvqvae.doctor.report import Finding, Severity

# Measured on this project's trained checkpoint, as in `causes`.
#
# A single clip unlike the training data (a person getting up, 75 frames) is reconstructed as badly as a sick
# checkpoint does it, at 0.75 unexplained variance and 1.9 nats; a data set of 30 s or more was not.
FRAMES_TO_JUDGE = 600
NO_DIFFERENCE = 1e-4  # of a feature's standard deviation
# Healthy: 0.11 to 0.13. A decoder with mirrored strides leaves 0.56, wrong normalisation 0.9 and more.
UNEXPLAINED = 0.5
# Healthy layers leave 0.26 to 0.80 of the energy they get; a zeroed or scrambled one 0.96 to 1.2.
LAYER_LEAVES = 0.95
# Healthy: 0.04 to 0.21. A BatchNorm reset gives 2 to 76, mirrored decoder strides 1.7, wrong normalisation
# 1 to 1200.
ACTIVATIONS = 0.8


def find_symptoms(checkpoint: Checkpoint, sample: Sample, behaviour: Behaviour) -> list[Finding]:
    """Findings that do not say where the damage comes from, but what it does."""
    of_the_model = [*_constant(checkpoint, sample, behaviour), *_useless_layers(behaviour)]
    perhaps_of_the_clips = [*_activations(behaviour), *_reconstruction(behaviour)]
    frames = int(sample.valid.sum())
    if frames < FRAMES_TO_JUDGE:
        perhaps_of_the_clips = [
            replace(
                finding,
                severity=Severity.NOTE,
                advice=f"{frames} frames are too few to blame the checkpoint: try more clips.",
            )
            for finding in perhaps_of_the_clips
        ]
    return of_the_model + perhaps_of_the_clips


def _constant(checkpoint, sample, behaviour) -> list[Finding]:
    if sample.valid.sum() >= 10 * checkpoint.config.downsampling_ratio and (
        behaviour.counts > 0
    ).sum() == len(behaviour.counts):
        return [
            Finding(
                "encoder_constant",
                "encoder",
                "Every frame of every clip gets the same tokens: the encoder ignores its input.",
                "Look for zeroed weights or wrong BatchNorm statistics in the encoder.",
            )
        ]
    tokens = behaviour.tokens
    others = np.where(tokens >= 0, checkpoint.config.num_embeddings - 1 - tokens, -1)
    difference = decode(checkpoint, sample, others) - decode(checkpoint, sample, tokens)
    if np.abs(difference / sample.std).max() < NO_DIFFERENCE:
        return [
            Finding(
                "decoder_constant",
                "decoder",
                "Quite other tokens are decoded to the same motion: the decoder ignores its input.",
                "Look for zeroed weights in the decoder, its last convolution first.",
            )
        ]
    return []


def _useless_layers(behaviour) -> list[Finding]:
    findings, before = [], 1.0
    for layer, share in enumerate(behaviour.residual_share, start=1):
        if share > LAYER_LEAVES * before:
            findings.append(
                Finding(
                    "useless_layer",
                    f"codebook {layer}",
                    f"Layer {layer} leaves {share / before:.0%} of the energy that it is given; healthy "
                    "ones leave 30% to 80%.",
                    "Its codes do not fit the residual it gets: compare this codebook with the training "
                    "checkpoint.",
                )
            )
        before = share
    return findings


def _activations(behaviour) -> list[Finding]:
    for name, value in behaviour.divergence.items():
        if not value <= ACTIVATIONS:
            return [
                Finding(
                    "activations",
                    name,
                    f"What reaches {name} is not what it saw in training: the median divergence of a channel "
                    f"is {value:.2f} nats, at most {ACTIVATIONS:g} expected.",
                    "It is the first module in the flow of the data where this shows: look at it and at "
                    "what comes before it. Clips unlike all training data can do this too.",
                )
            ]
    return []


def _reconstruction(behaviour) -> list[Finding]:
    share = behaviour.unexplained[-1]
    if share <= UNEXPLAINED:
        return []
    return [
        Finding(
            "reconstruction",
            "whole model",
            f"The reconstruction leaves {share:.0%} of the motion's variance unexplained; 100% is what the "
            f"mean pose leaves, and at most {UNEXPLAINED:.0%} was expected.",
            "If no cause is named, the weights are untrained, were trained on other features, or the clips "
            "are unlike the training data: try clips of the training data (--data in a terminal).",
        )
    ]
