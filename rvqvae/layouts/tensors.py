"""Bringing tensors of a file into a model, or saying which one does not fit."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import torch

from rvqvae.config import RVQVAEConfig
from rvqvae.layouts.contents import CheckpointError
from rvqvae.model import RVQVAE

Shape = tuple[int, ...]
MAX_LAYERS, MAX_QUANTIZERS = 64, 1024


def empty_model(family: type[RVQVAE], config: RVQVAEConfig) -> RVQVAE:
    """A model without memory: nothing is allocated until the file's tensors are known to fit.

    Raises
    ------
    ValueError
        If it has so many parts that only naming them would take long.
    """
    if config.num_layers > MAX_LAYERS or config.num_quantizers > MAX_QUANTIZERS:
        raise ValueError(
            f"num_layers is {config.num_layers} and num_quantizers {config.num_quantizers}; at most "
            f"{MAX_LAYERS} and {MAX_QUANTIZERS} are read"
        )
    with torch.device("meta"):
        return family(config)


def check_shapes(path: Path, found: Mapping[str, Shape], expected: Mapping[str, Shape]) -> None:
    """Refuse a file whose tensors are not the expected ones.

    Raises
    ------
    CheckpointError
        Naming the first tensor that differs, its shape and the expected one.
    """
    for key, shape in expected.items():
        if found.get(key) != shape:
            has = f"shape {found[key]}" if key in found else "no such tensor"
            raise CheckpointError(f"{path}: tensor {key}: found {has}; expected shape {shape}")


def shapes(state: Mapping[str, torch.Tensor]) -> dict[str, Shape]:
    """Shape of every tensor."""
    return {key: tuple(tensor.shape) for key, tensor in state.items()}


def fill(path: Path, model: RVQVAE, state: dict[str, torch.Tensor], device: torch.device) -> RVQVAE:
    """Give a model from `empty_model` its tensors; eval mode, no gradients, the model's own precision.

    Raises
    ------
    CheckpointError
        If a tensor holds NaN or infinity.
    """
    for key, like in model.state_dict().items():
        tensor = state[key].to(device, like.dtype)
        if like.is_floating_point() and not torch.isfinite(tensor).all():
            raise CheckpointError(f"{path}: tensor {key} holds NaN or infinity")
        state[key] = tensor.contiguous()
    model.load_state_dict(state, assign=True)
    return model.eval().requires_grad_(False)


def numbered(keys: Mapping[str, object], prefix: str) -> Iterator[int]:
    """The whole numbers n, ascending, for which a key starts with `prefix` + n + a dot."""
    found = {key[len(prefix) :].split(".")[0] for key in keys if key.startswith(prefix)}
    return iter(sorted(int(n) for n in found if n.isdecimal() and len(n) < 5))
