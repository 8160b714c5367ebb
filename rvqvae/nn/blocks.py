"""What encoder and decoder share: clips of different lengths in one batch."""

from functools import partial

import torch
import torch.nn.functional as F
from torch import nn

from rvqvae.nn.distributed import is_distributed
from rvqvae.nn.products import applies_to
from rvqvae.nn.synchronised import synchronised_batch_norm
from rvqvae.nn.versioned_cache import VersionedCache


def valid_frames(lengths: torch.Tensor, size: int) -> torch.Tensor:
    """Mask (B, size), True where a frame lies within its clip of `lengths` (B,)."""
    return torch.arange(size, device=lengths.device) < lengths[:, None]


class ValidBatchNorm1d(nn.BatchNorm1d):
    """BatchNorm1d whose batch statistics see valid frames only, and those of all ranks.

    Without a mask, in one process, it is `nn.BatchNorm1d`. A single value a channel has no variance: it is
    normalised by the running statistics instead of failing, so that any clip length can be trained on.
    """

    def __init__(self, channels: int):
        super().__init__(channels)
        self._affine = VersionedCache(partial(_scale_and_shift, self.eps))

    def forward(self, x: torch.Tensor, mask: torch.Tensor | None = None) -> torch.Tensor:
        """Normalise x (B, C, N); mask is (B, N) or None. Invalid frames come out as zero."""
        if not self.training:
            y = self._by_running_statistics(x)
            return y if mask is None else y * mask[:, None]
        if mask is None:
            return self._by_batch(x)
        rows = x.transpose(1, 2).flatten(0, 1)
        # Index lists instead of boolean masks: several times faster in the backward pass.
        chosen = mask.flatten().nonzero()[:, 0]
        valid = self._by_batch(rows.index_select(0, chosen))
        out: torch.Tensor = valid.new_zeros(rows.shape).index_copy(0, chosen, valid)
        return out.view(x.shape[0], x.shape[2], -1).transpose(1, 2)

    def _by_batch(self, x: torch.Tensor) -> torch.Tensor:
        """Normalise x (B, C, N) or (m, C) by its own statistics, and learn them."""
        if is_distributed():
            return self._synchronised(x)
        if x.numel() > self.num_features:
            return super().forward(x)
        return F.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps)

    def _by_running_statistics(self, x: torch.Tensor) -> torch.Tensor:
        if not applies_to(x, self.weight):
            return super().forward(x)
        assert self.running_mean is not None
        assert self.running_var is not None
        # A product and a sum, each rounded once: the same for any number and length of clips.
        scale, shift = self._affine.get(self.weight, self.bias, self.running_mean, self.running_var)
        return (x.transpose(1, 2) * scale).add_(shift).transpose(1, 2)

    def _synchronised(self, x: torch.Tensor) -> torch.Tensor:
        """Normalise x (B, C, N) or (m, C) by the statistics of all ranks."""
        y, mean, variance, count = synchronised_batch_norm(x, self.weight, self.bias, self.eps)
        assert self.num_batches_tracked is not None
        assert self.running_mean is not None
        assert self.running_var is not None
        assert self.momentum is not None
        with torch.no_grad():
            self.num_batches_tracked.add_(1)
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(variance * count / (count - 1).clamp_min(1), self.momentum)
        return y


def _scale_and_shift(
    eps: float, weight: torch.Tensor, bias: torch.Tensor, mean: torch.Tensor, variance: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    scale = weight * (variance + eps).rsqrt()
    return scale, bias - mean * scale
