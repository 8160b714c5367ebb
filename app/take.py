"""A clip seen through a checkpoint: what an edit never changes, computed once."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from app import compute
from rvqvae import Checkpoint
from rvqvae.metrics import ALIGNMENTS, joint_errors_mm
from rvqvae.motion import features_to_joints


class StudioError(ValueError):
    """Something a visitor asked for cannot be done; the message is a sentence for the page."""


@dataclass(frozen=True)
class SourceClip:
    """A motion and where it comes from.

    Attributes
    ----------
    features : (N, 263) float32 array, raw HumanML3D features
    trained : True or False for the shipped clips (in the training set or held out), None for a visitor's own
    """

    key: str
    title: str
    features: np.ndarray
    fps: float
    trained: bool | None
    source: str
    licence: str


@dataclass(frozen=True, eq=False)
class Take:
    """A clip encoded by a checkpoint. Everything expensive is computed at first use and kept."""

    clip: SourceClip
    checkpoint_key: str
    checkpoint: Checkpoint
    folder: Path

    @property
    def frames(self) -> int:
        """Frames of the clip."""
        return len(self.clip.features)

    @property
    def ratio(self) -> int:
        """Frames a token stands for."""
        return self.checkpoint.config.downsampling_ratio

    @property
    def num_layers(self) -> int:
        """Residual layers Q."""
        return self.checkpoint.config.num_quantizers

    @cached_property
    def tokens(self) -> np.ndarray:
        """(Q, n) int64, as the encoder chose them; read-only."""
        tokens = compute.encode(self.checkpoint, self.folder, self.clip.features)
        tokens.flags.writeable = False
        return tokens

    @cached_property
    def joints(self) -> np.ndarray:
        """(N, 22, 3) metres, the original motion."""
        return features_to_joints(self.clip.features)

    def decode(self, tokens: np.ndarray, layers: tuple[bool, ...]) -> np.ndarray:
        """Raw features (N, 263) of tokens (Q, n) with only the layers that are on."""
        kept = [layer for layer, on in enumerate(layers) if on]
        return self.checkpoint.decode(tokens, kept, length=self.frames)

    @cached_property
    def errors_by_layers(self) -> dict[str, list[float]]:
        """For each alignment, the mean joint error in mm after the first 1, 2, … Q unedited layers."""
        errors = {alignment: [] for alignment in ALIGNMENTS}
        for count in range(1, self.num_layers + 1):
            features = self.decode(self.tokens, tuple(v < count for v in range(self.num_layers)))
            for alignment in ALIGNMENTS:
                errors[alignment].append(
                    float(joint_errors_mm(features, self.clip.features, alignment).mean())
                )
        return errors
