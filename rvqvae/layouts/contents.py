"""What every layout reads from its files."""

from dataclasses import dataclass, field

import numpy as np

from rvqvae.model import RVQVAE


class CheckpointError(ValueError):
    """A checkpoint that cannot be used; the message says what was found and what was expected."""


@dataclass(frozen=True)
class Contents:
    """A model in eval mode and what goes with it; see `rvqvae.checkpoint.Checkpoint`.

    Attributes
    ----------
    model : RVQVAE
    mean, std : (D,) float32 arrays, normalisation of raw features
    layout : str, what the features are: "humanml3d", "kit-ml", "humanml3d-52", "motion-s" or "unknown"
    fps : float, frames a second
    name : str
    info : dict, whatever else the files say; "remarks" lists, in sentences, what had to be assumed
    usage : (Q, K) int64 array or None, how often each code occurs in the training data
    energies : (Q + 1,) float64 array or None, mean squared norm there of the latent and of what each layer
        leaves
    """

    model: RVQVAE
    mean: np.ndarray
    std: np.ndarray
    layout: str
    fps: float
    name: str
    info: dict = field(default_factory=dict)
    usage: np.ndarray | None = None
    energies: np.ndarray | None = None
