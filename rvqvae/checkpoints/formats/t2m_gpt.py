"""T2M-GPT: `VQVAE/net_last.pth`, whose mean and std lie in `meta/`, or packed into one folder.

On the Hub: that folder, or `vq.safetensors` with `t2mgpt_config.json` and `Mean.npy`. There is one codebook
(K, d), `quantizer.codebook` or `quantizer.embedding.weight`; `vqvae.` stands before every name.
"""

from collections.abc import Collection

import torch

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.checkpoints.containers import TensorFile
from rvqvae.checkpoints.dilated import beside, network
from rvqvae.checkpoints.files import Files
from rvqvae.checkpoints.formats.format import Format

_CONFIG = "t2mgpt_config.json"
_NAME = "T2M-GPT"


def _matches(names: Collection[str], files: Files) -> str | None:
    return network.prefix_of(names)


def _read(files: Files, tensors: TensorFile, device: torch.device) -> Checkpoint:
    options = beside.options_in_json(files, _CONFIG, "vqvae") or beside.options_in_text(files)
    codebooks = network.only_codebook(tensors)
    return network.read(files, tensors, device, name=_NAME, codebooks=codebooks, options=options)


FORMAT = Format(
    name=_NAME,
    tensors="the same behind vqvae., quantizer.codebook",
    weights=("vq.safetensors", "vq.pt", "*VQVAE*/net_last.pth"),
    beside=(*beside.STATISTICS, *beside.OPTIONS, _CONFIG),
    matches=_matches,
    read=_read,
    check=beside.check,
)
