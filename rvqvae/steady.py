"""Convolutions whose result for a clip does not depend, to the last bit, on what else is in its batch.

Floating-point sums depend on their order, and the kernels of a CPU's libraries sum in orders of their own: a
lone short clip goes to another kernel than a batch. The difference is a few units in the last place, and tips
a rare latent to another code. Here all of it is one kernel's work: the product with packed weights.
"""

import torch
import torch.nn.functional as F
from torch import nn

from rvqvae.packed import Packing, pack_product, product


class SteadyConv1d(Packing, nn.Conv1d):
    """`nn.Conv1d` that, on a CPU and without gradients, is one kernel for any number and length of clips."""

    def convolve(self, x: torch.Tensor) -> torch.Tensor:
        """Convolve x (B, C, N) by that kernel."""
        (size,), (stride,), (dilation,), (padding,) = (
            self.kernel_size,
            self.stride,
            self.dilation,
            self.padding,
        )
        frames = F.pad(x.transpose(1, 2), (0, 0, padding, padding)).contiguous()
        batch, length, channels = frames.shape
        count = (length - dilation * (size - 1) - 1) // stride + 1
        windows = frames.as_strided(
            (batch, count, size, channels),
            (length * channels, stride * channels, dilation * channels, 1),
        )
        packed = self._packed.of(self.weight, _pack)
        rows = product(windows.reshape(batch * count, size * channels), packed, self.bias)
        return rows.view(batch, count, -1).transpose(1, 2)


def _pack(weight):
    return pack_product(weight.transpose(1, 2).flatten(1))
