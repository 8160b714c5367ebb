"""Training clips to memory-mapped shards, once, for corpora that do not fit into memory."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.lib import format as npy

from rvqvae.atomic import in_one_stroke
from rvqvae.motion.layouts import HUMANML3D, FeatureLayout
from rvqvae.motion.shards import (
    INDEX,
    VERSION,
    ShardedClips,
    ShardFolder,
    is_sharded,
    open_shards,
    shard_name,
)
from rvqvae.training.data import TrainingClip, iterate_training_clips, moments_of

# A gigabyte: few enough files for a corpus of thousands of hours, and small enough to copy one by one.
FRAMES_PER_SHARD = 1_000_000


class _Entry(NamedTuple):
    name: bytes
    speed: float
    mirrored: bool
    length: int
    shard: int
    start: int


def prepare_shards(
    paths: Sequence[str],
    folder: str | Path,
    *,
    mirror: bool = True,
    speeds: Sequence[float] = (1.0,),
    exclude: Sequence[str] = (),
    layout: FeatureLayout = HUMANML3D,
    frames_per_shard: int = FRAMES_PER_SHARD,
    progress: Callable[[int], None] = lambda frames: None,
) -> ShardFolder:
    """Write the training clips of some paths as a folder of shards.

    Memory holds one clip. The folder appears when it is whole; what an interrupted run left is written anew.

    Parameters
    ----------
    paths, mirror, speeds, exclude, layout : as `rvqvae.training.data.read_source` takes
    folder : to write; must not exist
    frames_per_shard : a shard is closed when it holds this many frames
    progress : called with the frames of each clip written

    Raises
    ------
    MotionFileError
        If a file is damaged, of another layout, or there is no usable clip.
    ValueError
        If the folder exists, or a path is one of shards already.
    """
    folder = Path(folder)
    if folder.exists():
        raise ValueError(f"{folder}: exists already; choose another folder as --out")
    sharded = [path for path in paths if is_sharded(path)]
    if sharded:
        raise ValueError(f"{sharded[0]}: holds shards already; expected the files they were made from")

    def write(part: Path) -> None:
        part.mkdir(parents=True)
        entries, writer = [], _ShardWriter(part, frames_per_shard, layout.width)
        for path in paths:
            for clip in iterate_training_clips(
                path, mirror=mirror, speeds=speeds, exclude=exclude, layout=layout
            ):
                entries.append(writer.add(clip))
                progress(len(clip.features))
        writer.close()
        _write_index(part, entries, writer.frames)

    in_one_stroke(folder, write)
    return open_shards(folder)


def _write_index(folder: Path, entries: Sequence[_Entry], frames: Sequence[int]) -> None:
    names, *numbers = zip(*entries, strict=True)
    kinds = (np.float64, bool, np.int64, np.int64, np.int64)
    speeds, mirrored, lengths, shards, starts = map(np.array, numbers, kinds)
    files = tuple(np.load(folder / shard_name(number), mmap_mode="r") for number in range(len(frames)))
    clips = ShardedClips(np.array(names, dtype=np.bytes_), speeds, mirrored, lengths, shards, starts, files)
    moments = moments_of(clips)
    np.savez(
        folder / INDEX,
        version=np.array(VERSION),
        names=clips.names,
        speeds=speeds,
        mirrored=mirrored,
        lengths=lengths,
        shards=shards,
        starts=starts,
        frames=np.array(frames, dtype=np.int64),
        mean=moments.mean,
        squares=moments.squares,
    )


class _ShardWriter:
    """Appends clips to shards, each a `.npy` file whose header learns its length when the shard is closed.

    Attributes
    ----------
    frames : of each shard
    """

    def __init__(self, folder: Path, frames_per_shard: int, width: int):
        self._folder, self._most, self._width = folder, frames_per_shard, width
        self.frames: list[int] = []

    def add(self, clip: TrainingClip) -> _Entry:
        if not self.frames or self.frames[-1] >= self._most:
            self.close()
            self.frames.append(0)
            self._write_header("wb")
        place = (len(clip.features), len(self.frames) - 1, self.frames[-1])
        with open(self._path, "ab") as file:
            file.write(np.ascontiguousarray(clip.features, dtype="<f4").data)
        self.frames[-1] += len(clip.features)
        return _Entry(clip.name.encode(), clip.speed, clip.mirrored, *place)

    def close(self) -> None:
        if self.frames:
            # NumPy leaves room in the header for the first axis to grow, so its size stays.
            self._write_header("r+b")

    @property
    def _path(self) -> Path:
        return self._folder / shard_name(len(self.frames) - 1)

    def _write_header(self, mode: str) -> None:
        header = {"descr": "<f4", "fortran_order": False, "shape": (self.frames[-1], self._width)}
        with open(self._path, mode) as file:
            npy.write_array_header_1_0(file, header)
