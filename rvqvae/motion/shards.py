"""Clips as memory-mapped shards: corpora that do not fit into memory.

A folder of shards holds `shard-00000.npy`, `shard-00001.npy` … and `index.npz`. A shard is the float32
features (N, D) of many clips one after the other, all of one layout, which their width tells as it does of
other files; the index says which clip lies where and holds the moments of all frames.
`rvqvae.training.shards` writes such folders.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from rvqvae.archives import ArchiveError, read_npy, read_npz
from rvqvae.motion.clips import Clip
from rvqvae.motion.errors import MotionFileError
from rvqvae.motion.layouts import fps_of_width, layout_name

INDEX = "index.npz"
VERSION = 1
_ARRAYS = (
    *("version", "names", "speeds", "mirrored", "shards", "starts", "lengths", "frames"),
    *("mean", "squares"),
)
_EXPECTED = "expected a folder that `python -m rvqvae shard` wrote"


def shard_name(number: int) -> str:
    """File name of a shard."""
    return f"shard-{number:05d}.npy"


def variant_name(name: str, speed: float, mirrored: bool) -> str:
    """A clip's name where it is played at another speed or mirrored."""
    return name + ("" if speed == 1 else f"@{speed:g}") + ("|mirrored" if mirrored else "")


def is_sharded(path: str | Path) -> bool:
    """Whether a path is a folder of shards."""
    return (Path(path) / INDEX).is_file()


@dataclass(frozen=True)
class Moments:
    """What mean and standard deviation are made of.

    Attributes
    ----------
    count : int, frames
    mean : (D,) float64 array
    squares : (D,) float64 array, summed squared deviations from the mean
    """

    count: int
    mean: np.ndarray
    squares: np.ndarray


@dataclass(frozen=True)
class ShardedClips(Sequence[Clip]):
    """The clips of a folder of shards, or some of them; each is a window on the mapped file.

    Attributes
    ----------
    names : (C,) array of UTF-8 bytes, names without speed and mirroring
    speeds : (C,) float64 array
    mirrored : (C,) bool array
    lengths : (C,) int64 array, frames
    """

    names: np.ndarray
    speeds: np.ndarray
    mirrored: np.ndarray
    lengths: np.ndarray
    _shards: np.ndarray
    _starts: np.ndarray
    _files: tuple[np.ndarray, ...]

    def __len__(self) -> int:
        return len(self.lengths)

    def __getitem__(self, index: int) -> Clip:  # type: ignore[override]  # no slices
        if index >= len(self):
            raise IndexError(index)  # which is how iteration ends
        name = variant_name(self.names[index].decode(), self.speeds[index], bool(self.mirrored[index]))
        start = self._starts[index]
        features = self._files[self._shards[index]][start : start + self.lengths[index]]
        return Clip(name, features, fps_of_width(self.width), layout_name(self.width))

    @property
    def width(self) -> int:
        """Features of a frame."""
        return int(self._files[0].shape[1])

    def where(self, chosen: np.ndarray) -> "ShardedClips":
        """Those of a mask (C,)."""
        arrays = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "_files"}
        return replace(self, **{name: array[chosen] for name, array in arrays.items()})


@dataclass(frozen=True)
class ShardFolder:
    """A folder of shards, checked: sizes, types and places agree with each other.

    Attributes
    ----------
    path : the folder
    clips : all its clips
    moments : of all its frames
    """

    path: Path
    clips: ShardedClips
    moments: Moments

    @cached_property
    def names(self) -> set[str]:
        """Names of the clips, without speed and mirroring."""
        return {name.decode() for name in np.unique(self.clips.names)}


