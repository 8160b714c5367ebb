"""Mean and std that are not those that the weights were trained with."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.doctor.behaviour import Sample
from rvqvae.doctor.hypotheses.hypothesis import Hypothesis, Kind
from rvqvae.motion.columns import lengths, other_units, speeds, unit_of
from rvqvae.motion.form import RootMotion
from rvqvae.motion.layouts import FeatureLayout

BIAS = 5.0  # HumanML3D's own code divides the std of root and contacts by this
FACTORS = (0.7, 1.4)
RATES = (10.0, 12.5, 20.0, 25.0, 30.0, 50.0, 60.0, 100.0, 120.0)

_KNOWN = "Put the mean and std of the training data beside the weights"
_Groups = tuple[slice | int, ...]
_Statistics = tuple[np.ndarray, np.ndarray]
_Change = Callable[[np.ndarray, np.ndarray], _Statistics]


def hypotheses(checkpoint: Checkpoint, sample: Sample) -> Iterator[Hypothesis]:
    """Everything that is tried on mean and std; what needs the meaning of columns, where it is known."""
    yield from _whole(sample)
    if sample.layout is not None:
        yield from _bias(sample.layout)
        yield from _rates(sample.layout)
        yield from _units(sample.layout)


def factors() -> Iterator[Hypothesis]:
    """One factor on all of the std: a checkpoint's own gets worse by it, another's often better.

    Of ten sound checkpoints none gains more than 0.001 by a factor from 0.5 to 1.5; motion-rvq with the mean
    and std of cmu-only, up to 2.9 times its own, gains 0.16.
    """
    for factor in FACTORS:
        yield _of(
            "wrong",
            "Mean and std are not those that the weights were trained with.",
            f"{_KNOWN}; those of another data set do not fit.",
            f"all of the std times {factor:g}",
            partial(_multiplied, of_mean=(), of_std=(slice(None),), factor=factor),
            Kind.FACTOR,
        )


def _whole(sample: Sample) -> Iterator[Hypothesis]:
    yield _of(
        "squared",
        "The std is squared: these are variances.",
        "Store the square root of these values as std.",
        "the square root of std",
        lambda mean, std: (mean, np.sqrt(std)),
    )
    yield _of(
        "root",
        "The std has had its square root taken.",
        "Store the square of these values as std.",
        "the square of std",
        lambda mean, std: (mean, np.square(std)),
    )
    yield _of(
        "twice",
        "Mean and std normalise twice: they are (1 + std) times the mean, and the std squared.",
        "Normalise once: put back the mean and std of the raw training data.",
        "mean and std as they are after one normalisation",
        lambda mean, std: (mean / (1 + np.sqrt(std)), np.sqrt(std)),
    )
    yield _of(
        "unused",
        "The weights were trained on raw features, without any normalisation.",
        "Store 0 as mean and 1 as std.",
        "no normalisation",
        lambda mean, std: (np.zeros_like(mean), np.ones_like(std)),
    )
    estimates: dict[str, tuple[str, _Change]] = {
        "wrong": (
            "Mean and std are not those that the weights were trained with.",
            lambda mean, std: (sample.mean, sample.std),
        ),
        "mean_missing": (
            "The mean is not the one that the weights were trained with; the std is.",
            lambda mean, std: (sample.mean, std),
        ),
        "std_missing": (
            "The std is not the one that the weights were trained with; the mean is.",
            lambda mean, std: (mean, sample.std),
        ),
    }
    for kind, (sentence, change) in estimates.items():
        yield _of(
            kind,
            sentence,
            f"{_KNOWN}; those of another data set, or of another unit, do not fit.",
            "the clips' own",
            change,
            Kind.ESTIMATE,
        )


def _bias(layout: FeatureLayout) -> Iterator[Hypothesis]:
    if layout.blocks.motion is not RootMotion.HALF_TURN:  # no code of these is known to have it
        return
    root, contacts = layout.blocks.root, layout.blocks.contacts
    groups: tuple[tuple[_Groups, str], ...] = (
        ((root, contacts), "root and contacts"),
        ((root,), "the root"),
        ((contacts,), "the contacts"),
    )
    if "contacts" not in layout.blocks.parts:
        groups = groups[1:2]
    for columns, which in groups:
        yield _of(
            "bias_missing",
            f"The std of {which} lacks HumanML3D's feature bias: the weights are used to a fifth of it.",
            f"Divide the std of {which} by {BIAS:g}, as HumanML3D's training code does.",
            f"the std of {which} divided by {BIAS:g}",
            partial(_multiplied, of_mean=(), of_std=columns, factor=1 / BIAS),
        )
        yield _of(
            "bias_twice",
            f"HumanML3D's feature bias is applied twice to the std of {which}: the weights were trained with "
            "five times as much.",
            f"Multiply the std of {which} by {BIAS:g}.",
            f"the std of {which} times {BIAS:g}",
            partial(_multiplied, of_mean=(), of_std=columns, factor=BIAS),
        )


def _rates(layout: FeatureLayout) -> Iterator[Hypothesis]:
    own, columns = layout.fps, speeds(layout.blocks)
    for fps in (rate for rate in RATES if rate != own):
        hypothesis = _of(
            "frame_rate",
            f"The velocities in mean and std are those of {fps:g} frames a second, not of {own:g}.",
            f"Velocities are {unit_of(layout)} a frame: compute mean and std from data at {own:g} frames a "
            f"second, or multiply those of velocities by {fps / own:g}.",
            f"those of {own:g} frames a second",
            partial(_multiplied, of_mean=columns, of_std=columns, factor=fps / own),
        )
        yield replace(hypothesis, check="frame_rate")


def _units(layout: FeatureLayout) -> Iterator[Hypothesis]:
    own, columns = unit_of(layout), lengths(layout.blocks)
    for unit, factor in other_units(layout).items():
        yield _of(
            "unit",
            f"The lengths in mean and std are in {unit}, not in {own}.",
            f"Divide the mean and std of heights, positions and velocities by {factor:g}.",
            f"them in {own}",
            partial(_multiplied, of_mean=columns, of_std=columns, factor=1 / factor),
        )


def _of(
    kind: str, sentence: str, advice: str, undone: str, change: _Change, changes: Kind = Kind.METADATA
) -> Hypothesis:
    def repair(checkpoint: Checkpoint) -> Checkpoint:
        mean, std = change(checkpoint.mean, checkpoint.std)
        return replace(checkpoint, mean=mean.astype(np.float32), std=std.astype(np.float32))

    return Hypothesis(f"normalisation_{kind}", "mean and std", sentence, advice, repair, changes, undone)


def _multiplied(
    mean: np.ndarray, std: np.ndarray, *, of_mean: _Groups, of_std: _Groups, factor: float
) -> _Statistics:
    return _times(mean, of_mean, factor), _times(std, of_std, factor)


def _times(values: np.ndarray, groups: _Groups, factor: float) -> np.ndarray:
    values = values.copy()
    for group in groups:
        values[group] *= factor
    return values
