"""How two motions are held against each other: joints in millimetres, or channels in feature units."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rvqvae.checkpoint import Checkpoint
from rvqvae.metrics import ALIGNMENTS, aligned_joints
from rvqvae.motion.representations import HUMANML3D

JOINTS, CHANNELS = "joints", "channels"
RAW, STANDARDISED = "raw", "standardised"


@dataclass(frozen=True)
class JointMeasure:
    """Distances of the 22 joints of HumanML3D features, in millimetres, in every alignment."""

    parts: ClassVar[str] = JOINTS
    ways: ClassVar[tuple[str, ...]] = ALIGNMENTS
    usual: ClassVar[str] = "root"
    strictest: ClassVar[str] = "global"  # in which any difference of two motions counts

    def unit(self, way: str) -> str:
        """The unit of errors measured so."""
        return "mm"

    def aligned(self, features: np.ndarray) -> dict[str, np.ndarray]:
        """Features (..., N, 263) as joints (..., N, 22, 3) in metres, in every alignment."""
        return aligned_joints(features)

    def distances(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """(..., N, 22) millimetres between joints (..., N, 22, 3) in metres that are aligned alike."""
        return 1000 * np.linalg.norm(one - other, axis=-1)


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
    ways: ClassVar[tuple[str, ...]] = (RAW, STANDARDISED)
    usual: ClassVar[str] = RAW
    strictest: ClassVar[str] = RAW

    def unit(self, way: str) -> str:
        """The unit of errors measured so."""
        return {RAW: "feature units", STANDARDISED: "standard deviations"}[way]

    def aligned(self, features: np.ndarray) -> dict[str, np.ndarray]:
        """Features (..., N, D) as they are, and in the checkpoint's standard deviations from its mean."""
        features = np.asarray(features, dtype=np.float64)
        return {RAW: features, STANDARDISED: (features - self.mean) / self.std}

    def distances(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """(..., N, D) absolute differences of channels that are scaled alike."""
        return np.abs(one - other)


Measure = JointMeasure | ChannelMeasure


def measure_of(checkpoint: Checkpoint) -> Measure:
    """Joints where the checkpoint takes and gives HumanML3D features, else channels."""
    config = checkpoint.config
    has_joints = checkpoint.layout == HUMANML3D.layout
    if has_joints and config.input_dim == config.output_dim == HUMANML3D.width:
        return JointMeasure()
    return ChannelMeasure(checkpoint.mean, checkpoint.std)
