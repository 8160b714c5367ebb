"""What encoder and decoder share: clips of different lengths in one batch."""

import torch
import torch.nn.functional as F
from torch import nn

from rvqvae.distributed import is_distributed
from rvqvae.synchronised import synchronised_batch_norm


def valid_frames(lengths: torch.Tensor, size: int) -> torch.Tensor:
    """Mask (B, size), True where a frame lies within its clip of `lengths` (B,)."""
    return torch.arange(size, device=lengths.device) < lengths[:, None]


class ValidBatchNorm1d(nn.BatchNorm1d):
    """BatchNorm1d whose batch statistics see valid frames only, and those of all ranks.

    Without a mask, in one process, it is `nn.BatchNorm1d`. A single value a channel has no variance: it is
    normalised by the running statistics instead of failing, so that any clip length can be trained on.
    """

    def forward(self, x: torch.Tensor, mask: torch.Tensor | None = None) -> torch.Tensor:
        """Normalise x (B, C, N); mask is (B, N) or None. Invalid frames come out as zero."""
        if not self.training:
            y = self._by_running_statistics(x)
            return y if mask is None else y * mask[:, None]
        if mask is None and is_distributed():
            return self._synchronised(x)
        if mask is None and x.shape[0] * x.shape[2] > 1:
            return super().forward(x)
        rows = x.transpose(1, 2).flatten(0, 1)
        # Index lists instead of boolean masks: several times faster in the backward pass.
        chosen = None if mask is None else mask.flatten().nonzero()[:, 0]
        valid = rows if mask is None else rows.index_select(0, chosen)
        if is_distributed():
            valid = self._synchronised(valid)
        elif len(valid) > 1:
            valid = super().forward(valid)
        else:
            valid = F.batch_norm(
                valid, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps
            )
        out = valid if mask is None else valid.new_zeros(rows.shape).index_copy(0, chosen, valid)
        return out.unflatten(0, (x.shape[0], x.shape[2])).transpose(1, 2)

    def _by_running_statistics(self, x):
        frames = x.transpose(1, 2)
        if not frames.is_contiguous():
            return super().forward(x)
        # As they lie in memory: no copy, and one kernel for any number and length of clips.
        return super().forward(frames.flatten(0, 1)).unflatten(0, frames.shape[:2]).transpose(1, 2)

    def _synchronised(self, x: torch.Tensor) -> torch.Tensor:
        """Normalise x (B, C, N) or (m, C) by the statistics of all ranks."""
        y, mean, variance, count = synchronised_batch_norm(x, self.weight, self.bias, self.eps)
        with torch.no_grad():
            self.num_batches_tracked.add_(1)
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(variance * count / (count - 1).clamp_min(1), self.momentum)
        return y
