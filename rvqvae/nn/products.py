"""Convolutions as plain matrix products, laid out for a CPU once instead of at every call.

A convolution is a product of windows of frames with its weight. Where gradients are wanted, or on another
device, it is what PyTorch makes of it.

Floating-point sums depend on their order, and a matrix library orders them by the number of rows and threads:
a lone short clip is summed otherwise than a batch, and now and then another code is the nearest. Products
that are *batch-invariant* go through blocks of one shape, `block_rows()` rows times the weight, any number
of them in one call of `torch.baddbmm`. It gives each block to one thread, so neither batch nor threads change
a bit.
"""

from functools import cache
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import nn

from rvqvae.nn.versioned_cache import VersionedCache

# Rows of a block, best first: two blocks of 28 leave little unused beside a clip of 49 latents.
# Which counts are summed alike is a processor's own: AVX2 sums the last rows of 8, 20 or 32 otherwise.
_ROWS = (28, 24)
# A lone block would be shared among threads, which sum in another order than one alone.
_LEAST_BLOCKS = 2
_COLUMNS = 16  # whole vectors: left-over columns would go to another, slower kernel


class Columns(NamedTuple):
    """A weight (in, out) for `product`, filled up with columns of zeros."""

    matrix: torch.Tensor
    out: int


def applies_to(*tensors: torch.Tensor) -> bool:
    """Whether these tensors' arithmetic is done here: float32 on a CPU, without gradients."""
    wants_gradients = torch.is_grad_enabled()
    for tensor in tensors:
        if not tensor.is_cpu or tensor.dtype != torch.float32 or (wants_gradients and tensor.requires_grad):
            return False
    return not torch.is_autocast_enabled("cpu") and not torch.compiler.is_compiling()


@cache
def block_rows() -> int:
    """Rows of a block: a count of which this processor sums each row alike, whatever its place."""
    return next((rows for rows in _ROWS if _sums_alike(rows)), _ROWS[-1])


def _sums_alike(rows: int) -> bool:
    random = torch.Generator().manual_seed(0)
    row, weight = (
        torch.randn(shape, generator=random, dtype=torch.float32, device="cpu") for shape in (256, (256, 64))
    )
    blocks = row.expand(_LEAST_BLOCKS, rows, -1).contiguous()
    sums = torch.bmm(blocks, weight.expand(_LEAST_BLOCKS, -1, -1))
    return bool((sums == sums[0, 0]).all())


def lay_out(weight: torch.Tensor) -> Columns:
    """A weight (in, out) for `product`."""
    return Columns(F.pad(weight, (0, -weight.shape[1] % _COLUMNS)).contiguous(), weight.shape[1])


