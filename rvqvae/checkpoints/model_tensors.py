"""Bringing tensors of a file into a model, or saying which one does not fit."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import torch

from rvqvae.checkpoints.containers import Shape, TensorFile
from rvqvae.checkpoints.errors import CheckpointError
from rvqvae.errors import shown
from rvqvae.nn.config import RVQVAEConfig
from rvqvae.nn.model import RVQVAE

MAX_LAYERS, MAX_QUANTIZERS = 64, 1024
_MOST_TEXT = 100
# A state dict that several keys of a file hold is taken from the first of these.
_CONTAINERS = ("", "model_state_dict.", "state_dict.", "vq_model.", "net.", "model.")


def prefix_before(names: Iterable[str], anchor: str) -> str | None:
    """What stands before a tensor's name, whatever wrapped the model; None if no tensor has that name.

    Where several models have it (averaged weights beside the trained ones), the first by how they are kept.
    """
    found = {name.removesuffix(anchor) for name in names if name == anchor or name.endswith(f".{anchor}")}
    return min(found, key=_rank, default=None)


def unwrapped(file: TensorFile) -> TensorFile:
    """The tensors of a file without the key of the dictionary that its program keeps a state dict under."""
    kept = [container for container in _CONTAINERS if any(name.startswith(container) for name in file.shapes)]
    return file.within(kept[1]) if len(kept) > 1 else file


def _rank(prefix: str) -> tuple[int, int, str]:
    kept = [i for i, container in enumerate(_CONTAINERS) if container and prefix.startswith(container)]
    return (0 if not prefix else kept[0] if kept else len(_CONTAINERS)), len(prefix), prefix


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


def check_shapes(file: TensorFile, expected: Mapping[str, Shape]) -> None:
    """Refuse a file whose tensors are not the expected ones, or that would take too much memory.

    Raises
    ------
    CheckpointError
        Naming the first tensor that differs, its shape and the expected one.
    """
    for key, shape in expected.items():
        if file.shapes.get(key) != shape:
            has = f"shape {shown(file.shapes[key])}" if key in file.shapes else "no such tensor"
            raise CheckpointError(file.path, f"tensor {key}: found {has}; expected shape {shape}")
    file.check_size(expected)


def shapes(model: RVQVAE) -> dict[str, Shape]:
    """Shape of every tensor of a model."""
    return {key: tuple(tensor.shape) for key, tensor in model.state_dict().items()}


def fill(path: Path, model: RVQVAE, state: dict[str, torch.Tensor], device: torch.device) -> RVQVAE:
    """Give a model from `empty_model` its tensors; eval mode, no gradients, the model's own precision.

    Raises
    ------
    CheckpointError
        If a tensor holds NaN or infinity, or whole numbers where the model has others.
    """
    for key, like in model.state_dict().items():
        if like.is_floating_point() and not state[key].is_floating_point():
            raise CheckpointError(path, f"tensor {key}: found {state[key].dtype}; expected floats")
        tensor = state[key].to(device, like.dtype)
        if like.is_floating_point() and not torch.isfinite(tensor).all():
            raise CheckpointError(path, f"tensor {key} holds NaN or infinity")
        state[key] = tensor.contiguous()
    model.load_state_dict(state, assign=True)
    return model.eval().requires_grad_(False)


def numbered(keys: Iterable[str], prefix: str) -> Iterator[int]:
    """The whole numbers n, ascending, for which a key starts with `prefix` + n + a dot."""
    found = {key[len(prefix) :].split(".")[0] for key in keys if key.startswith(prefix)}
    return iter(sorted(int(n) for n in found if n.isdecimal() and len(n) < 5))


def plain(path: Path, values: Mapping[str, object]) -> dict[str, object]:
    """Hyperparameters that a file gives, checked to be single numbers or short texts.

    Raises
    ------
    CheckpointError
        If one is anything else, which no message could show whole.
    """
    for name, value in values.items():
        large = isinstance(value, str) and len(value) > _MOST_TEXT
        large |= isinstance(value, int) and value.bit_length() > 64
        if large or not (value is None or isinstance(value, str | int | float)):
            raise CheckpointError(
                path, f"config: {shown(name)} is {shown(value)}; expected a number or a short text"
            )
    return dict(values)
