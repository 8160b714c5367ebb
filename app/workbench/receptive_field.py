"""Which latent steps feed a frame, and which frames a token can change, exactly.

A frame's *receptive field* are the steps that feed it; a token's *reach* are the frames it can change. Both
follow from the decoder's `operations`. Ranges are half open: (first, stop). Where a dilated convolution
leaves gaps, the range is the smallest that holds them.
"""

from collections.abc import Sequence

from rvqvae.nn.operation import Operation


def frames_reached(
    steps: tuple[int, int], total_steps: int, operations: Sequence[Operation]
) -> tuple[int, int]:
    """Frames that latent steps can change, in a clip of `total_steps` steps."""
    first, last, size = steps[0], steps[1] - 1, total_steps
    for operation in operations:
        size *= operation.rate
        first = max(0, operation.rate * first - operation.before)
        last = min(size - 1, operation.rate * last + operation.after)
    return first, last + 1


def steps_needed(
    frames: tuple[int, int], total_steps: int, operations: Sequence[Operation]
) -> tuple[int, int]:
    """Latent steps that must be decoded so that these frames come out exactly."""
    first, last = frames[0], frames[1] - 1
    for operation in reversed(operations):
        first = -((operation.after - first) // operation.rate)  # rounded up
        last = (last + operation.before) // operation.rate
    return max(0, first), min(total_steps, last + 1)
