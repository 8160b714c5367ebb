"""Training windows, drawn at random."""

from collections.abc import Sequence

import numpy as np
import torch

from rvqvae.motion import Clip
from rvqvae.nn.distributed import is_distributed, rank, ranks, sum_across_ranks
from rvqvae.training.data import Source

# Raw features (B, window, D), and valid lengths (B,) where any clip is shorter than the window.
Batch = tuple[torch.Tensor, torch.Tensor | None]


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
        self._clips = ConcatClips([source.clips for source in sources])
        self._width = self._clips[0].features.shape[1]
        self.lengths = torch.from_numpy(np.concatenate([source.lengths for source in sources]))
        weights = [np.full(len(source.clips), source.weight) for source in sources]
        # Chances one after the other on a line: the clip that a point of it falls on is found by bisection.
        self._line = torch.cumsum(torch.from_numpy(np.concatenate(weights)).double() * self.lengths, 0)
        self.generator = torch.Generator().manual_seed(seed)

    def draw(self) -> Batch:
        """This rank's part of the next batch; normalising is left to the device."""
        points = torch.rand(self.batch_size, dtype=torch.float64, generator=self.generator) * self._line[-1]
        picks = torch.searchsorted(self._line, points, right=True)
        lengths = self.lengths[picks]
        room = (lengths - self.window).clamp_min(0) + 1
        offsets = (torch.rand(self.batch_size, dtype=torch.float64, generator=self.generator) * room).long()
        valid = lengths.clamp_max(self.window)
        short = bool((valid < self.window).any())
        picks, offsets, valid = picks[self._own], offsets[self._own], valid[self._own]
        rows = np.empty((len(picks), self.window, self._width), dtype=np.float32)
        places = zip(picks.tolist(), offsets.tolist(), valid.tolist(), strict=True)
        for window, (pick, offset, frames) in zip(rows, places, strict=True):
            window[:frames] = self._clips[pick].features[offset : offset + frames]
            window[frames:] = window[frames - 1]
        return torch.from_numpy(rows), valid if short else None


class ConcatClips(Sequence[Clip]):
    """Clips of several sequences one after the other, none of them copied."""

    def __init__(self, parts: Sequence[Sequence[Clip]]):
        self._parts = parts
        self._ends = np.cumsum([len(part) for part in parts])

    def __len__(self) -> int:
        return int(self._ends[-1])

    def __getitem__(self, index: int) -> Clip:  # type: ignore[override]  # no slices
        if index >= len(self):
            raise IndexError(index)  # which is how iteration ends
        part = int(np.searchsorted(self._ends, index, side="right"))
        return self._parts[part][index - (int(self._ends[part - 1]) if part else 0)]


def part_of_frames(motion: torch.Tensor, lengths: torch.Tensor | None) -> torch.Tensor | float:
    """This rank's valid frames over the mean of all ranks', so that every frame of the batch counts alike."""
    if not is_distributed():
        return 1.0
    own = motion.new_tensor(motion.shape[0] * motion.shape[-1]) if lengths is None else lengths.sum().float()
    return own * ranks() / sum_across_ranks(own)
