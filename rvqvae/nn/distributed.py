"""Several processes that train as one: the collective operations, which a single process can call as well."""

import os
import time
from collections.abc import Iterator, Sequence
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
        leave_group()


def leave_group() -> None:
    """Leave the group of processes, when its last operation is done."""
    if dist.get_backend() == "gloo":
        # Gloo's threads need the interpreter's lock to let go of that operation's tensors, and destroying the
        # group waits for them with the lock held: let them finish first.
        time.sleep(0.1)
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


def sum_together(tensors: Sequence[torch.Tensor]) -> Sequence[torch.Tensor]:
    """Sums of several tensors over all ranks, in one collective operation."""
    if not is_distributed():
        return tensors
    total = torch.cat([tensor.flatten() for tensor in tensors])
    dist.all_reduce(total)
    parts = total.split([tensor.numel() for tensor in tensors])
    return [part.view_as(tensor) for part, tensor in zip(parts, tensors, strict=True)]


def gather_stacked(tensor: torch.Tensor) -> torch.Tensor:
    """The tensors of all ranks, of one shape on each, stacked in rank order."""
    if not is_distributed():
        return tensor[None]
    parts = [torch.empty_like(tensor) for _ in range(ranks())]
    dist.all_gather(parts, tensor)
    return torch.stack(parts)


def gather_rows(rows: torch.Tensor) -> torch.Tensor:
    """Rows (m, d) of all ranks in rank order (sum of m, d); m may differ between ranks."""
    if not is_distributed():
        return rows
    counts = gather_stacked(torch.tensor([len(rows)], device=rows.device))[:, 0].tolist()
    padded = rows.new_zeros(max(counts), rows.shape[1])
    padded[: len(rows)] = rows
    return torch.cat([part[:count] for part, count in zip(gather_stacked(padded), counts, strict=True)])


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
