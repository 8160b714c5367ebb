"""Checkpoints: a folder of `model.safetensors`, `config.json` and a model card."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import safetensors.torch
import torch

from rvqvae.config import RVQVAEConfig
from rvqvae.model import RVQVAE

WEIGHTS, CONFIG = "model.safetensors", "config.json"
MAX_BYTES = 4 << 30
_REBUILT = ".embedding_avg"


class CheckpointError(ValueError):
    """A checkpoint that cannot be used; the message says what was found and what was expected."""


@dataclass(frozen=True)
class Checkpoint:
    """A model in eval mode with all that is needed to use it on raw features.

    Attributes
    ----------
    model : RVQVAE
    mean, std : (D,) float32 arrays, normalisation of raw features
    layout : str, what the features are, e.g. "humanml3d"
    fps : float, frames a second
    name : str
    info : dict, whatever else `config.json` says: training data, licence, command
    usage : (Q, K) int64 array or None, how often each code occurs in the training data
    """

    model: RVQVAE
    mean: np.ndarray
    std: np.ndarray
    layout: str
    fps: float
    name: str
    info: dict = field(default_factory=dict)
    usage: np.ndarray | None = None

    @property
    def config(self) -> RVQVAEConfig:
        """Hyperparameters of the model."""
        return self.model.config

    @property
    def device(self) -> torch.device:
        """Where the model's weights are."""
        return next(self.model.parameters()).device

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
) -> None:
    """Write a checkpoint folder; see `Checkpoint` for the parts.

    The codebooks' moving sums are left out: they are codes times counts, and loading rebuilds them.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    weights = {
        key: value.detach().cpu().contiguous()
        for key, value in model.state_dict().items()
        if not key.endswith(_REBUILT)
    }
    _write(folder / WEIGHTS, safetensors.torch.save(weights))
    config = {
        "name": name,
        "layout": layout,
        "fps": fps,
        "model": model.config.to_dict(),
        **(info or {}),
        "mean": np.asarray(mean).tolist(),
        "std": np.asarray(std).tolist(),
        "usage": None if usage is None else np.asarray(usage).tolist(),
    }
    _write(folder / CONFIG, _dump(config).encode())


def load_checkpoint(path_or_hub_id: str | Path, device: str = "auto") -> Checkpoint:
    """Load a checkpoint folder, or the `model.safetensors` in one.

    Parameters
    ----------
    path_or_hub_id : folder or file
    device : "auto" takes a GPU where there is one; else a torch device name

    Raises
    ------
    CheckpointError
        If a file is missing, damaged or does not fit its configuration; for a tensor that does not fit
        the message names the first one, its shape and the expected one.
    """
    folder = Path(path_or_hub_id)
    if folder.is_file():
        folder = folder.parent
    for file in (CONFIG, WEIGHTS):
        if not (folder / file).is_file():
            raise CheckpointError(f"{folder}: found no {file}; expected a folder with {CONFIG} and {WEIGHTS}")
    raw = _read_config(folder / CONFIG)
    try:
        config = RVQVAEConfig.from_dict(raw.pop("model"))
        mean, std = (np.array(raw.pop(k), dtype=np.float32) for k in ("mean", "std"))
        layout, fps, name = raw.pop("layout"), float(raw.pop("fps")), str(raw.pop("name"))
        usage = raw.pop("usage", None)
        usage = None if usage is None else np.array(usage, dtype=np.int64)
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"{folder / CONFIG}: {_sentence(error)}") from None
    if mean.shape != (config.input_dim,) or std.shape != mean.shape or not (std > 0).all():
        raise CheckpointError(
            f"{folder / CONFIG}: mean has shape {mean.shape} and std {std.shape}; expected "
            f"({config.input_dim},) for both, and std above zero"
        )
    model = _load_model(folder / WEIGHTS, config, pick_device(device))
    if usage is not None and usage.shape != (config.num_quantizers, config.num_embeddings):
        raise CheckpointError(
            f"{folder / CONFIG}: usage has shape {usage.shape}; expected "
            f"({config.num_quantizers}, {config.num_embeddings})"
        )
    return Checkpoint(model, mean, std, layout, fps, name, raw, usage)


def pick_device(device: str) -> torch.device:
    """The torch device of a name; "auto" is a GPU where there is one."""
    if device != "auto":
        return torch.device(device)
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def _load_model(path: Path, config: RVQVAEConfig, device: torch.device) -> RVQVAE:
    # On the meta device nothing is allocated until the file's header is known to fit.
    with torch.device("meta"):
        model = RVQVAE(config)
    expected = {k: v for k, v in model.state_dict().items() if not k.endswith(_REBUILT)}
    if path.stat().st_size > MAX_BYTES:
        raise CheckpointError(f"{path}: {path.stat().st_size} bytes; at most {MAX_BYTES} are read")
    try:
        with safetensors.safe_open(path, framework="pt", device=str(device)) as file:
            found = {key: tuple(file.get_slice(key).get_shape()) for key in file.keys()}  # noqa: SIM118
            _check_tensors(path, found, {k: tuple(v.shape) for k, v in expected.items()})
            # Copies, since these tensors are windows on the file, which may be replaced or cut meanwhile.
            state = {key: file.get_tensor(key).clone() for key in expected}
    except safetensors.SafetensorError as error:
        raise CheckpointError(f"{path}: damaged safetensors file ({error})") from None
    for key, tensor in expected.items():
        if state[key].dtype != tensor.dtype:
            state[key] = state[key].to(tensor.dtype)
        if tensor.is_floating_point() and not torch.isfinite(state[key]).all():
            raise CheckpointError(f"{path}: tensor {key} holds NaN or infinity")
    for index in range(config.num_quantizers):
        prefix = f"quantizer.layers.{index}"
        state[prefix + _REBUILT] = state[f"{prefix}.embedding"] * state[f"{prefix}.cluster_size"]
    model.load_state_dict(state, assign=True)
    return model.eval().requires_grad_(False)


def _check_tensors(path, found, expected):
    for key, shape in expected.items():
        if found.get(key) != shape:
            has = f"shape {found[key]}" if key in found else "no such tensor"
            raise CheckpointError(f"{path}: tensor {key}: found {has}; expected shape {shape}")
    extra = sorted(set(found) - set(expected))
    if extra:
        raise CheckpointError(f"{path}: found unknown tensors {extra[:3]}; expected only this model's")


def _read_config(path: Path) -> dict:
    try:
        config = json.loads(path.read_text())
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise CheckpointError(f"{path}: not a JSON file ({error})") from None
    if not isinstance(config, dict):
        raise CheckpointError(f"{path}: found a {type(config).__name__}; expected a JSON object")
    return config


def _sentence(error: Exception) -> str:
    return f"the entry {error} is missing" if isinstance(error, KeyError) else str(error)


def _write(path: Path, content: bytes) -> None:
    """Replace a file in one stroke: whoever reads it sees the old or the new one, whole."""
    temporary = path.with_name(path.name + ".part")
    temporary.write_bytes(content)
    os.replace(temporary, path)


def _dump(config: dict) -> str:
    """JSON with one entry a line, so that long arrays do not take a line a number."""
    rows = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in config.items()]
    return "{\n" + ",\n".join(rows) + "\n}\n"
