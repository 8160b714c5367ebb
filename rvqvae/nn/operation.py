"""What an operation along time does to positions, for receptive fields; each decoder lists its own."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Operation:
    """An operation in which input i feeds the outputs rate * i - before … rate * i + after.

    Attributes
    ----------
    rate : outputs an input: 2 where the frame rate doubles, else 1
    before, after : outputs on either side that input i reaches too; where a dilated convolution leaves gaps,
        the farthest
    """

    rate: int
    before: int
    after: int


TRANSPOSED = Operation(2, 1, 1)  # ConvTranspose1d of kernel 3, stride 2, padding 1, output padding 1
NEAREST = Operation(2, 0, 1)  # every frame twice


def convolution(dilation: int = 1) -> Operation:
    """A Conv1d of kernel 3 that keeps the length."""
    return Operation(1, dilation, dilation)
