"""How two motions are held against each other: joints in millimetres, or channels in feature units."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, cast

import numpy as np

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.evaluation.metrics import ALIGNMENTS, AlignedJoints, aligned_joints, distance_mm, errors_mm
from rvqvae.motion.layouts import FeatureLayout

Aligned = Mapping[str, np.ndarray]  # a motion in every alignment
JOINTS, CHANNELS = "joints", "channels"
RAW, STANDARDISED = "raw", "standardised"


@dataclass(frozen=True, eq=False)
class JointMeasure:
    """Distances of the joints of features whose layout is known, in millimetres, in every alignment."""

    layout: FeatureLayout
    parts: ClassVar[str] = JOINTS
    alignments: ClassVar[tuple[str, ...]] = ALIGNMENTS
    default: ClassVar[str] = "root"
    strict: ClassVar[str] = "global"  # in which any difference of two motions counts

    def unit(self, alignment: str) -> str:
        """The unit of errors measured so."""
        return "mm"

    def aligned(self, features: np.ndarray) -> AlignedJoints:
        """Features (..., N, D) as joints (..., N, J, 3) in metres, in every alignment."""
        return aligned_joints(features, self.layout)

    def errors(self, one: Aligned, other: Aligned, alignment: str) -> np.ndarray:
        """(..., N, J) millimetres between two motions, `aligned` by this, in one of the alignments."""
        return errors_mm(cast(AlignedJoints, one), cast(AlignedJoints, other), alignment)

    def distances(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """(..., N, J) millimetres between joints (..., N, J, 3) in metres that are aligned alike."""
        return distance_mm(one, other)


@dataclass(frozen=True, eq=False)
class ChannelMeasure:
    """Absolute differences of features of which no joints are known, channel by channel.

    Channels may have different units; "standardised" ones are in standard deviations, and can be added up.

    Attributes
    ----------
    mean, std : (D,) arrays, the checkpoint's normalisation
    """

    mean: np.ndarray
    std: np.ndarray
    parts: ClassVar[str] = CHANNELS
    alignments: ClassVar[tuple[str, ...]] = (RAW, STANDARDISED)
    default: ClassVar[str] = RAW
    strict: ClassVar[str] = RAW

    def unit(self, alignment: str) -> str:
        """The unit of errors measured so."""
        return {RAW: "feature units", STANDARDISED: "standard deviations"}[alignment]

    def aligned(self, features: np.ndarray) -> dict[str, np.ndarray]:
        """Features (..., N, D) as they are, and in the checkpoint's standard deviations from its mean."""
        features = np.asarray(features, dtype=np.float64)
        return {RAW: features, STANDARDISED: (features - self.mean) / self.std}

    def errors(self, one: Aligned, other: Aligned, alignment: str) -> np.ndarray:
        """(..., N, D) absolute differences of two motions, `aligned` by this, in one of the alignments."""
        return self.distances(one[alignment], other[alignment])

    def distances(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """(..., N, D) absolute differences of channels that are scaled alike."""
        return np.abs(one - other)


Measure = JointMeasure | ChannelMeasure


def measure_of(checkpoint: Checkpoint) -> Measure:
    """Joints where it is known where they lie in the checkpoint's features, else channels."""
    body = checkpoint.body
    return ChannelMeasure(checkpoint.mean, checkpoint.std) if body is None else JointMeasure(body)
