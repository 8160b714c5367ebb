"""A row of tokens seen through a checkpoint: a take with no recorded motion."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
import torch

from app.take import Take, most_frames
from rvqvae import Checkpoint
from rvqvae.motion.token_csv import layer_columns
from rvqvae.quantizer import DROPPED


@dataclass(frozen=True, eq=False)
class TokenTake(Take):
    """A take whose tokens are given, and whose motion is what they decode to.

    That motion stands in the place of the original, so that errors are measured from the given tokens, and
    the sum of their codes in the place of the encoder's latent.

    Attributes
    ----------
    given : (Q, n) int64 array, read-only
    where : which row of which table it is
    """

    recorded: ClassVar[bool] = False
    reference: ClassVar[str] = "table's tokens"
    given: np.ndarray
    where: str

    @property
    def tokens(self) -> np.ndarray:
        """(Q, n) int64, as given; read-only."""
        return self.given

    @cached_property
    @torch.no_grad()
    def latent(self) -> torch.Tensor:
        """(d, n) the sum of the codes of the given tokens."""
        rows = torch.from_numpy(self.given.copy()).to(self.checkpoint.device)
        return self.checkpoint.model.quantizer.decode([row[None] for row in rows])[0]


def outside(tokens: np.ndarray, checkpoint: Checkpoint) -> np.ndarray:
    """Where tokens (Q, n) name codes that the checkpoint does not have: a mask of their shape."""
    return (tokens < DROPPED) | (tokens >= checkpoint.config.num_embeddings)


def misfit(tokens: np.ndarray, checkpoint: Checkpoint) -> str:
    """Why a checkpoint cannot decode tokens (Q, n), in a sentence's second half; empty if it can."""
    config = checkpoint.config
    layers, steps = tokens.shape
    if layers != config.num_quantizers:
        return (
            f"has {layers} layer{'' if layers == 1 else 's'} of tokens; checkpoint {checkpoint.name} decodes "
            f"{config.num_quantizers}"
        )
    most = most_frames(config.output_dim) // config.downsampling_ratio
    if steps > most:
        return f"has {steps} steps; at most {most} are shown here"
    wrong = outside(tokens, checkpoint)
    if wrong.any():
        layer, step = np.argwhere(wrong)[0]
        return (
            f"has code {tokens[layer, step]} in {layer_columns(layers)[layer]}, step {step}; checkpoint "
            f"{checkpoint.name} has codes 0 to {config.num_embeddings - 1}"
        )
    return ""


def frames_of(tokens: np.ndarray, frames: int | None, checkpoint: Checkpoint) -> int:
    """Frames that tokens (Q, n) stand for: those of their clip where that can be, else n x ratio."""
    ratio, steps = checkpoint.config.downsampling_ratio, tokens.shape[1]
    return frames if frames is not None and -(-frames // ratio) == steps else steps * ratio
