"""Several processes that train as one: the collective operations, each the identity in a single process."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TypeVar

import torch
import torch.distributed as dist

T = TypeVar("T")


@contextmanager
def process_group(patience: timedelta | None = None) -> Iterator[None]:
    """Join the group that torchrun describes in the environment; a lone process joins none.

    `patience` is how long ranks wait for each other, some minutes when None.
    """
    if int(os.environ.get("WORLD_SIZE", 1)) == 1:
        yield
        return
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo", timeout=patience)
    try:
        yield
    finally:
        dist.destroy_process_group()


def rank() -> int:
    """This process's number, from 0."""
    return dist.get_rank() if is_distributed() else 0


def ranks() -> int:
    """How many processes work together."""
    return dist.get_world_size() if is_distributed() else 1


def is_distributed() -> bool:
    """Whether this process is one rank of several."""
    return dist.is_available() and dist.is_initialized() and dist.get_world_size() > 1


def sum_across_ranks(tensor: torch.Tensor) -> torch.Tensor:
    """Sum of a tensor over all ranks, the same on each."""
    if is_distributed():
        tensor = tensor.clone()
        dist.all_reduce(tensor)
    return tensor


def sum_across_ranks_with_gradient(tensor: torch.Tensor) -> torch.Tensor:
    """The same, where every rank's gradient flows back to each rank's part."""
    return _Sum.apply(tensor) if is_distributed() else tensor


class _Sum(torch.autograd.Function):
    @staticmethod
    def forward(context, tensor):
        return sum_across_ranks(tensor)

    @staticmethod
    def backward(context, gradient):
        return sum_across_ranks(gradient)


def gather_rows(rows: torch.Tensor) -> torch.Tensor:
    """Rows (m, d) of all ranks in rank order (sum of m, d); m may differ between ranks."""
    if not is_distributed():
        return rows
    counts = [torch.zeros(1, dtype=torch.long, device=rows.device) for _ in range(ranks())]
    dist.all_gather(counts, torch.tensor([len(rows)], device=rows.device))
    counts = [int(c) for c in counts]
    padded = rows.new_zeros(max(counts), rows.shape[1])
    padded[: len(rows)] = rows
    parts = [torch.empty_like(padded) for _ in counts]
    dist.all_gather(parts, padded)
    return torch.cat([part[:count] for part, count in zip(parts, counts, strict=True)])


def gather_objects(value: T) -> list[T]:
    """Every rank's value, in rank order, on each; ranks wait for each other here."""
    if not is_distributed():
        return [value]
    values: list[T] = [value] * ranks()
    dist.all_gather_object(values, value)
    return values


def from_first_rank(tensor: torch.Tensor) -> torch.Tensor:
    """Rank 0's tensor on every rank."""
    if is_distributed():
        tensor = tensor.contiguous()
        dist.broadcast(tensor, src=0)
    return tensor
