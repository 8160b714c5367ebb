"""Batches drawn ahead of their use, and how fast they are used."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import torch

from rvqvae.training.windows import Batch, WindowSampler


class Prefetcher:
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
        self._coming: Future[tuple[Batch, torch.Tensor]] | None = None
        self.state = sampler.generator.get_state()
        self.frames = sampler.batch_size * sampler.window
        self.waited = 0.0

    def next(self) -> Batch:
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

    def _draw(self) -> tuple[Batch, torch.Tensor]:
        motion, lengths = self._sampler.draw()
        state = self._sampler.generator.get_state()
        return (motion.pin_memory() if self._pinned else motion, lengths), state


@dataclass(frozen=True)
class Throughput:
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


class ThroughputMeter:
    """Measures throughput from now on."""

    def __init__(self, batches: Prefetcher):
        self._batches, self._started, self._waited = batches, time.perf_counter(), batches.waited

    def after(self, steps: int) -> Throughput:
        """The throughput, if so many steps were taken since the beginning."""
        elapsed = time.perf_counter() - self._started
        frames = steps * self._batches.frames
        return Throughput(frames / elapsed, (self._batches.waited - self._waited) / elapsed)
