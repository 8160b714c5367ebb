"""Summed codes back to motion features."""

import torch
import torch.nn.functional as F
from torch import nn

from rvqvae.blocks import ValidBatchNorm1d, valid_frames
from rvqvae.config import RVQVAEConfig
from rvqvae.packed import PackedConv1d, PackedConvTranspose1d


class MotionDecoder(nn.Module):
    """Upsampling blocks first (ConvTranspose1d, stride 2), then Conv1d blocks (Motion-S RVQ-VAE).

    ReLU and BatchNorm1d follow every block but the last. The strides are 2, 2, 1, 1 as in the encoder,
    not its order mirrored.
    """

    def __init__(self, config: RVQVAEConfig):
        super().__init__()
        widths = [
            config.latent_dim,
            *[config.hidden_dim] * (config.num_layers - 1),
            config.output_dim,
        ]
        self.strides = config.strides
        self.convs = nn.ModuleList(
            PackedConvTranspose1d(i, o, 3, stride=2, padding=1, output_padding=1)
            if s == 2
            else PackedConv1d(i, o, 3, padding=1)
            for i, o, s in zip(widths, widths[1:], self.strides, strict=False)
        )
        self.norms = nn.ModuleList(ValidBatchNorm1d(o) for o in widths[1:-1])

    def forward(self, latent: torch.Tensor, lengths: torch.Tensor | None = None) -> torch.Tensor:
        """Decode latents (B, d, n) into features (B, D, n * ratio).

        `lengths` (B,) are valid latent steps; latents past them must be zero.
        """
        x = latent
        for index, (conv, stride) in enumerate(zip(self.convs, self.strides, strict=True)):
            x = conv(x)
            if lengths is not None:
                lengths = lengths * stride
            mask = None if lengths is None else valid_frames(lengths, x.shape[-1])
            if index < len(self.norms):
                x = self.norms[index](F.relu(x), mask)
            elif mask is not None:
                x = x * mask[:, None]
        return x
