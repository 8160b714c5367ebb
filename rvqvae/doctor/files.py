"""Why a checkpoint cannot be loaded, as far as its files show."""

import json
from collections import Counter
from pathlib import Path

import safetensors
import torch

from rvqvae.checkpoint import CheckpointError
from rvqvae.doctor.report import Finding, Report
from rvqvae.layouts.own import CONFIG, WEIGHTS
from rvqvae.layouts.torch_file import read_torch_file, tensors_of

_STATE_KEYS = ("model_state_dict", "state_dict", "vq_model", "net")
_SUFFIXES = (".pth", ".pt", ".tar", ".ckpt")
_LARGEST_HALF = 65504


def diagnose(path: Path, error: CheckpointError) -> Report:
    """A report on a checkpoint that `load_checkpoint` refused with `error`.

    Files that are whole and hold the wrong numbers make it sick; others make it unreadable.
    """
    weights = _weights(path)
    truncated = _truncated(weights)
    if truncated:
        return Report(path.name, findings=[truncated], readable=False)
    tensors = _tensors(weights)
    found = [*_transposed(tensors, _expected_codebook(weights.parent / CONFIG)), *_not_finite(tensors)]
    if found:
        return Report(path.name, findings=found)
    reason = str(error).removeprefix(f"{path}: ").replace(f"{path.parent}/", "")
    finding = Finding("unreadable", path.name, f"{reason}.", f"It cannot be loaded: {reason}.")
    return Report(path.name, findings=[finding], readable=False)


def _weights(path: Path) -> Path:
    """The file that holds the tensors of a checkpoint, which may not exist."""
    if path.is_dir():
        foreign = [p for p in path.iterdir() if p.suffix in _SUFFIXES]
        own = path / WEIGHTS
        return foreign[0] if len(foreign) == 1 and not own.exists() else own
    return path.parent / WEIGHTS if path.suffix == ".json" else path


def _truncated(path: Path) -> Finding | None:
    """A safetensors file that ends before the data which its header announces."""
    if path.suffix != ".safetensors" or not path.is_file():
        return None
    size = path.stat().st_size
    with open(path, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if 8 + length > size:
            expected = 8 + length
        else:
            try:
                header = json.loads(file.read(length))
                ends = [v["data_offsets"][1] for k, v in header.items() if k != "__metadata__"]
                expected = 8 + length + max(ends, default=0)
            except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
                return None
    if size >= expected:
        return None
    return Finding(
        "truncated_file",
        path.name,
        f"{path.name} is {size} bytes long; its header announces at least {expected}.",
        "The file is truncated: download or copy it again, and compare its size or checksum.",
    )


def _tensors(path: Path) -> dict[str, torch.Tensor]:
    """The tensors of a file whatever model they are of; none if it cannot be read."""
    try:
        if path.suffix == ".safetensors":
            with safetensors.safe_open(path, framework="pt") as file:
                return {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        content = read_torch_file(path)
        return tensors_of(path, next((content[k] for k in _STATE_KEYS if k in content), content))
    except (OSError, ValueError, safetensors.SafetensorError):
        return {}


def _expected_codebook(config: Path) -> tuple[int, ...] | None:
    try:
        model = json.loads(config.read_text())["model"]
        return int(model["latent_dim"]), int(model["num_embeddings"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _transposed(tensors, expected) -> list[Finding]:
    shapes = {k: tuple(v.shape) for k, v in tensors.items() if k.endswith(".embedding")}
    if expected is None and shapes:
        expected = Counter(shapes.values()).most_common(1)[0][0]
    return [
        Finding(
            "transposed_codebook",
            key,
            f"{key} has shape {shape}; expected {expected}, codes in columns.",
            "Transpose this codebook back; other implementations keep codes in rows.",
        )
        for key, shape in shapes.items()
        if shape != expected and shape[::-1] == expected
    ]


def _not_finite(tensors) -> list[Finding]:
    bad = {
        key: tensor
        for key, tensor in tensors.items()
        if tensor.is_floating_point() and not torch.isfinite(tensor).all()
    }
    if not bad:
        return []
    key, tensor = next(iter(bad.items()))
    count = int((~torch.isfinite(tensor)).sum())
    where = f"{len(bad)} tensors hold NaN or infinity, {key} first ({count} of {tensor.numel()} values)"
    if any(t.dtype == torch.float16 and t.isinf().any() for t in bad.values()):
        return [
            Finding(
                "fp16_overflow",
                key,
                f"{where}, stored in half precision, whose largest value is {_LARGEST_HALF}.",
                "Values overflowed when the weights were converted: convert again from the float32 "
                "weights, to float32 or bfloat16.",
            )
        ]
    return [
        Finding(
            "not_finite",
            key,
            f"{where}.",
            "Training diverged or the conversion went wrong: go back to an earlier checkpoint.",
        )
    ]
