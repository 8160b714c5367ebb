"""Where the ideas come from."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A paper, with its number at arXiv or its DOI."""

    short: str
    authors: str
    title: str
    year: int
    arxiv: str = ""
    doi: str = ""


LBG = Source(
    "Linde, Buzo & Gray",
    "Y. Linde, A. Buzo, R. M. Gray",
    "An Algorithm for Vector Quantizer Design",
    1980,
    doi="10.1109/TCOM.1980.1094577",
)
MULTISTAGE = Source(
    "Juang & Gray",
    "B.-H. Juang, A. H. Gray",
    "Multiple stage vector quantization for speech coding",
    1982,
    doi="10.1109/ICASSP.1982.1171604",
)
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
