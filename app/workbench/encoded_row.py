"""A row of tokens seen through a checkpoint: an encoded clip with no recorded motion."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
import torch

from app.workbench.encoded_clip import EncodedClip


@dataclass(frozen=True, eq=False)
class EncodedRow(EncodedClip):
    """An encoded clip whose tokens are given, and whose motion is what they decode to.

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
