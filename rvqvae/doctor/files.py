"""Why a checkpoint cannot be loaded, as far as its files show."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import torch

from rvqvae.checkpoints.containers import SAFETENSORS, Shape, TensorFile, open_tensors
from rvqvae.checkpoints.errors import CheckpointError
from rvqvae.checkpoints.formats.own import CONFIG, MAX_CONFIG_BYTES
from rvqvae.checkpoints.loading import files_at
from rvqvae.checkpoints.model_tensors import unwrapped
from rvqvae.doctor.report import Finding, Report

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
    if tensors is not None:
        expected = _expected_codebook(weights.parent / CONFIG)
        found = [*_transposed(tensors, expected), *_not_finite(tensors)]
        if found:
            return Report(path.name, findings=found)
    reason = error.reason if Path(error.path) == path else error.named()
    finding = Finding("unreadable", path.name, f"{reason}.", f"It cannot be loaded: {reason}.")
    return Report(path.name, findings=[finding], readable=False)


def _weights(path: Path) -> Path:
    """The file that holds the tensors of a checkpoint, which may not exist."""
    try:
        return files_at(path).path
    except CheckpointError:
        return path


def _truncated(path: Path) -> Finding | None:
    """A safetensors file that ends before the data which its header announces."""
    if path.suffix != SAFETENSORS or not path.is_file():
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


def _tensors(path: Path) -> TensorFile | None:
    """The tensors of a file whatever model they are of; None if it cannot be read."""
    try:
        return unwrapped(open_tensors(path))
    except (OSError, CheckpointError):
        return None


def _expected_codebook(config: Path) -> tuple[int, ...] | None:
    try:
        if config.stat().st_size > MAX_CONFIG_BYTES:
            return None
        model = json.loads(config.read_text(encoding="utf-8"))["model"]
        return int(model["latent_dim"]), int(model["num_embeddings"])
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None


def _transposed(tensors: TensorFile, expected: Shape | None) -> list[Finding]:
    shapes = {key: shape for key, shape in tensors.shapes.items() if key.endswith(".embedding")}
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


def _not_finite(tensors: TensorFile) -> list[Finding]:
    try:
        tensors.check_size(tensors.shapes)
        bad = {key: tensor for key, tensor in _floating(tensors) if not torch.isfinite(tensor).all()}
    except (OSError, CheckpointError):
        return []
    if not bad:
        return []
    key, tensor = next(iter(bad.items()))
    count = int((~torch.isfinite(tensor)).sum())
    where = f"{len(bad)} tensors hold NaN or infinity, {key} first ({count} of {tensor.numel()} values)"
    if any(tensor.dtype == torch.float16 and tensor.isinf().any() for tensor in bad.values()):
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


def _floating(tensors: TensorFile) -> Iterator[tuple[str, torch.Tensor]]:
    return ((key, tensors.read(key)) for key, kind in tensors.kinds.items() if kind.is_floating_point)
