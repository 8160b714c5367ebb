"""Residual vector quantization: each layer quantizes what the layers before it left over.

Source: SoundStream (Zeghidour et al. 2021), its residual stack and quantization dropout; the commitment term
is VQ-VAE's (van den Oord et al. 2017).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast, overload

import torch
from torch import nn

from rvqvae.nn.blocks import valid_frames
from rvqvae.nn.codebook import ROWS_AT_ONCE, VectorQuantizer, update_together
from rvqvae.nn.config import RVQVAEConfig
from rvqvae.nn.distributed import from_first_rank, is_distributed
from rvqvae.nn.products import empty_rows
from rvqvae.nn.rows import DROPPED, from_rows, on_steps, to_rows


@dataclass(frozen=True)
class QuantizedResult:
    """What a residual quantizer makes of latents.

    Attributes
    ----------
    quantized : (B, d, n) tensor, the sum of the codes, straight-through: its gradient is the latent's
    tokens : list of Q (B, n) int64 tensors; -1 where a layer was inactive or a step is padding
    commitment_loss : scalar tensor, summed over the active layers, weighted by `commitment_cost`
    """

    quantized: torch.Tensor
    tokens: list[torch.Tensor]
    commitment_loss: torch.Tensor


class Codebooks(nn.ModuleList):
    """An `nn.ModuleList` of which type checkers know what is in it."""

    def __iter__(self) -> Iterator[VectorQuantizer]:
        return cast(Iterator[VectorQuantizer], super().__iter__())

    @overload
    def __getitem__(self, idx: slice) -> "Codebooks": ...
    @overload
    def __getitem__(self, idx: int) -> VectorQuantizer: ...
    def __getitem__(self, idx: int | slice) -> nn.Module:
        return super().__getitem__(idx)


class ResidualVectorQuantizer(nn.Module):
    """Quantizes what the layers before left over: r0 = latent, b_v = Q_v(r_v), r_(v+1) = r_v - b_v.

    The result is the sum of the b_v. In training, with probability `quantization_dropout`, only the first
    randint(1..Q) layers are active. Arithmetic is float32, also under autocast.
    """

    def __init__(self, config: RVQVAEConfig):
        super().__init__()
        self.config = config
        self.layers = Codebooks(VectorQuantizer(config) for _ in range(config.num_quantizers))

    def forward(self, latent: torch.Tensor, lengths: torch.Tensor | None = None) -> QuantizedResult:
        """Quantize latent (B, d, n); `lengths` (B,) are valid latent steps, all n when not given."""
        with torch.autocast(latent.device.type, enabled=False):
            latent = latent.float()
            mask = None if lengths is None else valid_frames(lengths, latent.shape[-1])
            residual = to_rows(latent, mask).contiguous()
            residuals, tokens = [residual], []
            layers = self.layers[: self._active_layers(latent.device)]
            for layer in layers:
                codes, quantized = layer(residual)
                residual = residual - quantized
                residuals.append(residual)
                tokens.append(codes)
            # `quantized` carries no gradient, so each residual's gradient is the latent's own, and one
            # straight-through step on the sum is all there is.
            total = residuals[0] - residual.detach()
            self._learn(layers, residuals, tokens)
            squares = torch.stack([_squared_norm(left) for left in residuals[1:]])
            tokens += [torch.full_like(tokens[0], DROPPED)] * (len(self.layers) - len(layers))
            return QuantizedResult(
                from_rows(total, latent, mask, 0.0),
                [on_steps(codes, latent, mask) for codes in tokens],
                squares.sum() * (self.config.commitment_cost / residual.numel()),
            )

    def encode(self, latent: torch.Tensor) -> list[torch.Tensor]:
        """Tokens, a list of Q (B, n) tensors, of latent (B, d, n). Changes nothing."""
        batch, width, steps = latent.shape
        count = batch * steps
        rows = empty_rows(count, width, latent.float(), batch_invariant=True)
        rows[:count].view(batch, steps, width).copy_(latent.detach().transpose(1, 2))
        # A few rows through all layers before the next, so that they stay in a processor's cache.
        parts = [self._encode_rows(part) for part in rows.split(ROWS_AT_ONCE)]
        return [torch.cat(codes)[:count].view(batch, steps) for codes in zip(*parts, strict=True)]

    def _encode_rows(self, residual: torch.Tensor) -> list[torch.Tensor]:
        """Tokens, Q tensors (M,), of rows (M, d), which are used up."""
        tokens = []
        for layer in self.layers:
            codes, quantized = layer.quantize(residual)
            residual -= quantized
            tokens.append(codes)
        return tokens

    def decode(self, tokens: list[torch.Tensor]) -> torch.Tensor:
        """Sum (B, d, n) of the codes that tokens, at most Q tensors (B, n), name; -1 adds nothing."""
        batch, steps = tokens[0].shape
        pairs = zip(self.layers, tokens, strict=False)
        codes = torch.stack([layer.lookup(chosen.reshape(-1)) for layer, chosen in pairs])
        return codes.sum(0).view(batch, steps, -1).transpose(1, 2)

    def _learn(
        self, layers: Iterable[VectorQuantizer], inputs: list[torch.Tensor], tokens: list[torch.Tensor]
    ) -> None:
        """Let each layer learn from the rows (M, d) it was given; one that is frozen is in eval mode."""
        given = zip(layers, inputs, tokens, strict=False)
        updates = [(layer, rows.detach(), codes) for layer, rows, codes in given if layer.training]
        if updates:
            update_together(updates)

    def _active_layers(self, device: torch.device) -> int:
        if not self.training:
            return len(self.layers)
        drop, first = torch.rand(()), torch.randint(1, len(self.layers) + 1, ())
        active = int(first) if drop < self.config.quantization_dropout else len(self.layers)
        if is_distributed():
            active = int(from_first_rank(torch.tensor(active, device=device)))
        return active


def _squared_norm(rows: torch.Tensor) -> torch.Tensor:
    flat = rows.flatten()
    return flat.dot(flat)
