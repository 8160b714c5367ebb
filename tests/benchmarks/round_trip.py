"""Encoding and decoding a clip against the bare convolutions and matrix products inside.

`python -m tests.benchmarks.round_trip [--isa avx2]`
"""

import torch

from rvqvae import RVQVAE
from tests.benchmarks.bare import plain
from tests.benchmarks.timing import choose_isa, report, side_by_side

FRAMES = 196


@torch.no_grad()
def main() -> None:
    """Compare for one clip of 196 frames."""
    model = RVQVAE().eval()
    motion = torch.randn(1, model.config.input_dim, FRAMES)
    convolutions = [plain(c) for c in (*model.encoder.convs, *model.decoder.convs)]
    inputs, x = [], motion
    for convolution in convolutions:
        inputs.append(x)
        x = convolution(x)
    rows = model.encode_to_latent(motion)[0].t().contiguous()
    codebooks = [layer.embedding for layer in model.quantizer.layers]
    tokens = model.encode_to_tokens(motion)

    def bare_convolutions():
        for convolution, x in zip(convolutions, inputs, strict=True):
            convolution(x)

    def bare():
        bare_convolutions()
        for codebook in codebooks:
            rows @ codebook

    times = side_by_side(
        {
            "bare convolutions": bare_convolutions,
            "bare convolutions and matrix products": bare,
            "encode + decode": lambda: model.decode_from_tokens(model.encode_to_tokens(motion)),
            "encode": lambda: model.encode_to_tokens(motion),
            "decode": lambda: model.decode_from_tokens(tokens),
        },
        rounds=200,
    )
    report(f"one clip of {FRAMES} frames ({torch.get_num_threads()} threads)", times, "bare convolutions")
    few = [codes[:, :8] for codes in tokens]
    reach = side_by_side(
        {
            "decode": lambda: model.decode_from_tokens(tokens),
            "decode 8 latents": lambda: model.decode_from_tokens(few),
        },
        rounds=100,
    )
    report("what an edit reaches", reach, "decode")
    rate = FRAMES / times["encode + decode"] * 1000
    print(f"  {rate:,.0f} frames a second, encoded and decoded")


if __name__ == "__main__":
    choose_isa()
    main()
