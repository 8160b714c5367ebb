"""Files that `torch.save` wrote."""

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import prod
from pathlib import Path

import torch

from rvqvae.checkpoints.containers.pickled_names import (
    ForbiddenObjectError,
    Opaque,
    RefusedPickleError,
    StoredTensor,
)
from rvqvae.checkpoints.containers.tensor_file import TensorFile, check_file
from rvqvae.checkpoints.containers.torch_forms import PACKED, Part, read_archive, read_stream
from rvqvae.checkpoints.errors import CheckpointError

_DAMAGED = "not a file of torch.save, or a damaged one"
_MAX_TENSORS, _MAX_DEPTH, _MAX_NAME = 50_000, 4, 200


@dataclass(frozen=True)
class TorchFile(TensorFile):
    """Tensors of a file of torch.save."""

    tensors: Mapping[str, StoredTensor] = field(default_factory=dict)
    parts: Mapping[str, Part] = field(default_factory=dict)

    def read(self, name: str) -> torch.Tensor:
        """A tensor, of which nothing but its own numbers is read."""
        tensor = self.tensors[name]
        if prod(tensor.shape) == 0:
            return torch.empty(tensor.shape, dtype=tensor.kind)
        part, width = self.parts[tensor.storage.key], tensor.kind.itemsize
        with open(self.path, "rb") as file:
            file.seek(part.start + tensor.offset * width)
            content = bytearray(file.read(_span(tensor) * width))
        if len(content) == part.size and part.checksum not in (None, zlib.crc32(content)):
            raise CheckpointError(self.path, f"{_DAMAGED} (the numbers of {name} have changed)")
        numbers = torch.frombuffer(content, dtype=tensor.kind)
        return numbers.as_strided(tensor.shape, tensor.stride).contiguous()


def open_torch_file(path: Path) -> TorchFile:
    """The tensors of a file of torch.save, not yet read.

    Raises
    ------
    CheckpointError
        If it is damaged or too large, or holds anything but tensors and plain values.
    """
    size = check_file(path)
    try:
        content, parts = read_archive(path, size) if zipfile.is_zipfile(path) else read_stream(path)
    except CheckpointError:
        raise
    except ForbiddenObjectError as error:
        named = "".join(one if one.isprintable() else "?" for one in str(error)[:80])
        raise CheckpointError(
            path,
            f"holds Python objects that loading would have to execute ({named}); expected tensors "
            "and plain values only, so save it again as a state dict",
        ) from None
    except RefusedPickleError as error:
        raise CheckpointError(path, PACKED if _is_packed(path) else f"{_DAMAGED} ({error})") from None
    except Exception as error:  # damage shows in zip and pickle code, each in its way
        if _is_packed(path):
            raise CheckpointError(path, PACKED) from None
        reason = "" if isinstance(error, AssertionError | RecursionError | MemoryError) else str(error)
        reason = f" ({' '.join(reason[:200].split())[:120]})" if reason.strip() else ""
        raise CheckpointError(path, _DAMAGED + reason) from None
    if not isinstance(content, dict):
        kind = "Tensor" if isinstance(content, StoredTensor) else type(content).__name__
        raise CheckpointError(path, f"found a {kind}; expected a dictionary of tensors")
    tensors = dict(_named(content))
    if not tensors:
        raise CheckpointError(path, "found no state dict; expected a dictionary of named tensors")
    for name, tensor in tensors.items():
        _check_room(path, name, tensor, parts)
    return TorchFile(
        path,
        {name: tensor.shape for name, tensor in tensors.items()},
        {name: tensor.kind for name, tensor in tensors.items()},
        {str(key): value for key, value in content.items() if not isinstance(value, StoredTensor)},
        tensors,
        parts,
    )


def _is_packed(path: Path) -> bool:
    """Whether a file that is none of torch.save's is a .tar or .tar.gz of files."""
    with open(path, "rb") as file:
        head = file.read(512)
    return head[257:262] == b"ustar" or head.startswith(b"\x1f\x8b")


def _named(content: Mapping[object, object]) -> Iterator[tuple[str, StoredTensor]]:
    """Every tensor with its name; the keys of nested dictionaries are joined with dots."""
    found = 0
    waiting: list[tuple[str, int, Mapping[object, object]]] = [("", 0, content)]
    seen = set()
    while waiting:
        prefix, depth, values = waiting.pop()
        for key, value in values.items():
            name = f"{prefix}{key}" if isinstance(key, str | int) and len(prefix) <= _MAX_NAME else ""
            if not name or len(name) > _MAX_NAME:
                continue
            if isinstance(value, StoredTensor):
                found += 1
                if found > _MAX_TENSORS:
                    raise RefusedPickleError(f"over {_MAX_TENSORS} tensors")
                yield name, value
            elif isinstance(value, dict) and depth < _MAX_DEPTH and id(value) not in seen:
                seen.add(id(value))
                waiting.append((f"{name}.", depth + 1, value))


def _check_room(path: Path, name: str, tensor: StoredTensor, parts: Mapping[str, Part]) -> None:
    part, width = parts.get(tensor.storage.key), tensor.kind.itemsize
    claimed = max(prod(tensor.shape), tensor.offset + _span(tensor)) * width
    if part is None or claimed > part.size:
        raise CheckpointError(path, f"tensor {name} claims shape {tensor.shape}, more than the file holds")


def _span(tensor: StoredTensor) -> int:
    """Elements from a tensor's first to its last one."""
    if prod(tensor.shape) == 0:
        return 0
    return 1 + sum((n - 1) * step for n, step in zip(tensor.shape, tensor.stride, strict=True))


def settings_of(file: TensorFile, *keys: str) -> dict[str, object]:
    """The first of these entries of a file as a dictionary, whether it was saved as one or as a namespace."""
    given = next((file.values[key] for key in keys if key in file.values), {})
    given = given.state if isinstance(given, Opaque) else given
    return {str(key): value for key, value in given.items()} if isinstance(given, dict) else {}
