"""Arithmetic whose result for a clip does not depend, to the last bit, on what else is in its batch.

Floating-point sums depend on their order, and the kernels of a CPU's libraries sum in orders of their own: a
lone short clip goes to another kernel than a batch, few rows to another than many. The difference is a few
units in the last place, and tips a rare latent to another code. Here one kernel does each kind of work.
"""

import torch
import torch.nn.functional as F
from torch import nn

# Matrix products of fewer rows go to another kernel: up to 27 rows with 16 threads.
_ROWS = 32


def pad_rows(rows: torch.Tensor) -> torch.Tensor:
    """Rows (m, d) with rows of zeros after them if they are few: (max(m, 32), d)."""
    return F.pad(rows, (0, 0, 0, max(0, _ROWS - len(rows))))


class SteadyConv1d(nn.Conv1d):
    """`nn.Conv1d` that, on a CPU and without gradients, is one kernel for any number and length of clips.

    It is the kernel that batches get anyway; for a lone short clip it is the faster one.
    """

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Convolve x (B, C, N)."""
        plain = x.device.type != "cpu" or x.dtype != torch.float32 or torch.is_autocast_enabled("cpu")
        if plain or torch.is_grad_enabled() or not torch.backends.mkldnn.is_available():
            return super().forward(x)
        if self.kernel_size == (1,):
            return self._point(x)
        return self._direct(x) if self.dilation == (1,) else self._by_phase(x)

    def _direct(self, x: torch.Tensor) -> torch.Tensor:
        return torch.mkldnn_convolution(
            x[:, :, None],
            self.weight[:, :, None],
            self.bias,
            (0, self.padding[0] // self.dilation[0]),
            (1, self.stride[0]),
            (1, 1),
            1,
        )[:, :, 0]

    def _point(self, x: torch.Tensor) -> torch.Tensor:
        batch, _, frames = x.shape
        rows = pad_rows(x.transpose(1, 2).flatten(0, 1))
        out = torch.addmm(self.bias, rows, self.weight[:, :, 0].t())
        return out[: batch * frames].view(batch, frames, -1).transpose(1, 2)

    def _by_phase(self, x: torch.Tensor) -> torch.Tensor:
        """Every d-th frame makes a sequence of its own, in which the dilation d is 1."""
        (dilation,), (batch, _, frames) = self.dilation, x.shape
        count = -(-frames // dilation)
        phases = F.pad(x, (0, count * dilation - frames)).unflatten(2, (count, dilation))
        out = self._direct(phases.movedim(3, 1).flatten(0, 1))
        return out.unflatten(0, (batch, dilation)).movedim(1, 3).flatten(2)[:, :, :frames]
