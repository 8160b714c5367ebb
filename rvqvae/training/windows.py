"""Training windows, drawn at random and drawn ahead."""

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch

from rvqvae.distributed import rank, ranks
from rvqvae.motion import Clip
from rvqvae.training.data import Source


class WindowSampler:
    """Draws batches of windows; a frame's chance is its source's weight.

    Clips shorter than the window are padded; their valid lengths come along.

    Parameters
    ----------
    sources : the clips
    window, batch_size : frames of a window, windows of a batch
    seed : of the sampler's own generator, whose state is part of a training checkpoint

    Of several ranks each draws the whole batch's windows and returns its own part of them, so that the
    batches do not depend on the number of ranks.

    Raises
    ------
    ValueError
        If there are fewer windows than ranks.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        *,
        window: int,
        batch_size: int,
        seed: int,
    ):
        if batch_size < ranks():
            raise ValueError(f"batch_size is {batch_size}; {ranks()} ranks need at least one window each")
        self.window, self.batch_size = window, batch_size
        self._own = slice(rank() * batch_size // ranks(), (rank() + 1) * batch_size // ranks())
        self._clips = Chained([source.clips for source in sources])
        self._width = self._clips[0].features.shape[1]
        self.lengths = torch.from_numpy(np.concatenate([source.lengths for source in sources]))
        weights = [np.full(len(source.clips), source.weight) for source in sources]
        # Chances one after the other on a line: the clip that a point of it falls on is found by bisection.
        self._line = torch.cumsum(torch.from_numpy(np.concatenate(weights)).double() * self.lengths, 0)
        self.generator = torch.Generator().manual_seed(seed)

    def draw(self) -> tuple[torch.Tensor, torch.Tensor | None]:
        """A batch (B, window, D) of raw features, and lengths (B,) if any clip is shorter.

        B is this rank's part of the batch. Normalising is left to the device.
        """
        draw = {"generator": self.generator}
        points = torch.rand(self.batch_size, dtype=torch.float64, **draw) * self._line[-1]
        picks = torch.searchsorted(self._line, points, right=True)
        lengths = self.lengths[picks]
        room = (lengths - self.window).clamp_min(0) + 1
        offsets = (torch.rand(self.batch_size, dtype=torch.float64, **draw) * room).long()
        valid = lengths.clamp_max(self.window)
        short = bool((valid < self.window).any())
        picks, offsets, valid = picks[self._own], offsets[self._own], valid[self._own]
        rows = np.empty((len(picks), self.window, self._width), dtype=np.float32)
        places = zip(picks.tolist(), offsets.tolist(), valid.tolist(), strict=True)
        for window, (pick, offset, frames) in zip(rows, places, strict=True):
            window[:frames] = self._clips[pick].features[offset : offset + frames]
            window[frames:] = window[frames - 1]
        return torch.from_numpy(rows), valid if short else None


class Chained(Sequence[Clip]):
    """Clips of several sequences one after the other, none of them copied."""

    def __init__(self, parts: Sequence[Sequence[Clip]]):
        self._parts = parts
        self._ends = np.cumsum([len(part) for part in parts])

    def __len__(self) -> int:
        return int(self._ends[-1])

    def __getitem__(self, index: int) -> Clip:
        if index >= len(self):
            raise IndexError(index)  # which is how iteration ends
        part = int(np.searchsorted(self._ends, index, side="right"))
        return self._parts[part][index - (int(self._ends[part - 1]) if part else 0)]


class Ahead:
    """Batches of a sampler, the next one drawn in a thread while the last one is trained on.

    The batches are the sampler's own, and `state` is its generator's as if none had been drawn ahead, so that
    a run resumes bit for bit.

    Attributes
    ----------
    frames : of a batch, all ranks' parts together
    waited : seconds spent waiting for batches so far
    """

    def __init__(self, sampler: WindowSampler, *, pinned: bool = False):
        self._sampler, self._pinned = sampler, pinned
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="windows")
        self._coming: Future | None = None
        self.state = sampler.generator.get_state()
        self.frames = sampler.batch_size * sampler.window
        self.waited = 0.0

    def next(self) -> tuple[torch.Tensor, torch.Tensor | None]:
        """The next batch, as `WindowSampler.draw` gives it; in pinned memory where that was asked."""
        started = time.perf_counter()
        batch, self.state = (self._coming or self._thread.submit(self._draw)).result()
        self.waited += time.perf_counter() - started
        self._coming = self._thread.submit(self._draw)
        return batch

    def restore(self, state: torch.Tensor) -> None:
        """Go on from a state."""
        if self._coming is not None:
            self._coming.result()
            self._coming = None
        self._sampler.generator.set_state(state)
        self.state = state

    def _draw(self):
        motion, lengths = self._sampler.draw()
        state = self._sampler.generator.get_state()
        return (motion.pin_memory() if self._pinned else motion, lengths), state


@dataclass(frozen=True)
class Speed:
    """How fast training went.

    Attributes
    ----------
    frames_per_second : float, of all ranks
    waiting : float, share of the time that was spent waiting for data, 0 to 1
    """

    frames_per_second: float
    waiting: float

    def __str__(self) -> str:
        return f"{self.frames_per_second:,.0f} frames/s {self.waiting:.1%} waiting for data"


class Pace:
    """Measures speed from now on."""

    def __init__(self, batches: Ahead):
        self._batches, self._started, self._waited = batches, time.perf_counter(), batches.waited

    def of(self, steps: int) -> Speed:
        """The speed, if so many steps were taken since the beginning."""
        elapsed = time.perf_counter() - self._started
        frames = steps * self._batches.frames
        return Speed(frames / elapsed, (self._batches.waited - self._waited) / elapsed)
