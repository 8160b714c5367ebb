"""What is wrong with how a checkpoint behaves, whatever the cause.

Each bound stands between what the shipped checkpoints show on the sample clips, sound, and what damaged
copies of motion-rvq and cmu-only show; `tests/benchmarks/doctor_table.py` holds what came of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np
from scipy.stats import pearsonr
from torch import nn

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.doctor.behaviour import Behaviour, Sample, decode
from rvqvae.doctor.fit import Fit
from rvqvae.nn.encoder import MotionEncoder

NO_DIFFERENCE = 1e-4  # of a feature's standard deviation
ERROR = 0.6  # of the mean pose's; sound: 0.11 to 0.45
UNEXPLAINED = 0.85  # sound: 0.11 to 0.53
GROUP = 1.2  # of a group's own variance; sound: 0.32 to 0.85
FIRST_LAYER_LEAVES = 0.65  # sound: 0.12 to 0.41
LAYER_LEAVES = 0.95  # sound: 0.26 to 0.90
CYCLE = 0.22  # sound: 0.03 to 0.16
SAME_TOKENS = 0.7  # of layer 1; sound: 0.74 to 0.96
SHAKING = 1.8  # sound: 0.37 to 1.06
BELONGS = 0.75  # sound: 0.901 and more; parts of other trainings: 0.58 at most
# Nats; sound: 0.37 in the encoder and 0.65 in the decoder at most, but 1.19 before its last convolution.
ACTIVATIONS = {"encoder": 0.6, "decoder": 0.9}
LAST_ACTIVATIONS = 1.6


@dataclass(frozen=True)
class Symptom:
    """One thing that a sound checkpoint does not do.

    Attributes
    ----------
    check, where : as in `Finding`
    message : what was seen and what was expected
    of_the_clips : whether clips unlike the training data can bring it about
    """

    check: str
    where: str
    message: str
    of_the_clips: bool = True


def find_symptoms(
    checkpoint: Checkpoint, sample: Sample, behaviour: Behaviour, fit: Fit, mean_pose: Fit
) -> list[Symptom]:
    """All of them, the most telling first."""
    belongs = list(_belonging(checkpoint, behaviour))
    return [
        *_constant(checkpoint, sample, behaviour),
        *(symptom for symptom in belongs if not symptom.of_the_clips),
        *_reconstruction(fit, mean_pose),
        *(symptom for symptom in belongs if symptom.of_the_clips),
        *_useless_layers(behaviour),
        *_understanding(behaviour),
        *_activations(behaviour),
    ]


def belonging(checkpoint: Checkpoint) -> float | None:
    """Correlation over channels of the latents' mean in training and of the codes' own mean.

    The encoder's last BatchNorm gives its latents their mean, which is its bias; codes, as often as they were
    chosen, have the same mean if they were trained with it. None where there is no such BatchNorm, or no
    codebook with counts.
    """
    encoder = checkpoint.model.encoder
    if not isinstance(encoder, MotionEncoder):
        return None
    bias = cast(nn.BatchNorm1d, encoder.norms[-1]).bias.detach().cpu().numpy()
    codes = np.zeros_like(bias)
    for layer in checkpoint.model.quantizer.layers:
        counts = layer.cluster_size.cpu().numpy()
        codes = codes + layer.embedding.cpu().numpy() @ (counts / max(counts.sum(), 1e-12))
    if np.ptp(bias) == 0 or np.ptp(codes) == 0 or len(bias) < 32:
        return None
    return float(pearsonr(bias, codes).statistic)


def _constant(checkpoint: Checkpoint, sample: Sample, behaviour: Behaviour) -> Iterator[Symptom]:
    if sample.valid.sum() >= 10 * checkpoint.config.downsampling_ratio and (
        behaviour.counts > 0
    ).sum() == len(behaviour.counts):
        yield Symptom(
            "encoder_constant",
            "encoder",
            "Every frame of every clip gets the same tokens: the encoder ignores its input.",
            of_the_clips=False,
        )
        return
    tokens = behaviour.tokens
    others = np.where(tokens >= 0, checkpoint.config.num_embeddings - 1 - tokens, -1)
    difference = decode(checkpoint, sample, others) - decode(checkpoint, sample, tokens)
    if np.abs(difference / sample.std).max() < NO_DIFFERENCE:
        yield Symptom(
            "decoder_constant",
            "decoder",
            "Quite other tokens are decoded to the same motion: the decoder ignores its input.",
            of_the_clips=False,
        )


def _reconstruction(fit: Fit, mean_pose: Fit) -> Iterator[Symptom]:
    share = fit.error / mean_pose.error
    shown = f"{fit.error:.0f} mm" if fit.error == fit.error_mm else f"{fit.unexplained:.0%} of the variance"
    if share >= 1 or fit.unexplained >= 1:
        yield Symptom(
            "worse_than_mean_pose",
            "whole model",
            f"The reconstruction is worse than the mean pose standing still would be: {shown} are left, root "
            f"and height counted, {share:.0%} of the mean pose's error.",
        )
    elif share >= ERROR or fit.unexplained >= UNEXPLAINED:
        yield Symptom(
            "reconstruction",
            "whole model",
            f"The reconstruction leaves {share:.0%} of the mean pose's error ({shown}) and "
            f"{fit.unexplained:.0%} of the variance; below {ERROR:.0%} and {UNEXPLAINED:.0%} were expected.",
        )


def lost_group(fit: Fit) -> Symptom | None:
    """The group of features that is reconstructed worst, where its mean would serve clearly better."""
    name = max(fit.groups, key=lambda group: fit.groups[group])
    if fit.groups[name] < GROUP:
        return None
    return Symptom(
        "lost_group",
        name,
        f"Of all features, {name} come out worse than their mean would be: the error is "
        f"{fit.groups[name]:.0%} of their variance, below 100% expected.",
    )


def _belonging(checkpoint: Checkpoint, behaviour: Behaviour) -> Iterator[Symptom]:
    correlation, left = belonging(checkpoint), float(behaviour.residual_share[0])
    if left > FIRST_LAYER_LEAVES or (correlation is not None and correlation < BELONGS):
        seen = [
            f"layer 1 leaves {left:.0%} of the latents' energy, at most {FIRST_LAYER_LEAVES:.0%} expected"
        ]
        if correlation is not None:
            seen.append(
                f"the codes' mean is the latents' to {correlation:.2f}, at least {BELONGS:g} expected"
            )
        yield Symptom(
            "foreign_part",
            "encoder and codebook 1",
            f"The first layer's codes are not the latents' that the encoder gives: {' and '.join(seen)}.",
            of_the_clips=correlation is None or correlation >= BELONGS,
        )


def _useless_layers(behaviour: Behaviour) -> Iterator[Symptom]:
    before = behaviour.residual_share[0]
    for layer, share in enumerate(behaviour.residual_share[1:], start=2):
        if share > LAYER_LEAVES * before:
            yield Symptom(
                "useless_layer",
                f"codebook {layer}",
                f"Layer {layer} leaves {share / before:.0%} of the energy that it is given; sound ones leave "
                "25% to 90%.",
                of_the_clips=False,
            )
        before = share


def _understanding(behaviour: Behaviour) -> Iterator[Symptom]:
    again = float(behaviour.token_agreement[0])
    if behaviour.cycle > CYCLE or again < SAME_TOKENS:
        yield Symptom(
            "foreign_decoder",
            "decoder",
            "The encoder does not find in the reconstruction what the decoder was told: "
            f"{again:.0%} of layer 1's tokens come back (at least {SAME_TOKENS:.0%} expected), and the "
            f"latents are {behaviour.cycle:.2f} of their energy off (at most {CYCLE:g}).",
        )
    if behaviour.shaking > SHAKING:
        yield Symptom(
            "shaking",
            "decoder",
            f"The reconstruction shakes: its squared acceleration is {behaviour.shaking:.3g} times the "
            f"original's, at most {SHAKING:g} expected.",
        )


def _activations(behaviour: Behaviour) -> Iterator[Symptom]:
    names = list(behaviour.divergence)
    for name, value in behaviour.divergence.items():
        most = LAST_ACTIVATIONS if name == names[-1] else ACTIVATIONS.get(name.split(".")[0], 1.0)
        if not value <= most:
            yield Symptom(
                "activations",
                name,
                f"What reaches {name} is not what it saw in training: the median divergence of a channel is "
                f"{value:.2f} nats, at most {most:g} expected. It is the first module in the flow of the "
                "data where this shows.",
            )
            return
