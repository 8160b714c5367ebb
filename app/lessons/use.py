"""How a checkpoint's codes are used by some clips, or over its training data."""

from dataclasses import dataclass

import numpy as np

from rvqvae import Checkpoint
from rvqvae.metrics import code_counts
from rvqvae.statistics import estimate_entropy


@dataclass(frozen=True)
class Use:
    """How a checkpoint's codes are used, layer by layer.

    Attributes
    ----------
    counts : (Q, K) tokens of each code
    """

    counts: np.ndarray

    @property
    def codes(self) -> int:
        """Codes K of each layer."""
        return self.counts.shape[1]

    @property
    def entropies(self) -> list[float]:
        """Corrected entropy of each layer, bits a token."""
        return [estimate_entropy(row).corrected_bits for row in self.counts]

    @property
    def share(self) -> float:
        """Entropy rate over nominal rate of all layers."""
        return sum(self.entropies) / (len(self.counts) * float(np.log2(self.codes)))


def checkpoint_of(session, key: str) -> Checkpoint:
    """The workbench's checkpoint, or one of the library."""
    take = session.workbench.take
    return take.checkpoint if key == take.checkpoint_key else session.library.checkpoint(key)


def use(session, checkpoint: str, keys: list[str]) -> Use:
    """How a checkpoint writes some clips."""
    codes = checkpoint_of(session, checkpoint).config.num_embeddings
    return Use(sum(code_counts(session.tokens_of(key, checkpoint), codes) for key in keys))


def truth(session, key: str) -> tuple[Use, str]:
    """A checkpoint's use of its codes over the most data there is, and in words over which.

    That is its training data where it recorded them, else all clips of the library.
    """
    recorded = checkpoint_of(session, key).usage
    if recorded is not None:
        return Use(recorded), "its training data"
    clips = list(dict.fromkeys([session.workbench.take.clip.key, *session.library.clips]))
    return use(session, key, clips), "all clips of this page (it records no use over its training data)"
