"""What every container of tensors gives: names and shapes at once, the tensors when they are asked for."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import prod
from pathlib import Path

import torch

from rvqvae.checkpoints.errors import CheckpointError

Shape = tuple[int, ...]
MAX_BYTES = 4 << 30
# A model's tensors may share a storage (one codebook for all layers), but a small file must not fill memory.
MAX_SHARING, SHARING_FREE = 2, 1 << 16


@dataclass(frozen=True)
class TensorFile(ABC):
    """A file of tensors.

    Attributes
    ----------
    path : where it is
    shapes : of each tensor, by its name; names in nested dictionaries are joined with dots
    kinds : the type of each tensor's numbers
    values : the other entries of the file's dictionary: a configuration, a step count
    """

    path: Path
    shapes: Mapping[str, Shape]
    kinds: Mapping[str, torch.dtype]
    values: Mapping[str, object] = field(default_factory=dict)

    @abstractmethod
    def read(self, name: str) -> torch.Tensor:
        """A tensor, in memory of its own."""

    def within(self, prefix: str) -> "TensorFile":
        """The tensors whose names begin with `prefix`, under what follows it."""
        names = {name.removeprefix(prefix): name for name in self.shapes if name.startswith(prefix)}
        return _Within(
            self.path,
            {short: self.shapes[name] for short, name in names.items()},
            {short: self.kinds[name] for short, name in names.items()},
            self.values,
            inner=self,
            prefix=prefix,
        )

    def check_size(self, names: Iterable[str]) -> None:
        """Refuse to read tensors that would take far more memory than the file has bytes.

        Raises
        ------
        CheckpointError
            Before any is read.
        """
        claimed = sum(prod(self.shapes[name]) * self.kinds[name].itemsize for name in names)
        size = self.path.stat().st_size
        if claimed > MAX_SHARING * size + SHARING_FREE:
            raise CheckpointError(
                self.path,
                f"its tensors claim {claimed} bytes together, more than the file's {size} hold; expected "
                "tensors that are stored each for itself",
            )


def check_file(path: Path) -> int:
    """The bytes of a file of weights.

    Raises
    ------
    CheckpointError
        If it is missing, or larger than any that is read.
    """
    if not path.is_file():
        raise CheckpointError(path, "found no such file; expected a file of weights")
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise CheckpointError(path, f"{size} bytes; at most {MAX_BYTES} are read")
    return size


@dataclass(frozen=True)
class _Within(TensorFile):
    inner: TensorFile | None = None
    prefix: str = ""

    def read(self, name: str) -> torch.Tensor:
        assert self.inner is not None
        return self.inner.read(self.prefix + name)
