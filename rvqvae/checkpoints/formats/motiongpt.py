"""MotionGPT: what PyTorch Lightning saved of tokenizer, language model and metrics together.

On the Hub: `motiongpt_s3_h3d.tar` with `assets/meta/{mean,std}.npy`. The tokenizer is T2M-GPT's network
behind `vae.`; nothing else of the file is read. Its `norm: None` is no normalisation, as in T2M-GPT.
"""

from collections.abc import Collection

import torch

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.checkpoints.containers import TensorFile
from rvqvae.checkpoints.dilated import beside, network
from rvqvae.checkpoints.files import Files
from rvqvae.checkpoints.formats.format import Format

_NAME = "MotionGPT"
_PREFIX = "vae."


def _matches(names: Collection[str], files: Files) -> str | None:
    prefix = network.prefix_of(names)
    return prefix if prefix is not None and f".{prefix}".endswith(f".{_PREFIX}") else None


def _read(files: Files, tensors: TensorFile, device: torch.device) -> Checkpoint:
    codebooks = network.only_codebook(tensors)
    return network.read(files, tensors, device, name=_NAME, codebooks=codebooks, options={})


FORMAT = Format(
    name=_NAME,
    tensors="the same behind vae.",
    weights=("motiongpt_*.tar", "motiongpt_*.ckpt"),
    beside=beside.STATISTICS,
    matches=_matches,
    read=_read,
    check=beside.check,
)
