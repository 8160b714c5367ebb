"""vector-quantize-pytorch's ResidualVQ where our quantizer is, for comparisons of speed."""

import torch
from torch import nn
from vector_quantize_pytorch import ResidualVQ

from rvqvae import QuantizedResult, RVQVAEConfig


class BorrowedRVQ(nn.Module):
    """ResidualVQ with as many codes and layers as ours, its other settings as they come."""

    def __init__(self, config: RVQVAEConfig):
        super().__init__()
        self.rvq = ResidualVQ(
            dim=config.latent_dim,
            codebook_size=config.num_embeddings,
            num_quantizers=config.num_quantizers,
            decay=config.decay,
        )

    @property
    def layers(self) -> nn.ModuleList:
        """Its codebooks' modules."""
        return self.rvq.layers

    def forward(self, latent: torch.Tensor, lengths: torch.Tensor | None = None) -> QuantizedResult:
        """Quantize latent (B, d, n) without padding."""
        with torch.autocast(latent.device.type, enabled=False):
            quantized, codes, losses = self.rvq(latent.float().transpose(1, 2).contiguous())
        return QuantizedResult(quantized.transpose(1, 2), list(codes.unbind(-1)), losses.sum())

    def encode(self, latent: torch.Tensor) -> list[torch.Tensor]:
        """Tokens, a list of Q (B, n) tensors, of latent (B, d, n)."""
        return self(latent).tokens
