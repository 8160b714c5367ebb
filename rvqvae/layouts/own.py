"""This project's own layout: a folder of `model.safetensors`, `config.json` and a model card."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import safetensors
import torch

from rvqvae.config import RVQVAEConfig
from rvqvae.dilated import DilatedConfig, DilatedRVQVAE
from rvqvae.layouts.contents import CheckpointError, Contents
from rvqvae.layouts.tensors import check_shapes, empty_model, fill, shapes
from rvqvae.model import RVQVAE

WEIGHTS, CONFIG = "model.safetensors", "config.json"
MAX_BYTES = 4 << 30
MAX_CONFIG_BYTES = 64 << 20
REBUILT = ".embedding_avg"
MOTION_S = "motion-s"
FAMILIES: dict[str, tuple[type[RVQVAEConfig], type[RVQVAE]]] = {
    MOTION_S: (RVQVAEConfig, RVQVAE),
    "dilated": (DilatedConfig, DilatedRVQVAE),
}


def model_of(config: RVQVAEConfig) -> RVQVAE:
    """A new model of the family that a configuration is of."""
    return next(model for kind, model in FAMILIES.values() if type(config) is kind)(config)


def read_own(folder: Path, device: torch.device) -> Contents:
    """Read a folder that `save_checkpoint` wrote.

    Raises
    ------
    CheckpointError
        If a file is missing, damaged or does not fit its configuration.
    """
    for file in (CONFIG, WEIGHTS):
        if not (folder / file).is_file():
            raise CheckpointError(f"{folder}: found no {file}; expected a folder with {CONFIG} and {WEIGHTS}")
    raw = _read_config(folder / CONFIG)
    try:
        family = raw.pop("family", MOTION_S)
        if family not in FAMILIES:
            raise ValueError(f"found the family {family!r}; known are {list(FAMILIES)}")
        family_config, family_model = FAMILIES[family]
        config = family_config.from_dict(raw.pop("model"))
        mean, std = (np.array(raw.pop(k), dtype=np.float32) for k in ("mean", "std"))
        layout, fps, name = raw.pop("layout"), float(raw.pop("fps")), str(raw.pop("name"))
        usage = raw.pop("usage", None)
        usage = None if usage is None else np.array(usage, dtype=np.int64)
        energies = raw.pop("energies", None)
        energies = None if energies is None else np.array(energies, dtype=np.float64)
        if not isinstance(layout, str) or not 0 < fps <= 1000:
            raise ValueError(f"layout is {layout!r} and fps {fps}; expected a name, and above 0 to 1000")
        model = empty_model(family_model, config)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise CheckpointError(f"{folder / CONFIG}: {_sentence(error)}") from None
    if mean.shape != (config.input_dim,) or std.shape != mean.shape or not (std > 0).all():
        raise CheckpointError(
            f"{folder / CONFIG}: mean has shape {mean.shape} and std {std.shape}; expected "
            f"({config.input_dim},) for both, and std above zero"
        )
    model = _load_model(folder / WEIGHTS, model, device)
    if usage is not None and usage.shape != (config.num_quantizers, config.num_embeddings):
        raise CheckpointError(
            f"{folder / CONFIG}: usage has shape {usage.shape}; expected "
            f"({config.num_quantizers}, {config.num_embeddings})"
        )
    layers = config.num_quantizers
    if energies is not None and not (energies.shape == (layers + 1,) and (energies >= 0).all()):
        raise CheckpointError(
            f"{folder / CONFIG}: energies are {str(energies)[:200]}; expected {layers + 1} numbers "
            "of 0 or more"
        )
    return Contents(model, mean, std, layout, fps, name, raw, usage, energies)


def _load_model(path: Path, model: RVQVAE, device: torch.device) -> RVQVAE:
    expected = {k: s for k, s in shapes(model.state_dict()).items() if not k.endswith(REBUILT)}
    if path.stat().st_size > MAX_BYTES:
        raise CheckpointError(f"{path}: {path.stat().st_size} bytes; at most {MAX_BYTES} are read")
    try:
        with safetensors.safe_open(path, framework="pt", device=str(device)) as file:
            found = {key: tuple(file.get_slice(key).get_shape()) for key in file.keys()}  # noqa: SIM118
            check_shapes(path, found, expected)
            _refuse_surplus(path, found, expected)
            # Copies, since these tensors are windows on the file, which may be replaced or cut meanwhile.
            state = {key: file.get_tensor(key).clone() for key in expected}
    except safetensors.SafetensorError as error:
        raise CheckpointError(f"{path}: damaged safetensors file ({error})") from None
    for index in range(model.config.num_quantizers):
        prefix = f"quantizer.layers.{index}"
        # In float32 even where the file holds float16, which these sums can exceed.
        state[prefix + REBUILT] = (
            state[f"{prefix}.embedding"].float() * state[f"{prefix}.cluster_size"].float()
        )
    return fill(path, model, state, device)


def _refuse_surplus(path: Path, found: Mapping[str, object], expected: Mapping[str, object]) -> None:
    extra = sorted(set(found) - set(expected))
    if extra:
        raise CheckpointError(f"{path}: found unknown tensors {extra[:3]}; expected only this model's")


def _read_config(path: Path) -> dict:
    size = path.stat().st_size
    if size > MAX_CONFIG_BYTES:
        raise CheckpointError(f"{path}: {size} bytes; at most {MAX_CONFIG_BYTES} are read")
    try:
        config = json.loads(path.read_text())
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise CheckpointError(f"{path}: not a JSON file ({error})") from None
    if not isinstance(config, dict):
        raise CheckpointError(f"{path}: found a {type(config).__name__}; expected a JSON object")
    return config


def _sentence(error: Exception) -> str:
    sentence = f"the entry {error} is missing" if isinstance(error, KeyError) else str(error)
    return " ".join(sentence.split())[:400]
