"""The residual quantizer against its bare matrix products and against vector-quantize-pytorch.

`python -m tests.benchmarks.quantizer [--isa avx2]`
"""

import torch
from vector_quantize_pytorch import ResidualVQ

from rvqvae import ResidualVectorQuantizer, RVQVAEConfig
from tests.benchmarks.timing import choose_isa, report, side_by_side

SHAPES = {"one clip of 196 frames": (1, 49), "a batch of 64 such clips": (64, 49)}


@torch.no_grad()
def main() -> None:
    """Compare for one clip and for a batch."""
    config = RVQVAEConfig()
    ours = ResidualVectorQuantizer(config).eval()
    theirs = ResidualVQ(
        dim=config.latent_dim, codebook_size=config.num_embeddings, num_quantizers=config.num_quantizers
    ).eval()
    codebooks = [layer.embedding for layer in ours.layers]
    for title, (batch, steps) in SHAPES.items():
        latent = torch.randn(batch, config.latent_dim, steps)
        rows = latent.transpose(1, 2).flatten(0, 1).contiguous()
        sequence = latent.transpose(1, 2).contiguous()
        times = side_by_side(
            {
                "six matrix products": lambda rows=rows: [rows @ codebook for codebook in codebooks],
                "forward": lambda latent=latent: ours(latent),
                "tokens only": lambda latent=latent: ours.encode(latent),
                "vector-quantize-pytorch ResidualVQ": lambda sequence=sequence: theirs(sequence),
            },
            rounds=300 if batch == 1 else 60,
        )
        report(title, times, "six matrix products")
        print(f"  ResidualVQ takes {times['vector-quantize-pytorch ResidualVQ'] / times['forward']:.1f} "
              "times as long as our forward")  # fmt: skip


if __name__ == "__main__":
    choose_isa()
    main()
