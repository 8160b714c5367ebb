"""Training windows, drawn at random and drawn ahead."""

from collections.abc import Sequence

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
    mean, std : (D,) normalisation
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
        mean: np.ndarray,
        std: np.ndarray,
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
        self._mean, self._std = mean, std
        self.lengths = torch.from_numpy(np.concatenate([source.lengths for source in sources]))
        weights = [np.full(len(source.clips), source.weight) for source in sources]
        self.chances = torch.from_numpy(np.concatenate(weights).astype(np.float32)) * self.lengths
        self.generator = torch.Generator().manual_seed(seed)

    def draw(self) -> tuple[torch.Tensor, torch.Tensor | None]:
        """A batch (B, D, window) of normalised features, and lengths (B,) if any clip is shorter.

        B is this rank's part of the batch.
        """
        draw = {"generator": self.generator}
        picks = torch.multinomial(self.chances, self.batch_size, replacement=True, **draw)
        lengths = self.lengths[picks]
        room = (lengths - self.window).clamp_min(0) + 1
        offsets = (torch.rand(self.batch_size, dtype=torch.float64, **draw) * room).long()
        valid = lengths.clamp_max(self.window)
        short = bool((valid < self.window).any())
        picks, offsets, valid = picks[self._own], offsets[self._own], valid[self._own]
        rows = np.empty((len(picks), self.window, len(self._mean)), dtype=np.float32)
        places = zip(picks.tolist(), offsets.tolist(), valid.tolist(), strict=True)
        for window, (pick, offset, frames) in zip(rows, places, strict=True):
            window[:frames] = self._clips[pick].features[offset : offset + frames]
            window[frames:] = window[frames - 1]
        rows -= self._mean
        rows /= self._std
        return torch.from_numpy(rows).transpose(1, 2).contiguous(), valid if short else None


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
