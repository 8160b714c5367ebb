"""What a dropped token stands for where it does not stand for nothing: its layer's average code."""

from typing import Literal

import numpy as np
import torch

from rvqvae import Checkpoint
from rvqvae.nn.model import evaluating

Meaning = Literal["nothing", "average"]
NOTHING: Meaning = "nothing"
AVERAGE: Meaning = "average"
MEANINGS: tuple[Meaning, ...] = (NOTHING, AVERAGE)  # of what is off or dropped


@torch.no_grad()
def average_codes(checkpoint: Checkpoint, tokens: np.ndarray) -> torch.Tensor:
    """(Q, d) the mean of each layer's codes, as often as the training data use them.

    Parameters
    ----------
    tokens : (Q, n) that are counted instead, where the checkpoint does not hold the counts
    """
    means: list[torch.Tensor] = []
    for layer, row in zip(checkpoint.model.quantizer.layers, tokens, strict=True):
        counts = None if checkpoint.usage is None else checkpoint.usage[len(means)]
        if counts is None or not counts.sum():
            counts = np.bincount(row[row >= 0], minlength=layer.embedding.shape[1])
        shares = counts / max(1, counts.sum())
        embedding = layer.embedding.double()
        means.append((embedding @ torch.as_tensor(shares, device=embedding.device)).float())
    return torch.stack(means)


@torch.no_grad()
def decode_with_fill(
    checkpoint: Checkpoint, tokens: np.ndarray, fill: torch.Tensor, length: int | None
) -> np.ndarray:
    """Raw features (length, D) of tokens (Q, n), where -1 adds its layer's row of `fill` (Q, d)."""
    model, steps = checkpoint.model, tokens.shape[1]
    rows = torch.from_numpy(np.array(tokens, dtype=np.int64)).to(checkpoint.device)
    total = model.quantizer.decode([row[None] for row in rows])[0]  # (d, steps)
    total = total + fill.t() @ (rows < 0).to(fill.dtype)
    frames = steps * checkpoint.config.downsampling_ratio
    with evaluating(model):
        decoded = model.decoder(total[None], None)[0, :, : frames if length is None else length]
    return checkpoint.denormalize(decoded)
