"""Checkpoints: a model with its normalisation, ready for raw features; reading and writing them."""

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import safetensors.torch
import torch

from rvqvae.config import RVQVAEConfig
from rvqvae.hub import fetch, is_hub_id
from rvqvae.layouts import CheckpointError, Contents, read_contents
from rvqvae.layouts.own import CONFIG, FAMILIES, REBUILT, WEIGHTS
from rvqvae.model import RVQVAE

__all__ = ["Checkpoint", "CheckpointError", "load_checkpoint", "pick_device", "save_checkpoint"]

_NOT_DECODED = (".cluster_size", ".embedding_avg", ".initialized", ".num_batches_tracked")


@dataclass(frozen=True)
class Checkpoint(Contents):
    """A model in eval mode with all that is needed to use it on raw features.

    Attributes
    ----------
    model : RVQVAE
    mean, std : (D,) float32 arrays, normalisation of raw features
    layout : str, what the features are, e.g. "humanml3d"; "motion-s" and "unknown" have no joints
    fps : float, frames a second
    name : str
    info : dict, whatever else its files say: training data, licence; in a foreign checkpoint "remarks" lists,
        in sentences, what had to be assumed
    usage : (Q, K) int64 array or None, how often each code occurs in the training data
    energies : (Q + 1,) float64 array or None, mean squared norm there of the latent and of what each layer
        leaves
    """

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
        return motion.transpose(-1, -2).cpu().numpy() * self.std + self.mean


def save_checkpoint(
    folder: str | Path,
    model: RVQVAE,
    *,
    mean: np.ndarray,
    std: np.ndarray,
    name: str,
    layout: str = "humanml3d",
    fps: float = 20.0,
    info: dict | None = None,
    usage: np.ndarray | None = None,
    energies: np.ndarray | None = None,
    half: bool = False,
) -> None:
    """Write a checkpoint folder; see `Checkpoint` for the parts.

    The codebooks' moving sums are left out: they are codes times counts, and loading rebuilds them.
    With `half` most weights are stored in float16, half the size; see `round_to_half`.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    state = _half(model) if half else model.state_dict()
    weights = {
        key: value.detach().cpu().contiguous() for key, value in state.items() if not key.endswith(REBUILT)
    }
    _write(folder / WEIGHTS, safetensors.torch.save(weights))
    config = {
        "name": name,
        "layout": layout,
        "fps": fps,
        "family": next(family for family, (_, kind) in FAMILIES.items() if type(model) is kind),
        "model": model.config.to_dict(),
        **(info or {}),
        "mean": np.asarray(mean).tolist(),
        "std": np.asarray(std).tolist(),
        "usage": None if usage is None else np.asarray(usage).tolist(),
        "energies": None if energies is None else np.asarray(energies).tolist(),
    }
    _write(folder / CONFIG, _dump(config).encode())


def round_to_half(model: RVQVAE) -> None:
    """Round weights to what float16 can hold, in place; arithmetic stays in float32.

    Vectors and the decoder's last convolution stay whole: they are small, and rounding them cost the most.
    """
    state = model.state_dict()
    for key, value in _half(model).items():
        state[key].copy_(value)


def _half(model: RVQVAE) -> dict[str, torch.Tensor]:
    state = model.state_dict()
    large = [key for key, value in state.items() if value.is_floating_point() and value.ndim > 1]
    last = [key for key in large if key.startswith("decoder.")][-1]
    return {key: value.half() if key in large and key != last else value for key, value in state.items()}


def load_checkpoint(
    path_or_hub_id: str | Path, device: str = "auto", *, revision: str | None = None
) -> Checkpoint:
    """Load a checkpoint: our own folder, a file of one of the layouts in `rvqvae.layouts`, or from the Hub.

    Nothing that a file says is executed, whatever its layout.

    Parameters
    ----------
    path_or_hub_id : folder or file; or, where there is none of that name, "owner/name" on the Hub
    device : "auto" takes a GPU where there is one; else a torch device name
    revision : branch, tag or commit on the Hub; the latest when None

    Raises
    ------
    CheckpointError
        If a file is missing, damaged, of no known layout or does not fit its configuration; for a tensor that
        does not fit the message names the first one, its shape and the expected one. Also if the Hub does not
        answer or has no such checkpoint.
    """
    path = fetch(path_or_hub_id, revision) if is_hub_id(path_or_hub_id) else Path(path_or_hub_id)
    contents = read_contents(path, pick_device(device))
    beside = {name: value for name, value in vars(contents).items() if name != "model"}
    contents.model.facts = beside
    return Checkpoint(contents.model, **beside)


def pick_device(device: str) -> torch.device:
    """The torch device of a name; "auto" is a GPU where there is one."""
    if device != "auto":
        return torch.device(device)
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def _write(path: Path, content: bytes) -> None:
    """Replace a file in one stroke: whoever reads it sees the old or the new one, whole."""
    temporary = path.with_name(path.name + ".part")
    temporary.write_bytes(content)
    os.replace(temporary, path)


def _dump(config: dict) -> str:
    """JSON with one entry a line, so that long arrays do not take a line a number."""
    rows = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in config.items()]
    return "{\n" + ",\n".join(rows) + "\n}\n"
