"""A candidate cause, with the repair that would undo it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from rvqvae.checkpoints.checkpoint import Checkpoint

Repair = Callable[[Checkpoint], Checkpoint]


class Kind(StrEnum):
    """What a repair changes, and so whether it can be handed out."""

    METADATA = "metadata"  # mean, std, frame rate
    REARRANGEMENT = "rearrangement"  # the same numbers in other places, or times one factor
    BUILD = "build"  # how the network is put together, which no file here can say
    ESTIMATE = "estimate"  # numbers taken from the clips at hand: evidence, not a repair
    FACTOR = "factor"  # one factor on what are many numbers: evidence, not a repair


@dataclass(frozen=True)
class Hypothesis:
    """A candidate cause.

    Attributes
    ----------
    check : a stable name for programs, e.g. "decoder_strides"
    where : the part of the checkpoint
    sentence : what is wrong, if this is it
    advice : what to do then
    repair : checkpoint to a repaired copy; the examined one stays as it is
    kind : what the repair changes
    undone : the repair in words, "with …"
    """

    check: str
    where: str
    sentence: str
    advice: str
    repair: Repair
    kind: Kind
    undone: str

    @property
    def can_be_saved(self) -> bool:
        """Whether the repaired copy can be handed out as a checkpoint."""
        return self.kind in (Kind.METADATA, Kind.REARRANGEMENT)
