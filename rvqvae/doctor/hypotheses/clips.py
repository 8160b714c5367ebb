"""Clips that are not what a checkpoint takes: another unit, axis, frame rate or order of joints.

They are tried where the checkpoint is sound on other clips and these come out wrong.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.doctor.hypotheses.joints import other_side
from rvqvae.doctor.hypotheses.normalisation import RATES
from rvqvae.motion import Clip
from rvqvae.motion.columns import lengths, other_units, unit_of
from rvqvae.motion.conversion import resample
from rvqvae.motion.layouts import FeatureLayout


@dataclass(frozen=True)
class ClipHypothesis:
    """What may be wrong with clips.

    Attributes
    ----------
    check, sentence, advice : as in `Hypothesis`
    change : clip to the clip as it should be
    """

    check: str
    sentence: str
    advice: str
    change: Callable[[Clip], Clip]


def hypotheses(checkpoint: Checkpoint) -> Iterator[ClipHypothesis]:
    """Everything that is tried on clips of a checkpoint's width."""
    yield ClipHypothesis(
        "clips_normalised",
        "The clips are normalised already, with this checkpoint's mean and std.",
        "Pass raw features; a checkpoint normalises them itself.",
        lambda clip: _with(clip, clip.features * checkpoint.std + checkpoint.mean),
    )
    layout = checkpoint.body
    if layout is None:
        return
    for unit, factor in other_units(layout).items():
        yield ClipHypothesis(
            "clips_unit",
            f"The clips' lengths are in {unit}; {unit_of(layout)} are expected.",
            f"Divide joint positions by {factor:g} before making features of them.",
            partial(_changed, change=partial(_scaled, layout=layout, factor=1 / factor)),
        )
    order = other_side(layout)
    swapped = ClipHypothesis(
        "clips_joints_swapped",
        "Left and right joints of the clips are exchanged.",
        "Bring their joints into the checkpoint's order.",
        lambda clip: _with(clip, clip.features[:, order]),
    )
    if layout.from_positions and layout.skeleton.facing is not None:
        yield from _through_joints(layout)
    if (order != np.arange(layout.width)).any():
        yield swapped


def _through_joints(layout: FeatureLayout) -> Iterator[ClipHypothesis]:
    """What needs features made of joints anew."""
    for turn, axis in ((1, "z"), (-1, "−z"), (2, "−y")):
        yield ClipHypothesis(
            "clips_up_axis",
            f"The clips have {axis} up; y is expected.",
            "Turn the joints so that y points up before making features of them.",
            partial(_changed, change=partial(_turned, layout=layout, quarters=turn)),
        )
    for fps in (rate for rate in RATES if rate != layout.fps):
        yield ClipHypothesis(
            "clips_frame_rate",
            f"The clips have {fps:g} frames a second; {layout.fps:g} are expected.",
            f"Resample them to {layout.fps:g} frames a second.",
            partial(_changed, change=partial(_resampled, layout=layout, fps=fps)),
        )


def _changed(clip: Clip, change: Callable[[np.ndarray], np.ndarray]) -> Clip:
    return _with(clip, change(clip.features))


def _with(clip: Clip, features: np.ndarray) -> Clip:
    return replace(clip, features=features.astype(np.float32))


def _scaled(features: np.ndarray, layout: FeatureLayout, factor: float) -> np.ndarray:
    features = features.copy()
    for group in lengths(layout.blocks):
        features[:, group] *= factor
    return features


def _turned(features: np.ndarray, layout: FeatureLayout, quarters: int) -> np.ndarray:
    """Features of the same joints turned about x by quarters of a circle, lowest point on the floor."""
    joints = layout.to_joints(features.astype(np.float64))
    for _ in range(quarters % 4):
        joints = np.stack([joints[..., 0], joints[..., 2], -joints[..., 1]], axis=-1)
    joints[..., 1] -= joints[..., 1].min()
    return layout.from_joints(joints)


def _resampled(features: np.ndarray, layout: FeatureLayout, fps: float) -> np.ndarray:
    return layout.from_joints(resample(layout.to_joints(features.astype(np.float64)), fps, layout.fps))
