"""Files of the safetensors format."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors
import torch

from rvqvae.checkpoints.containers.tensor_file import Shape, TensorFile, check_file
from rvqvae.checkpoints.errors import CheckpointError
from rvqvae.errors import shown

MAX_HEADER = 8 << 20
_KINDS = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "I64": torch.int64,
    "I32": torch.int32,
    "I16": torch.int16,
    "I8": torch.int8,
    "U8": torch.uint8,
    "BOOL": torch.bool,
}


@dataclass(frozen=True)
class SafetensorsFile(TensorFile):
    """Tensors of a safetensors file, which cannot share storage."""

    def read(self, name: str) -> torch.Tensor:
        """A copy of a tensor: what the library gives is a window on the file, which may change."""
        with _opened(self.path) as file:
            tensor: torch.Tensor = file.get_tensor(name).clone()
        return tensor


def open_safetensors(path: Path) -> SafetensorsFile:
    """The tensors of a safetensors file, not yet read; those of types that no model here has are left out.

    Raises
    ------
    CheckpointError
        If it is damaged or too large.
    """
    check_file(path)
    with open(path, "rb") as raw:
        header = int.from_bytes(raw.read(8), "little")
    if header > MAX_HEADER:
        raise CheckpointError(path, f"damaged safetensors file (a header of {header} bytes)")
    shapes: dict[str, Shape] = {}
    kinds: dict[str, torch.dtype] = {}
    with _opened(path) as file:
        for key in file.keys():  # noqa: SIM118
            part = file.get_slice(key)
            kind = _KINDS.get(part.get_dtype())
            if kind is not None:
                shapes[key], kinds[key] = tuple(part.get_shape()), kind
    return SafetensorsFile(path, shapes, kinds)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            yield file
    except safetensors.SafetensorError as error:
        reason = shown(" ".join(str(error)[:200].split())).strip("'\"")
        raise CheckpointError(path, f"damaged safetensors file ({reason})") from None