def open_shards(path: str | Path) -> ShardFolder:
    """Map a folder of shards; nothing but the index is read.

    Raises
    ------
    MotionFileError
        If a file is missing or damaged, or shards and index do not agree.
    """
    path = Path(path)
    index = _read_index(path)
    width = len(index["mean"])
    files = tuple(
        _map(path, number, (frames, width)) for number, frames in enumerate(index["frames"].tolist())
    )
    names, speeds, mirrored, lengths, shards, starts = (
        index[key] for key in ("names", "speeds", "mirrored", "lengths", "shards", "starts")
    )
    clips = ShardedClips(names, speeds, mirrored, lengths, shards, starts, files)
    moments = Moments(int(lengths.sum()), index["mean"], index["squares"])
    return ShardFolder(path, clips, moments)


def _read_index(folder: Path) -> dict[str, np.ndarray]:
    path = folder / INDEX
    try:
        index = read_npz(path, _ARRAYS)
    except ArchiveError as error:
        raise MotionFileError(path, f"{error}; {_EXPECTED}") from None
    missing = [name for name in _ARRAYS if name not in index]
    if missing:
        raise MotionFileError(path, f"found no array {missing[0]!r}; {_EXPECTED}")
    if index["version"].shape != () or index["version"].tolist() != VERSION:
        raise MotionFileError(path, f"found shards of version {index['version']!s:.40}; expected {VERSION}")
    clips, wrong = index["lengths"].shape, None
    for name, kind in (("names", "S"), ("speeds", "f"), ("mirrored", "b"), ("shards", "i"), ("starts", "i")):
        wrong = wrong or _differs(index, name, kind, clips)
    wrong = wrong or _differs(index, "lengths", "i", (clips or (0,))[:1])
    wrong = wrong or _differs(index, "frames", "i", index["frames"].shape[:1] or (0,))
    width = index["squares"].shape
    for name in ("mean", "squares"):
        wrong = wrong or _differs(index, name, "f", width if len(width) == 1 and width[0] else (1,))
    if wrong:
        raise MotionFileError(path, f"{wrong}; {_EXPECTED}")
    _check_places(path, index)
    return index


def _differs(index: dict[str, np.ndarray], name: str, kind: str, shape: tuple[int, ...]) -> str | None:
    array = index[name]
    if array.dtype.kind == kind and array.shape == shape:
        return None
    return f"found {name} of shape {array.shape} and type {array.dtype}"


def _check_places(path: Path, index: dict[str, np.ndarray]) -> None:
    shards, starts, lengths, frames = (index[key] for key in ("shards", "starts", "lengths", "frames"))
    inside = (shards >= 0) & (shards < len(frames)) & (starts >= 0) & (lengths >= 1)
    if len(lengths) == 0 or not inside.all() or (frames < 0).any():
        raise MotionFileError(path, f"found clips outside its shards, or none; {_EXPECTED}")
    # Compared so that no sum can overflow.
    if (lengths > frames[shards]).any() or (starts > frames[shards] - lengths).any():
        raise MotionFileError(path, f"found clips outside its shards; {_EXPECTED}")
    numbers = (index["speeds"], index["mean"], index["squares"])
    if not all(np.isfinite(n).all() for n in numbers) or (index["squares"] < 0).any():
        raise MotionFileError(path, f"found NaN or infinity, or a negative variance; {_EXPECTED}")
    try:
        b"\n".join(index["names"].tolist()).decode()
    except UnicodeDecodeError:
        raise MotionFileError(path, f"found names that are not UTF-8; {_EXPECTED}") from None


def _map(folder: Path, number: int, shape: tuple[int, int]) -> np.ndarray:
    path = folder / shard_name(number)
    if not path.is_file():
        raise MotionFileError(path, f"no such file; {_EXPECTED}, whole")
    try:
        array = read_npy(path)
    except ArchiveError as error:
        raise MotionFileError(path, f"{error}; {_EXPECTED}, whole") from None
    if array.shape != shape or array.dtype != np.float32 or not array.flags.c_contiguous:
        raise MotionFileError(
            path,
            f"found an array of shape {array.shape} and type {array.dtype}; the index says {shape} float32",
        )
    return np.asarray(array)
