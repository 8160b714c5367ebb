"""A checkpoint: a model with its normalisation, ready for raw features."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import torch

from rvqvae.checkpoints.errors import CheckpointError
from rvqvae.motion.layouts import LAYOUTS, FeatureLayout
from rvqvae.nn.config import RVQVAEConfig
from rvqvae.nn.model import RVQVAE

__all__ = ["Checkpoint", "CheckpointError"]

_NOT_DECODED = (".cluster_size", ".embedding_avg", ".initialized", ".num_batches_tracked")


@dataclass(frozen=True)
class Checkpoint:
    """A model in eval mode with all that is needed to use it on raw features.

    Attributes
    ----------
    model : RVQVAE
    mean, std : (D,) float32 arrays, normalisation of raw features
    layout : str, what the features are, e.g. "humanml3d"; "motion-s" and "unknown" tell no joints
    fps : float, frames a second
    name : str
    info : dict, whatever else its files say: training data, licence; in a foreign checkpoint "remarks" lists,
        in sentences, what had to be assumed
    usage : (Q, K) int64 array or None, how often each code occurs in the training data
    energies : (Q + 1,) float64 array or None, mean squared norm there of the latent and of what each layer
        leaves
    described : where joints lie in features whose layout has no name, as files or somebody say; see `body`
    """

    model: RVQVAE
    mean: np.ndarray
    std: np.ndarray
    layout: str
    fps: float
    name: str
    info: dict[str, Any] = field(default_factory=dict)
    usage: np.ndarray | None = None
    energies: np.ndarray | None = None
    described: FeatureLayout | None = None

    @property
    def body(self) -> FeatureLayout | None:
        """Where joints lie in the features that it takes and gives; None where that is not known."""
        known = self.described or LAYOUTS.get(self.layout)
        widths = {self.config.input_dim, self.config.output_dim}
        return known if known is not None and widths == {known.width} else None

    @property
    def known_body(self) -> FeatureLayout:
        """The same, where it must be known.

        Raises
        ------
        ValueError
            If it is not.
        """
        if self.body is None:
            raise ValueError(
                f"{self.name} takes features of layout {self.layout} (N, {self.config.input_dim}), in which "
                f"it is not known where joints lie; expected one of {', '.join(LAYOUTS)}"
            )
        return self.body

    @property
    def config(self) -> RVQVAEConfig:
        """Hyperparameters of the model."""
        return self.model.config

    @property
    def device(self) -> torch.device:
        """Where the model's weights are."""
        return next(self.model.parameters()).device

    @cached_property
    def fingerprint(self) -> str:
        """16 characters that differ where the weights or codebooks do; the moving averages do not count."""
        digest = hashlib.sha256()
        for key, tensor in sorted(self.model.state_dict().items()):
            if not key.endswith(_NOT_DECODED):
                digest.update(key.encode())
                digest.update(tensor.cpu().contiguous().numpy().tobytes())
        return digest.hexdigest()[:16]

    def encode(self, features: np.ndarray) -> np.ndarray:
        """Tokens (Q, n) int64, n = ceil(N / ratio), of raw features (N, D).

        Raises
        ------
        ValueError
            If the features' shape does not fit the model or they are not finite.
        """
        features = np.asarray(features)
        expected = self.config.input_dim
        if features.ndim != 2 or features.shape[1] != expected or len(features) < 1:
            raise ValueError(f"features have shape {features.shape}; {self.name} expects (N, {expected})")
        if not np.isfinite(features).all():
            raise ValueError("features hold NaN or infinity; expected finite numbers")
        tokens = self.model.encode_to_tokens(self.normalize(features)[None])
        return torch.cat(tokens).cpu().numpy()

    def decode(
        self,
        tokens: np.ndarray,
        layers: Iterable[int] | None = None,
        *,
        length: int | None = None,
    ) -> np.ndarray:
        """Raw features (length, D) of tokens (Q, n).

        Parameters
        ----------
        tokens : (Q, n) int array; -1 adds nothing
        layers : 0-based layers to keep; None keeps all
        length : frames to return; n * ratio when None

        Raises
        ------
        ValueError
            If tokens, layers or length do not fit the model.
        """
        tokens = np.array(tokens)
        if tokens.ndim != 2 or not np.issubdtype(tokens.dtype, np.integer):
            raise ValueError(
                f"tokens have shape {tokens.shape} and type {tokens.dtype}; expected whole numbers (Q, n)"
            )
        if layers is not None:
            kept = set(layers)
            unknown = kept - set(range(len(tokens)))
            if unknown:
                raise ValueError(
                    f"layers {sorted(unknown)} do not exist; they run from 0 to {len(tokens) - 1}"
                )
            tokens[[v for v in range(len(tokens)) if v not in kept]] = -1
        rows = torch.from_numpy(tokens.astype(np.int64)).to(self.device)
        decoded = self.model.decode_from_tokens([row[None] for row in rows], length=length)
        return self.denormalize(decoded[0])

    def normalize(self, features: np.ndarray) -> torch.Tensor:
        """Raw features (..., N, D) as the model's input (..., D, N) on its device."""
        scaled = (np.asarray(features, dtype=np.float32) - self.mean) / self.std
        return torch.from_numpy(scaled).transpose(-1, -2).to(self.device)

    def denormalize(self, motion: torch.Tensor) -> np.ndarray:
        """The model's output (..., D, N) as raw float32 features (..., N, D)."""
        features: np.ndarray = motion.transpose(-1, -2).cpu().numpy() * self.std + self.mean
        return features
