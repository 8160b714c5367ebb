"""MoMask: `model/*.tar` with `opt.txt` and `meta/`, as its training leaves them, or packed into one folder.

On the Hub: `vq.tar` with `vq_opt.txt` and `mean.npy`, or `vq.safetensors` with `momask_config.json` and
`Mean.npy`. Codes (K, d) of layer v are in `quantizer.layers.{v}.codebook`.
"""

from collections.abc import Collection

import torch

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.checkpoints.containers import TensorFile
from rvqvae.checkpoints.dilated import beside, network
from rvqvae.checkpoints.files import Files
from rvqvae.checkpoints.formats.format import Format
from rvqvae.checkpoints.model_tensors import numbered

_CONFIG = "momask_config.json"
_NAME = "MoMask"
_LAYER = "quantizer.layers."


def _matches(names: Collection[str], files: Files) -> str | None:
    prefix = network.prefix_of(names)
    return None if prefix is None or f"{prefix}{_LAYER}0.codebook" not in names else prefix


def _read(files: Files, tensors: TensorFile, device: torch.device) -> Checkpoint:
    options = beside.options_in_text(files) or beside.options_in_json(files, _CONFIG, "vq")
    codebooks = [f"{_LAYER}{v}.codebook" for v in numbered(tensors.shapes, _LAYER)]
    return network.read(files, tensors, device, name=_NAME, codebooks=codebooks, options=options)


FORMAT = Format(
    name=_NAME,
    tensors="encoder.model.*, quantizer.layers.*.codebook, decoder.model.*",
    weights=("vq.safetensors", "vq.tar", "vq.pt", "*rvq_nq*/model/net_best_fid.tar"),
    beside=(*beside.STATISTICS, *beside.OPTIONS, _CONFIG),
    matches=_matches,
    read=_read,
    check=beside.check,
)
