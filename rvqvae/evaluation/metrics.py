"""Errors in millimetres and codebook statistics."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch

from rvqvae.motion.geometry import rotate_about_y
from rvqvae.motion.layouts import HUMANML3D, FeatureLayout

ALIGNMENTS = ("local", "root", "global")
_FRAMES_AT_ONCE = 512  # so that what is worked out of them stays in a processor's cache


@dataclass(frozen=True)
class CodebookUsage:
    """How one layer's codebook is used.

    Attributes
    ----------
    layer : int, 1 for the first
    tokens : int, tokens counted
    used : int, codes that occur
    perplexity : float, 2 ** entropy: the number of equally likely codes of the same entropy
    entropy_bits : float, plug-in entropy of the code frequencies, bits a token
    """

    layer: int
    tokens: int
    used: int
    perplexity: float
    entropy_bits: float

    def to_dict(self) -> dict[str, Any]:
        """All fields as plain values."""
        return asdict(self)


def distance_mm(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Distances (...) in millimetres between points (..., 3), or (..., 2) on the floor, in metres."""
    # `np.linalg.norm` along so short an axis takes several times as long.
    first, *others = np.moveaxis(one - other, -1, 0)
    squares = first * first
    for axis in others:
        squares += axis * axis
    return 1000 * np.sqrt(squares)


def joint_errors_mm(
    predicted: np.ndarray, target: np.ndarray, alignment: str, layout: FeatureLayout = HUMANML3D
) -> np.ndarray:
    """Distance of every joint of every frame between two motions.

    Parameters
    ----------
    predicted, target : (N, D) arrays, raw features of the layout
    alignment : {"local", "root", "global"}
        What is made equal first: "global" nothing; "root" each frame's pelvis position (the field's MPJPE,
        drift of heading counts); "local" the heading as well (pose error alone).

    Returns
    -------
    (N, J) float64 array, millimetres

    Raises
    ------
    ValueError
        If shapes differ or are not (N, D), or the alignment is unknown.
    """
    if alignment not in ALIGNMENTS:
        raise ValueError(f"alignment is {alignment!r}; expected one of {ALIGNMENTS}")
    if predicted.shape != target.shape or target.shape[-1] != layout.width:
        raise ValueError(
            f"features have shapes {predicted.shape} and {target.shape}; expected the same "
            f"(N, {layout.width})"
        )
    one, other = (aligned_joints(features, layout) for features in (predicted, target))
    return errors_mm(one, other, alignment)


def aligned_joints(features: np.ndarray, layout: FeatureLayout = HUMANML3D) -> "AlignedJoints":
    """Joints of motions in every alignment: {alignment: (..., N, J, 3) float64 array, metres}.

    features : (..., N, D) array, raw units of the layout
    """
    return AlignedJoints(features, layout)


class AlignedJoints(Mapping[str, np.ndarray]):
    """Joints (..., N, J, 3) of raw features (..., N, D) in each alignment, computed when first asked for."""

    def __init__(self, features: np.ndarray, layout: FeatureLayout):
        self.features, self.layout = np.asarray(features), layout
        self._known: dict[str, np.ndarray] = {}

    def __getitem__(self, alignment: str) -> np.ndarray:
        if alignment not in ALIGNMENTS:
            raise KeyError(alignment)
        if alignment not in self._known:
            self._known[alignment] = self._joints(alignment)
        return self._known[alignment]

    def __iter__(self) -> Iterator[str]:
        return iter(ALIGNMENTS)

    def __len__(self) -> int:
        return len(ALIGNMENTS)

    @cached_property
    def heading(self) -> np.ndarray:
        """(..., N) radians about +y by which each frame is turned from +z."""
        root = self.features[..., self.layout.blocks.root].astype(np.float64)
        return self.layout.heading(torch.from_numpy(root)).numpy()

    @cached_property
    def path(self) -> np.ndarray:
        """(..., N, 3) metres: where the root is."""
        return self.layout.path(self.features)

    def between(self, first: int, stop: int) -> np.ndarray:
        """The "global" joints (..., stop - first, J, 3) of some frames, at the cost of those alone."""
        part = np.s_[..., first:stop, :]
        turned = rotate_about_y(self.layout.local_joints(self.features[part]), self.heading[..., None][part])
        return turned + self.path[part][..., None, :]

    def _joints(self, alignment: str) -> np.ndarray:
        if alignment == "root":
            joints = self["global"]
            return joints - joints[..., :1, :]
        if alignment == "local":
            return self.layout.local_joints(self.features)
        # What comes after the positions says nothing of where joints are.
        told = self.features[..., : self.layout.blocks.positions.stop].astype(np.float64)
        return self.layout.to_joints(torch.from_numpy(told)).numpy()


def errors_mm(one: AlignedJoints, other: AlignedJoints, alignment: str) -> np.ndarray:
    """Distances (..., N, J) in millimetres between two motions of one layout in an alignment."""
    if alignment != "root":
        return distance_mm(one[alignment], other[alignment])
    # Turned back together two bodies stay as far apart: only the difference of their headings need be turned.
    turn = (one.heading - other.heading)[..., None]
    errors = np.empty((*turn.shape[:-1], other["local"].shape[-2]))
    for first in range(0, turn.shape[-2], _FRAMES_AT_ONCE):
        part = np.s_[..., first : first + _FRAMES_AT_ONCE, :]
        turned = rotate_about_y(one.layout.local_joints(one.features[part]), turn[part])
        errors[part] = distance_mm(turned, other["local"][(*part, slice(None))])
    return errors


def mpjpe_mm(
    predicted: np.ndarray, target: np.ndarray, alignment: str, layout: FeatureLayout = HUMANML3D
) -> float:
    """Mean of `joint_errors_mm` over frames and all joints, millimetres."""
    return float(joint_errors_mm(predicted, target, alignment, layout).mean())


def code_counts(tokens: np.ndarray, codes: int) -> np.ndarray:
    """How often each code occurs: tokens (Q, n) to counts (Q, K); dropped tokens (-1) do not count."""
    return np.stack([np.bincount(row[row >= 0], minlength=codes) for row in np.asarray(tokens)])


def usage_statistics(counts: np.ndarray) -> list[CodebookUsage]:
    """Usage of each layer from its code counts (Q, K)."""
    return [_layer_usage(layer, row) for layer, row in enumerate(np.asarray(counts), start=1)]


def _layer_usage(layer: int, counts: np.ndarray) -> CodebookUsage:
    total = int(counts.sum())
    share = counts[counts > 0] / max(total, 1)
    entropy = float(-(share * np.log2(share)).sum()) + 0.0
    return CodebookUsage(layer, total, len(share), 2**entropy if total else 0.0, entropy)
