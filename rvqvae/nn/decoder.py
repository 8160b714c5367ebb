"""Summed codes back to motion features."""

import torch
import torch.nn.functional as F
from torch import nn

from rvqvae.nn.blocks import ValidBatchNorm1d, valid_frames
from rvqvae.nn.config import RVQVAEConfig
from rvqvae.nn.operation import TRANSPOSED, Operation, convolution
from rvqvae.nn.products import Conv1d, ConvTranspose1d


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
            config.output_dim or config.input_dim,
        ]
        self.strides = config.strides
        self.convs = nn.ModuleList(
            ConvTranspose1d(i, o, batch_invariant=False)
            if s == 2
            else Conv1d(i, o, 3, padding=1, batch_invariant=False)
            for i, o, s in zip(widths, widths[1:], self.strides, strict=False)
        )
        self.norms = nn.ModuleList(ValidBatchNorm1d(o) for o in widths[1:-1])

    @property
    def operations(self) -> tuple[Operation, ...]:
        """What each block does along time, first block first."""
        return tuple(TRANSPOSED if stride == 2 else convolution() for stride in self.strides)

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
