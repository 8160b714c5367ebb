"""This project's own format: a folder of `model.safetensors`, `config.json` and a model card."""

import json
from collections.abc import Collection
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import torch

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.checkpoints.containers import TensorFile
from rvqvae.checkpoints.errors import CheckpointError
from rvqvae.checkpoints.files import Files
from rvqvae.checkpoints.formats.format import Format
from rvqvae.checkpoints.model_tensors import (
    check_shapes,
    empty_model,
    fill,
    plain,
    prefix_before,
    shapes,
)
from rvqvae.errors import shown
from rvqvae.motion.layouts import FeatureLayout
from rvqvae.nn.config import RVQVAEConfig
from rvqvae.nn.dilated import DilatedConfig, DilatedRVQVAE
from rvqvae.nn.model import RVQVAE

WEIGHTS, CONFIG = "model.safetensors", "config.json"
MAX_CONFIG_BYTES = 8 << 20
REBUILT = ".embedding_avg"
MOTION_S = "motion-s"
FAMILIES: dict[str, tuple[type[RVQVAEConfig], type[RVQVAE]]] = {
    MOTION_S: (RVQVAEConfig, RVQVAE),
    "dilated": (DilatedConfig, DilatedRVQVAE),
}
_FIRST = ("encoder.convs.0.weight", "encoder.first.weight")


@dataclass(frozen=True)
class _Described:
    """What a `config.json` says: a model without weights, and the rest of its checkpoint."""

    path: Path
    model: RVQVAE
    rest: dict[str, Any]


def model_of(config: RVQVAEConfig) -> RVQVAE:
    """A new model of the family that a configuration is of."""
    return next(model for kind, model in FAMILIES.values() if type(config) is kind)(config)


def _matches(names: Collection[str], files: Files) -> str | None:
    found = (prefix_before(names, first) for first in _FIRST)
    prefix = next((prefix for prefix in found if prefix is not None), None)
    return "" if prefix is None and described(files) else prefix


def described(files: Files) -> bool:
    """Whether files are named as this format names them, with a configuration beside the weights."""
    return files.path.name == WEIGHTS and _config_of(files) is not None


def _read(files: Files, tensors: TensorFile, device: torch.device) -> Checkpoint:
    described = _check(files)
    model, rest = _load_model(tensors, described.model, device), described.rest
    try:
        usage = _usage(rest.pop("usage"), model.config)
        energies = _energies(rest.pop("energies"), model.config)
    except (TypeError, ValueError, OverflowError) as error:
        raise CheckpointError(described.path, _sentence(error)) from None
    return Checkpoint(model, usage=usage, energies=energies, **rest)


def _config_of(files: Files) -> Path | None:
    found = files.beside(CONFIG, around=("",))
    return found[0] if found else None


def _check(files: Files) -> _Described:
    path = _config_of(files)
    if path is None:
        raise CheckpointError(
            files.path.parent, f"found no {CONFIG}; expected a folder with {CONFIG} and {WEIGHTS}"
        )
    raw = _read_json(path)
    try:
        return _described(path, raw)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        if isinstance(error, CheckpointError):
            raise
        raise CheckpointError(path, _sentence(error)) from None


def _described(path: Path, raw: dict[str, Any]) -> _Described:
    family = raw.pop("family", MOTION_S)
    if not isinstance(family, str) or family not in FAMILIES:
        raise ValueError(f"found the family {shown(family)}; known are {list(FAMILIES)}")
    family_config, family_model = FAMILIES[family]
    config = family_config.from_dict(_hyperparameters(path, raw.pop("model"), family_config))
    mean, std = (np.array(raw.pop(key), dtype=np.float32) for key in ("mean", "std"))
    layout, fps, name = raw.pop("layout"), float(raw.pop("fps")), str(raw.pop("name"))[:200]
    if not isinstance(layout, str) or not 0 < fps <= 1000:
        raise ValueError(f"layout is {shown(layout)} and fps {fps}; expected a name, and above 0 to 1000")
    if mean.shape != (config.input_dim,) or std.shape != mean.shape or not (std > 0).all():
        raise ValueError(
            f"mean has shape {mean.shape} and std {std.shape}; expected ({config.input_dim},) for both, and "
            "std above zero"
        )
    rest = {
        "mean": mean,
        "std": std,
        "layout": layout,
        "fps": fps,
        "name": name,
        "described": _body(raw.pop("body", None)),
        "usage": raw.pop("usage", None),
        "energies": raw.pop("energies", None),
        "info": raw,
    }
    return _Described(path, empty_model(family_model, config), rest)


def _hyperparameters(path: Path, given: object, kind: type[RVQVAEConfig]) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise ValueError(f"model is {shown(given)}; expected hyperparameters by name")
    unknown = [name for name in given if name not in {field.name for field in fields(kind)}]
    if unknown:
        known = sorted(field.name for field in fields(kind))
        raise ValueError(f"unknown hyperparameters {shown(sorted(unknown)[:4])}; known are {known}")
    return plain(path, given)


def _body(given: object) -> FeatureLayout | None:
    if given is None:
        return None
    from rvqvae.motion import description  # takes long to import

    return description.described(given)


def _usage(given: object, config: RVQVAEConfig) -> np.ndarray | None:
    if given is None:
        return None
    usage = np.array(given, dtype=np.int64)
    expected = (config.num_quantizers, config.num_embeddings)
    if usage.shape != expected:
        raise ValueError(f"usage has shape {usage.shape}; expected {expected}")
    return usage


def _energies(given: object, config: RVQVAEConfig) -> np.ndarray | None:
    if given is None:
        return None
    energies = np.array(given, dtype=np.float64)
    expected = config.num_quantizers + 1
    if energies.shape != (expected,) or not (energies >= 0).all():
        raise ValueError(f"energies are {shown(given)}; expected {expected} numbers of 0 or more")
    return energies


def _load_model(tensors: TensorFile, model: RVQVAE, device: torch.device) -> RVQVAE:
    expected = {key: shape for key, shape in shapes(model).items() if not key.endswith(REBUILT)}
    check_shapes(tensors, expected)
    extra = sorted(set(tensors.shapes) - set(expected))
    if extra:
        raise CheckpointError(
            tensors.path, f"found unknown tensors {shown(extra[:3])}; expected only this model's"
        )
    state = {key: tensors.read(key) for key in expected}
    for index in range(model.config.num_quantizers):
        prefix = f"quantizer.layers.{index}"
        # In float32 even where the file holds float16, which these sums can exceed.
        state[prefix + REBUILT] = (
            state[f"{prefix}.embedding"].float() * state[f"{prefix}.cluster_size"].float()
        )
    return fill(tensors.path, model, state, device)


def _sentence(error: Exception) -> str:
    sentence = f"the entry {error} is missing" if isinstance(error, KeyError) else str(error)
    return " ".join(sentence[:400].split())


def _read_json(path: Path) -> dict[str, Any]:
    size = path.stat().st_size
    if size > MAX_CONFIG_BYTES:
        raise CheckpointError(path, f"{size} bytes; at most {MAX_CONFIG_BYTES} are read")
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise CheckpointError(path, f"not a JSON file ({str(error)[:120]})") from None
    if not isinstance(config, dict):
        raise CheckpointError(path, f"found a {type(config).__name__}; expected a JSON object")
    return config


FORMAT = Format(
    name="this project's own",
    tensors=f"{CONFIG} beside {WEIGHTS}",
    weights=(WEIGHTS,),
    beside=(CONFIG,),
    matches=_matches,
    read=_read,
    check=_check,
)
