"""Training windows from motion files."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from rvqvae.distributed import rank, ranks
from rvqvae.motion import (
    Clip,
    DegenerateClipError,
    MotionFileError,
    clip_features,
    iterate_clips,
    mirror_joints,
)
from rvqvae.motion.humanml import GROUPS


@dataclass(frozen=True)
class Source:
    """The clips of one path, mirrored and re-timed ones included, and their weight in the mixture."""

    path: str
    clips: list[Clip]
    weight: float


def read_source(
    path: str,
    weight: float = 1.0,
    *,
    mirror: bool = False,
    speeds: Sequence[float] = (1.0,),
    exclude: Sequence[str] = (),
) -> Source:
    """Read the clips of a path for training.

    Parameters
    ----------
    path : file or folder, as `rvqvae.motion.read_clips` takes
    weight : relative weight of each frame of this source when windows are drawn
    mirror : add each joint clip reflected left to right
    speeds : add each joint clip played at these speeds (1.0 is as recorded)
    exclude : names of clips to leave out

    Raises
    ------
    MotionFileError
        If the path has no usable clip, or mirroring or re-timing is asked of features.
    """
    clips = []
    for name, array in iterate_clips(path):
        if name in exclude:
            continue
        if array.ndim == 2 and (mirror or tuple(speeds) != (1.0,)):
            raise MotionFileError(f"{path}: {name} holds features; only joints can be mirrored or re-timed")
        for variant, data in _variants(array, mirror, speeds):
            try:
                clips.append(Clip(name + variant, clip_features(data)))
            except DegenerateClipError as error:
                print(f"skipped {name}{variant}: {error}")
    if not clips:
        raise MotionFileError(f"{path}: no usable clip in it")
    return Source(str(path), clips, weight)


def _variants(array, mirror, speeds):
    for speed in speeds:
        timed = array if speed == 1 else retime(array, speed)
        yield ("" if speed == 1 else f"@{speed:g}"), timed
        if mirror:
            yield ("|mirrored" if speed == 1 else f"@{speed:g}|mirrored"), mirror_joints(timed)


def retime(joints: np.ndarray, speed: float) -> np.ndarray:
    """Joints (T, 22, 3) played `speed` times as fast at the same frame rate, linearly interpolated."""
    times = np.arange(0, len(joints) - 1 + 1e-9, speed)
    before = np.minimum(times.astype(int), len(joints) - 2)
    share = (times - before)[:, None, None]
    return joints[before] * (1 - share) + joints[before + 1] * share


def standardization(clips: Sequence[Clip]) -> tuple[np.ndarray, np.ndarray]:
    """Mean (D,) of each feature and standard deviation (D,), averaged within each group of features.

    HumanML3D's normalisation: a group (yaw velocity, root velocity, height, positions, rotations,
    velocities, contacts) keeps the proportions between its features.
    """
    count = sum(len(c.features) for c in clips)
    mean = sum(c.features.sum(axis=0, dtype=np.float64) for c in clips) / count
    variance = sum(((c.features - mean) ** 2).sum(axis=0) for c in clips) / count
    std = np.sqrt(variance)
    for group in GROUPS:
        std[group] = std[group].mean()
    return mean.astype(np.float32), std.astype(np.float32)


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
        clips = [clip for source in sources for clip in source.clips]
        self.frames = torch.from_numpy(
            np.concatenate([(clip.features - mean) / std for clip in clips], dtype=np.float32)
        )
        self.lengths = torch.tensor([len(clip.features) for clip in clips])
        self.starts = self.lengths.cumsum(0) - self.lengths
        weights = [source.weight for source in sources for _ in source.clips]
        self.chances = torch.tensor(weights) * self.lengths
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
        position = torch.minimum(torch.arange(self.window), valid[:, None] - 1)
        rows = self.frames[(self.starts[picks] + offsets)[:, None] + position]
        return rows.transpose(1, 2).contiguous(), valid if short else None
