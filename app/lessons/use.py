"""How a checkpoint's codes are used by some clips, or over its training data."""

from dataclasses import dataclass

import numpy as np

from app.visitor import Visitor
from rvqvae import Checkpoint
from rvqvae.evaluation.metrics import code_counts
from rvqvae.statistics import ClipCoverage, Judgement, clip_coverage, estimate_entropy, judge_entropy


@dataclass(frozen=True)
class Use:
    """How a checkpoint's codes are used, layer by layer.

    Attributes
    ----------
    counts : (Q, K) tokens of each code
    seen : what the clips cover of each layer; None where it is not known which clips were counted
    """

    counts: np.ndarray
    seen: tuple[ClipCoverage, ...] | None = None

    @property
    def codes(self) -> int:
        """Codes K of each layer."""
        return self.counts.shape[1]

    @property
    def entropies(self) -> list[float]:
        """Corrected entropy of each layer, bits a token."""
        return [estimate_entropy(row).corrected_bits for row in self.counts]

    @property
    def judgement(self) -> Judgement:
        """Whether there are enough tokens for the entropy of layer 1."""
        return judge_entropy(estimate_entropy(self.counts[0], self.seen[0] if self.seen else None))

    @property
    def share(self) -> float:
        """Entropy rate over nominal rate of all layers."""
        return sum(self.entropies) / (len(self.counts) * float(np.log2(self.codes)))


def checkpoint_of(visitor: Visitor, key: str) -> Checkpoint:
    """The workbench's checkpoint, or one of the library."""
    encoded = visitor.workbench.encoded
    return encoded.checkpoint if key == encoded.checkpoint_key else visitor.catalog.checkpoint(key)


def use(visitor: Visitor, checkpoint: str, keys: list[str]) -> Use:
    """How a checkpoint writes some clips."""
    codes = checkpoint_of(visitor, checkpoint).config.num_embeddings
    tokens = [visitor.catalog.tokens(key, checkpoint) for key in keys]
    seen = tuple(clip_coverage(rows) for rows in zip(*tokens, strict=True))
    counts = np.sum([code_counts(rows, codes) for rows in tokens], axis=0)
    return Use(counts, seen)


def truth(visitor: Visitor, key: str) -> tuple[Use, str]:
    """A checkpoint's use of its codes over the most data there is, and in words over which.

    That is its training data where it recorded them, else all clips of the library.
    """
    recorded = checkpoint_of(visitor, key).usage
    if recorded is not None:
        return Use(recorded), "its training data"
    clips = list(dict.fromkeys([visitor.workbench.encoded.clip.key, *visitor.library.clips]))
    return use(visitor, key, clips), "all clips of this page (it records no use over its training data)"
