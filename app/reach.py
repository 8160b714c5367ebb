"""What a token can change: the decoder's receptive field, exactly, from the operations it is made of.

Every operation spreads a value over its neighbours, and some double the frame rate. Ranges here are half
open: (first, stop). Where a dilated convolution leaves gaps, the range is the smallest that holds all it
reaches.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rvqvae.decoder import MotionDecoder
from rvqvae.dilated import DilatedConfig, DilatedDecoder
from rvqvae.model import RVQVAE


@dataclass(frozen=True)
class Spread:
    """An operation in which input i feeds the outputs rate * i - before … rate * i + after."""

    rate: int
    before: int
    after: int


TRANSPOSED = Spread(2, 1, 1)  # ConvTranspose1d of kernel 3, stride 2, padding 1, output padding 1
NEAREST = Spread(2, 0, 1)


def convolution(dilation: int = 1) -> Spread:
    """A Conv1d of kernel 3 that keeps the length."""
    return Spread(1, dilation, dilation)


def decoder_spreads(model: RVQVAE) -> tuple[Spread, ...]:
    """The decoder's operations in order, those of a single frame left out.

    Raises
    ------
    TypeError
        If the decoder is of a family that is not known here.
    """
    if isinstance(model.decoder, MotionDecoder):
        return tuple(TRANSPOSED if stride == 2 else convolution() for stride in model.decoder.strides)
    if isinstance(model.decoder, DilatedDecoder):
        return _dilated(model.config)
    raise TypeError(f"the receptive field of a {type(model.decoder).__name__} is not known")


def _dilated(config: DilatedConfig) -> tuple[Spread, ...]:
    stage = (*(convolution(dilation) for dilation in config.dilations), NEAREST, convolution())
    return (convolution(), *stage * config.num_layers, convolution(), convolution())


def frames_reached(steps: tuple[int, int], total_steps: int, spreads: Sequence[Spread]) -> tuple[int, int]:
    """Frames that latent steps can change, in a clip of `total_steps` steps."""
    first, last, size = steps[0], steps[1] - 1, total_steps
    for spread in spreads:
        size *= spread.rate
        first = max(0, spread.rate * first - spread.before)
        last = min(size - 1, spread.rate * last + spread.after)
    return first, last + 1


def steps_needed(frames: tuple[int, int], total_steps: int, spreads: Sequence[Spread]) -> tuple[int, int]:
    """Latent steps that must be decoded so that these frames come out exactly."""
    first, last = frames[0], frames[1] - 1
    for spread in reversed(spreads):
        first = -((spread.after - first) // spread.rate)  # rounded up
        last = (last + spread.before) // spread.rate
    return max(0, first), min(total_steps, last + 1)
