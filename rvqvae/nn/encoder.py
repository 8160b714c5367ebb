"""Motion features to latents."""

import torch
import torch.nn.functional as F
from torch import nn

from rvqvae.nn.blocks import ValidBatchNorm1d, valid_frames
from rvqvae.nn.config import RVQVAEConfig
from rvqvae.nn.products import Conv1d


class MotionEncoder(nn.Module):
    """Convolution blocks Conv1d(k=3) -> ReLU -> BatchNorm1d, the last one included (Motion-S RVQ-VAE).

    The first log2(downsampling_ratio) blocks have stride 2, the others stride 1.
    """

    def __init__(self, config: RVQVAEConfig):
        super().__init__()
        widths = [
            config.input_dim,
            *[config.hidden_dim] * (config.num_layers - 1),
            config.latent_dim,
        ]
        self.strides = config.strides
        self.convs = nn.ModuleList(
            Conv1d(i, o, 3, stride=s, padding=1, batch_invariant=True)
            for i, o, s in zip(widths, widths[1:], self.strides, strict=False)
        )
        self.norms = nn.ModuleList(ValidBatchNorm1d(o) for o in widths[1:])

    def forward(self, motion: torch.Tensor, lengths: torch.Tensor | None = None) -> torch.Tensor:
        """Encode motion (B, D, N), N a multiple of the ratio, into latents (B, d, N / ratio).

        `lengths` (B,) are valid frames, multiples of the ratio; frames past them must be zero and stay so.
        """
        x = motion
        for conv, norm, stride in zip(self.convs, self.norms, self.strides, strict=True):
            x = F.relu(conv(x))
            if lengths is not None:
                lengths = lengths // stride
            x = norm(x, None if lengths is None else valid_frames(lengths, x.shape[-1]))
        return x
