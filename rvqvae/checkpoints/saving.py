"""Writing checkpoints, in this project's own format."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.torch
import torch

from rvqvae.atomic import in_one_stroke
from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.checkpoints.formats.own import CONFIG, FAMILIES, REBUILT, WEIGHTS
from rvqvae.motion.layouts import FeatureLayout
from rvqvae.nn.model import RVQVAE


def save_checkpoint(
    folder: str | Path,
    model: RVQVAE,
    *,
    mean: np.ndarray,
    std: np.ndarray,
    name: str,
    layout: str = "humanml3d",
    fps: float = 20.0,
    described: FeatureLayout | None = None,
    info: dict[str, Any] | None = None,
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
    content = safetensors.torch.save(weights)
    in_one_stroke(folder / WEIGHTS, lambda file: file.write_bytes(content))
    config = {
        "name": name,
        "layout": layout,
        "fps": fps,
        **({} if described is None else {"body": _plain(described)}),
        "family": next(family for family, (_, kind) in FAMILIES.items() if type(model) is kind),
        "model": model.config.to_dict(),
        **(info or {}),
        "mean": np.asarray(mean).tolist(),
        "std": np.asarray(std).tolist(),
        "usage": None if usage is None else np.asarray(usage).tolist(),
        "energies": None if energies is None else np.asarray(energies).tolist(),
    }
    in_one_stroke(folder / CONFIG, lambda file: file.write_text(_dump(config), encoding="utf-8"))


def save_copy(folder: str | Path, checkpoint: Checkpoint, **changed: Any) -> None:
    """Write a loaded checkpoint into a folder.

    changed : what is written differently: name, info, …, as of `save_checkpoint`
    """
    names = ("name", "mean", "std", "layout", "fps", "described", "info", "usage", "energies")
    kept = {name: getattr(checkpoint, name) for name in names}
    save_checkpoint(folder, checkpoint.model, **{**kept, **changed})


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


def _plain(layout: FeatureLayout) -> dict[str, Any]:
    from rvqvae.motion.description import to_value  # takes long to import

    return to_value(layout)


def _dump(config: dict[str, Any]) -> str:
    """JSON with one entry a line, so that long arrays do not take a line a number."""
    rows = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in config.items()]
    return "{\n" + ",\n".join(rows) + "\n}\n"