def empty_rows(count: int, width: int, like: torch.Tensor, *, batch_invariant: bool) -> torch.Tensor:
    """Rows (M, width) to be filled for `product`; if batch-invariant, with rows of zeros after `count`."""
    if not batch_invariant:
        return like.new_empty(count, width)
    blocks = max(_LEAST_BLOCKS, -(-count // block_rows()))
    rows = like.new_empty(blocks * block_rows(), width)
    rows[count:] = 0
    return rows


def whole_blocks(rows: torch.Tensor) -> torch.Tensor:
    """Rows (M, width) as a batch-invariant `product` takes them: rows of zeros added if need be."""
    if len(rows) % block_rows() == 0 and len(rows) >= _LEAST_BLOCKS * block_rows():
        return rows
    filled = empty_rows(len(rows), rows.shape[1], rows, batch_invariant=True)
    filled[: len(rows)] = rows
    return filled


def product(
    rows: torch.Tensor, weight: Columns, bias: torch.Tensor | None, *, batch_invariant: bool
) -> torch.Tensor:
    """rows (M, in) of `empty_rows` times the weight, plus bias (out,): (M, out)."""
    matrix, fill = weight.matrix, weight.matrix.shape[1] - weight.out
    added = rows.new_zeros(weight.out) if bias is None else bias
    if fill:
        added = F.pad(added, (0, fill))
    if batch_invariant:
        blocks = rows.view(-1, block_rows(), rows.shape[1])
        y = torch.baddbmm(added, blocks, matrix.expand(len(blocks), -1, -1)).flatten(0, 1)
    else:
        y = torch.addmm(added, rows, matrix)
    return y[:, : weight.out] if fill else y


class Conv1d(nn.Conv1d):
    """`nn.Conv1d` as one product wherever `applies_to` says so; else as PyTorch does it."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        *,
        stride: int = 1,
        padding: int = 0,
        dilation: int = 1,
        batch_invariant: bool,
    ):
        super().__init__(
            in_channels, out_channels, kernel_size, stride=stride, padding=padding, dilation=dilation
        )
        self.batch_invariant = batch_invariant
        self._columns = VersionedCache(_convolution_columns)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Convolve x (B, C, N). As a product, the result lies in memory frame by frame."""
        return self.by_product(x) if applies_to(x, self.weight) else super().forward(x)

    def by_product(self, x: torch.Tensor) -> torch.Tensor:
        """The convolution of x (B, C, N) as a product over windows."""
        (size,), (stride,), (dilation,) = self.kernel_size, self.stride, self.dilation
        padding = int(self.padding[0])
        frames = x.transpose(1, 2)  # (B, N, C)
        batch, length, channels = frames.shape
        count = (length + 2 * padding - dilation * (size - 1) - 1) // stride + 1
        rows = empty_rows(batch * count, size * channels, x, batch_invariant=self.batch_invariant)
        windows = rows[: batch * count].view(batch, count, size, channels)
        for tap in range(size):
            # Window i sees frame stride * i + offset through this tap, or padding.
            offset = tap * dilation - padding
            first = min(count, max(0, -(offset // stride)))
            stop = max(first, min(count, (length - 1 - offset) // stride + 1))
            start = stride * first + offset
            windows[:, first:stop, tap] = frames[:, start : start + stride * (stop - first) : stride]
            windows[:, :first, tap] = 0
            windows[:, stop:, tap] = 0
        weight = self._columns.get(self.weight)
        y = product(rows, weight, self.bias, batch_invariant=self.batch_invariant)
        return y[: batch * count].view(batch, count, -1).transpose(1, 2)


class ConvTranspose1d(nn.ConvTranspose1d):
    """ConvTranspose1d of kernel 3, stride 2, padding 1 and output padding 1: twice as many frames.

    Output frame 2i is the middle tap of input frame i; frame 2i + 1 is the last tap of frame i and the first
    of frame i + 1. Hence two products.
    """

    def __init__(self, in_channels: int, out_channels: int, *, batch_invariant: bool):
        super().__init__(in_channels, out_channels, 3, stride=2, padding=1, output_padding=1)
        self.batch_invariant = batch_invariant
        self._columns = VersionedCache(_transposed_columns)

    def forward(self, x: torch.Tensor, output_size: list[int] | None = None) -> torch.Tensor:
        """Convolve x (B, C, N) to (B, out, 2 N). As products, the result lies in memory frame by frame."""
        if output_size is None and applies_to(x, self.weight):
            return self.by_product(x)
        return super().forward(x, output_size)

    def by_product(self, x: torch.Tensor) -> torch.Tensor:
        """The convolution of x (B, C, N) as two products, of even and of odd frames."""
        frames = x.transpose(1, 2)  # (B, N, C)
        batch, length, channels = frames.shape
        rows = empty_rows(batch * length, 2 * channels, x, batch_invariant=self.batch_invariant)
        pairs = rows[: batch * length].view(batch, length, 2, channels)
        pairs[:, :, 0] = frames
        pairs[:, :-1, 1] = frames[:, 1:]
        pairs[:, -1, 1] = 0
        of_even, of_odd = self._columns.get(self.weight)
        y = x.new_empty(batch, length, 2, self.out_channels)
        for parity, taken, weight in ((0, rows[:, :channels], of_even), (1, rows, of_odd)):
            half = product(taken, weight, self.bias, batch_invariant=self.batch_invariant)
            y[:, :, parity] = half[: batch * length].view(batch, length, -1)
        return y.flatten(1, 2).transpose(1, 2)


def _convolution_columns(weight: torch.Tensor) -> Columns:
    return lay_out(weight.permute(2, 1, 0).flatten(0, 1))  # (out, in, tap) as (tap * in, out)


def _transposed_columns(weight: torch.Tensor) -> tuple[Columns, Columns]:
    first, middle, last = weight.unbind(2)  # (in, out) each
    return lay_out(middle), lay_out(torch.cat([last, first]))
