"""Train with vector-quantize-pytorch's ResidualVQ in the place of our quantizer, for comparison.

`python -m tests.benchmarks.residual_vq_training --data … --out …`: the options are those of
`python -m rvqvae train`, of which `--resume` does not work here. What it saves loads as any checkpoint does.

The settings are those its README recommends against unused codes: k-means initialisation, and codes whose
moving count falls below 2 replaced. Quantization dropout is off, as it is there unless asked for.
"""

import sys

import torch
from vector_quantize_pytorch import ResidualVQ

from rvqvae import QuantizedResult, ResidualVectorQuantizer, RVQVAEConfig
from rvqvae.checkpoints.formats.own import model_of
from rvqvae.cli.main import main
from rvqvae.nn.blocks import valid_frames
from rvqvae.nn.rows import DROPPED, from_rows, to_rows
from rvqvae.training import loop


class BorrowedQuantizer(ResidualVectorQuantizer):
    """Learns as ResidualVQ does; its codebooks are kept where ours are, so that saving and decoding work."""

    def __init__(self, config: RVQVAEConfig):
        super().__init__(config)
        theirs = ResidualVQ(
            dim=config.latent_dim,
            codebook_size=config.num_embeddings,
            num_quantizers=config.num_quantizers,
            kmeans_init=True,
            threshold_ema_dead_code=2,
        )
        self._theirs = [theirs]  # in a list: its tensors are not part of the checkpoint

    def forward(self, latent: torch.Tensor, lengths: torch.Tensor | None = None) -> QuantizedResult:
        """Quantize latent (B, d, n) as ResidualVQ does."""
        (theirs,) = self._theirs
        theirs.to(latent.device).train(self.training)
        with torch.autocast(latent.device.type, enabled=False):
            latent = latent.float()
            mask = None if lengths is None else valid_frames(lengths, latent.shape[-1])
            quantized, codes, losses = theirs(to_rows(latent, mask)[None])
            for layer, codebook in zip(self.layers, theirs.codebooks, strict=True):
                layer.embedding.copy_(codebook.detach().t())
            tokens = [from_rows(row[:, None], latent, mask, DROPPED)[:, 0] for row in codes[0].t()]
            return QuantizedResult(from_rows(quantized[0], latent, mask, 0.0), tokens, losses.sum())


def _with_borrowed_quantizer(config: RVQVAEConfig):
    model = model_of(config)
    model.quantizer = BorrowedQuantizer(config)
    return model


if __name__ == "__main__":
    loop.model_of = _with_borrowed_quantizer
    sys.exit(main(["train", *sys.argv[1:]]))
