"""What a token can change: the decoder's receptive field, exactly, from the strides of its blocks.

Every block has a kernel of 3. With stride 2 (transposed) input i feeds outputs 2i - 1 … 2i + 1; with
stride 1 it feeds i - 1 … i + 1. Ranges here are half open: (first, stop).
"""

from collections.abc import Sequence


def frames_reached(steps: tuple[int, int], total_steps: int, strides: Sequence[int]) -> tuple[int, int]:
    """Frames that latent steps can change, in a clip of `total_steps` steps."""
    first, last, size = steps[0], steps[1] - 1, total_steps
    for stride in strides:
        size *= stride
        first, last = max(0, stride * first - 1), min(size - 1, stride * last + 1)
    return first, last + 1


def steps_needed(frames: tuple[int, int], total_steps: int, strides: Sequence[int]) -> tuple[int, int]:
    """Latent steps that must be decoded so that these frames come out exactly."""
    first, last = frames[0], frames[1] - 1
    for stride in reversed(strides):
        first, last = (first // 2, (last + 1) // 2) if stride == 2 else (first - 1, last + 1)
    return max(0, first), min(total_steps, last + 1)
