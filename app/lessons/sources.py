"""Where the ideas come from."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A paper."""

    short: str
    authors: str
    title: str
    year: int
    arxiv: str


VQ_VAE = Source(
    "VQ-VAE",
    "A. van den Oord, O. Vinyals, K. Kavukcuoglu",
    "Neural Discrete Representation Learning",
    2017,
    "1711.00937",
)
SOUNDSTREAM = Source(
    "SoundStream",
    "N. Zeghidour, A. Luebs, A. Omran, J. Skoglund, M. Tagliasacchi",
    "SoundStream: An End-to-End Neural Audio Codec",
    2021,
    "2107.03312",
)
RQ_VAE = Source(
    "RQ-VAE",
    "D. Lee, C. Kim, S. Kim, M. Cho, W.-S. Han",
    "Autoregressive Image Generation using Residual Quantization",
    2022,
    "2203.01941",
)
ENCODEC = Source(
    "EnCodec",
    "A. Défossez, J. Copet, G. Synnaeve, Y. Adi",
    "High Fidelity Neural Audio Compression",
    2022,
    "2210.13438",
)
MOMASK = Source(
    "MoMask",
    "C. Guo, Y. Mu, M. G. Javed, S. Wang, L. Cheng",
    "MoMask: Generative Masked Modeling of 3D Human Motions",
    2023,
    "2312.00063",
)
