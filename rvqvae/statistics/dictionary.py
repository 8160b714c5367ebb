"""What a code means: where it occurs, and the motion around it on average."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from rvqvae.evaluation.metrics import distance_mm
from rvqvae.motion.geometry import rotate_about_y
from rvqvae.motion.layouts import HUMANML3D, FeatureLayout


@dataclass(frozen=True)
class Occurrence:
    """One place of a code.

    Attributes
    ----------
    clip : int, index of the clip among those that were searched
    step : int, latent step, 0 for the first
    """

    clip: int
    step: int


@dataclass(frozen=True)
class AverageMotion:
    """The mean motion around a code's occurrences.

    Attributes
    ----------
    joints : (W, J, 3) array, metres; placed and turned so that the mean pelvis stands over the origin and
        faces +z in the middle of the code's own frames
    first : int, frame of joints[0], counted from the first of the code's own frames; 0 or less
    counts : (W,) int array, occurrences whose clip reaches that frame
    spread_mm : float, distance of the occurrences' joints to the mean, averaged over all there are
    """

    joints: np.ndarray
    first: int
    counts: np.ndarray
    spread_mm: float


def occurrences(tokens: Sequence[np.ndarray], layer: int, code: int) -> list[Occurrence]:
    """Every place of a code, clip by clip.

    Parameters
    ----------
    tokens : (Q, n) int arrays, one a clip
    layer : 0 for the first
    """
    return [
        Occurrence(clip, int(step))
        for clip, rows in enumerate(tokens)
        for step in np.flatnonzero(rows[layer] == code)
    ]


def average_motion(
    features: Sequence[np.ndarray],
    found: Sequence[Occurrence],
    *,
    ratio: int,
    reach: int,
    layout: FeatureLayout = HUMANML3D,
) -> AverageMotion:
    """Mean joints over the frames of a code and `reach` frames before and after them.

    Every occurrence is placed and turned to agree in the middle of the code's frames, so that the body's own
    way of travelling and turning stays. Frames outside an occurrence's clip are left out of the mean.

    Parameters
    ----------
    features : (N, D) arrays, raw features of the layout, the clips that were searched
    found : at least one occurrence
    ratio : frames a code stands for
    """
    windows = []
    for place in found:
        clip = features[place.clip]
        own = place.step * ratio
        first, stop = max(0, own - reach), min(len(clip), own + ratio + reach)
        middle = min(own + ratio // 2, stop - 1)
        windows.append((first - own, _centred(clip[first:stop], middle - first, layout)))
    joints, first = stack_windows(windows, (-reach, ratio + reach))
    mean = np.nanmean(joints, axis=0)
    distances = distance_mm(joints, mean)
    counts = np.isfinite(joints[:, :, 0, 0]).sum(axis=0)
    return AverageMotion(mean, first, counts, float(np.nanmean(distances)))


def stack_windows(windows: Sequence[tuple[int, np.ndarray]], span: tuple[int, int]) -> tuple[np.ndarray, int]:
    """Arrays of different stretches of frames as one array with NaN where one has no such frame.

    Parameters
    ----------
    windows : (frame of its first row, (w, ...) array) each
    span : first frame and the one after the last to keep

    Returns
    -------
    stacked : (len(windows), W, ...) float64 array; frames that no window has are left out at both ends
    first : int, frame of stacked[:, 0]
    """
    first = max(span[0], min(start for start, _ in windows))
    stop = min(span[1], max(start + len(rows) for start, rows in windows))
    stacked = np.full((len(windows), stop - first, *windows[0][1].shape[1:]), np.nan)
    for row, (start, values) in zip(stacked, windows, strict=True):
        kept = values[max(0, first - start) : stop - start]
        at = max(0, start - first)
        row[at : at + len(kept)] = kept
    return stacked, first


def _centred(features: np.ndarray, middle: int, layout: FeatureLayout) -> np.ndarray:
    """Joints (w, J, 3) of a stretch, standing over the origin and facing +z in its frame `middle`."""
    joints = layout.to_joints(features.astype(np.float64))
    heading = float(layout.heading(torch.from_numpy(features.astype(np.float64)))[middle])
    return rotate_about_y(joints - joints[middle, 0] * [1.0, 0.0, 1.0], np.array(-heading))
