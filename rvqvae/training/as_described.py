"""The residual quantizer to the letter of its description: what its safeguards are there for.

Random codebooks, moving averages that start at zero, no replacement of dead codes, and a straight-through
step in every layer. It trains, and its codebooks collapse; nothing here is used by any other model.
"""

import torch
import torch.nn.functional as F

from rvqvae.nn.blocks import valid_frames
from rvqvae.nn.codebook import Update, update_together
from rvqvae.nn.config import RVQVAEConfig
from rvqvae.nn.quantizer import QuantizedResult, ResidualVectorQuantizer
from rvqvae.nn.rows import DROPPED, from_rows, to_rows


class AsDescribed(ResidualVectorQuantizer):
    """Has the tensors of `ResidualVectorQuantizer`, so that what it learned loads as any other checkpoint."""

    def __init__(self, config: RVQVAEConfig):
        super().__init__(config)
        for layer in self.layers:
            layer.cluster_size.zero_()
            layer.embedding_avg.zero_()
            layer.initialized.fill_(True)

    def forward(self, latent: torch.Tensor, lengths: torch.Tensor | None = None) -> QuantizedResult:
        """Quantize latent (B, d, n); `lengths` (B,) are valid latent steps, all n when not given."""
        with torch.autocast(latent.device.type, enabled=False):
            latent = latent.float()
            mask = None if lengths is None else valid_frames(lengths, latent.shape[-1])
            residual = to_rows(latent, mask)
            active = self._active_layers(latent.device) if self.training else len(self.layers)
            total, loss = torch.zeros_like(residual), residual.new_zeros(())
            tokens: list[torch.Tensor] = []
            updates: list[Update] = []
            for layer in self.layers[:active]:
                codes = layer.nearest(residual.detach())
                chosen = layer.codes.index_select(0, codes)
                loss = loss + self.config.commitment_cost * F.mse_loss(residual, chosen)
                if layer.training:
                    updates.append((layer, residual.detach(), codes))
                quantized = residual + (chosen - residual).detach()
                # Not detached: from the second layer on the two gradients cancel, and the residual has none.
                residual = residual - quantized
                total = total + quantized
                tokens.append(codes)
            if updates:
                update_together(updates)
            tokens += [torch.full_like(tokens[0], DROPPED)] * (len(self.layers) - active)
            return QuantizedResult(
                from_rows(total, latent, mask, 0.0),
                [from_rows(codes[:, None], latent, mask, DROPPED)[:, 0] for codes in tokens],
                loss,
            )
