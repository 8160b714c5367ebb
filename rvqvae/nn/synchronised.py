"""Batch normalisation by the statistics of all ranks, on any device (torch's SyncBatchNorm needs a GPU)."""

from typing import Any

import torch

from rvqvae.nn.distributed import gather_stacked, sum_across_ranks


def synchronised_batch_norm(
    x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, eps: float
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Normalise x (B, C, N) or (M, C) over everything but C, of all ranks together.

    Returns the result, then mean and biased variance (C,) and the number of values a channel, which carry
    no gradient. Ranks may have different numbers of values, but one each at least.
    """
    result: _Result = _Synchronised.apply(x, weight, bias, eps)  # type: ignore[no-untyped-call]
    return result


_Result = tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]


class _Synchronised(torch.autograd.Function):
    @staticmethod
    def forward(
        context: Any, x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, eps: float
    ) -> _Result:
        # With float32 weights the statistics of bfloat16 values are float32.
        _, mean, scale = torch.native_batch_norm(x, weight, bias, None, None, True, 0.0, eps)
        own = mean.new_tensor([x.numel() // x.shape[1]])
        # One collective for everything, and no difference of large squares.
        parts = gather_stacked(torch.cat([own, mean, scale.pow(-2) - eps]))
        counts, means, variances = parts.split([1, x.shape[1], x.shape[1]], dim=1)
        count = counts.sum()
        mean = (counts * means).sum(0) / count
        variance = (counts * (variances + (means - mean).square())).sum(0) / count
        y, *_ = torch.native_batch_norm(x, weight, bias, mean, variance, False, 0.0, eps)
        context.save_for_backward(x, weight, mean, variance, count)
        context.eps = eps
        context.mark_non_differentiable(mean, variance, count)
        return y, mean, variance, count

    @staticmethod
    def backward(
        context: Any, gradient: torch.Tensor, *_: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, None]:
        x, weight, mean, variance, count = context.saved_tensors
        # As if the statistics were constants; what is missing is their own part, from all ranks.
        given, of_weight, of_bias = torch.ops.aten.native_batch_norm_backward(
            gradient.contiguous(), x, weight, mean, variance, None, None, False, context.eps, [True] * 3
        )
        along, across = (sum_across_ranks(torch.stack([of_weight, of_bias])) / count).unbind()
        scale = (variance + context.eps).rsqrt()
        slope = weight * scale.square() * along
        level = weight * scale * across - slope * mean
        channels = (-1, *(1,) * (x.dim() - 2))
        own = torch.addcmul(level.view(channels), slope.view(channels), x)
        return (given - own).to(x.dtype), of_weight, of_bias, None
