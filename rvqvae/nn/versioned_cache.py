"""What is derived from tensors, computed once and kept until one of them changes."""

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

import torch

T = TypeVar("T")


class _Entry(NamedTuple, Generic[T]):
    """A value and what it was derived from: the aliases keep that memory from being reused."""

    aliases: tuple[torch.Tensor, ...]
    versions: tuple[int, ...]
    value: T


class VersionedCache(Generic[T]):
    """One value derived from some tensors, derived anew when one has changed.

    A change is what PyTorch counts as one. It does not count what is written through `Tensor.data`.

    Parameters
    ----------
    derive : computes the value from the tensors; not called under autograd
    """

    def __init__(self, derive: Callable[..., T]):
        self._derive = derive
        self._entry: _Entry[T] | None = None

    def __reduce__(self) -> tuple[object, ...]:
        # A copy of a module has tensors of its own, so what was derived from these does not go along.
        return VersionedCache, (self._derive,)

    def get(self, *tensors: torch.Tensor) -> T:
        """The value for the tensors as they are now."""
        entry = self._entry
        if entry is None or not _current(entry, tensors):
            # Ordinary tensors, also when first asked for in inference mode: training may come later.
            with torch.inference_mode(False), torch.no_grad():
                aliases = tuple(tensor.detach() for tensor in tensors)
                # A tensor made in inference mode does not count its changes, so nothing of it can be kept.
                versions = tuple(-1 if tensor.is_inference() else tensor._version for tensor in tensors)
                entry = self._entry = _Entry(aliases, versions, self._derive(*aliases))
        return entry.value


def _current(entry: _Entry[T], tensors: tuple[torch.Tensor, ...]) -> bool:
    for alias, version, tensor in zip(entry.aliases, entry.versions, tensors, strict=True):
        if tensor.is_inference() or tensor._version != version:
            return False
        if tensor.data_ptr() != alias.data_ptr() or tensor.dtype != alias.dtype:
            return False
    return True
