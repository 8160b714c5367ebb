"""Training clips from motion files or shards, and their normalisation."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from rvqvae.motion import (
    Clip,
    DegenerateClipError,
    MotionFileError,
    clip_features,
    iterate_clips,
    mirror_joints,
)
from rvqvae.motion.layouts import HUMANML3D, FeatureLayout, titled
from rvqvae.motion.shards import Moments, ShardedClips, is_sharded, open_shards, variant_name


@dataclass(frozen=True)
class Source:
    """The clips of one path, mirrored and re-timed ones included, and their weight in the mixture.

    Attributes
    ----------
    path : str
    clips : sequence of Clip, in memory or mapped from shards
    weight : float, of each frame when windows are drawn
    known : Moments of the clips where they are stored with them
    """

    path: str
    clips: Sequence[Clip]
    weight: float
    known: Moments | None = None

    @cached_property
    def lengths(self) -> np.ndarray:
        """(C,) int64 array, frames of each clip."""
        if isinstance(self.clips, ShardedClips):
            return self.clips.lengths
        return np.array([len(clip.features) for clip in self.clips], dtype=np.int64)

    @cached_property
    def moments(self) -> Moments:
        """Of all the clips' frames."""
        return self.known or moments_of(self.clips)


class TrainingClip(NamedTuple):
    """A clip as it is trained on: its name in the data, what was made of it, and features (N, D)."""

    name: str
    speed: float
    mirrored: bool
    features: np.ndarray


def read_source(
    path: str,
    weight: float = 1.0,
    *,
    mirror: bool = False,
    speeds: Sequence[float] = (1.0,),
    exclude: Sequence[str] = (),
    layout: FeatureLayout = HUMANML3D,
) -> Source:
    """Read the clips of a path for training, or map them where it is a folder of shards.

    Parameters
    ----------
    path : file or folder, as `rvqvae.motion.read_clips` takes, or a folder of shards
    weight : relative weight of each frame of this source when windows are drawn
    mirror : add each joint clip reflected left to right
    speeds : add each joint clip played at these speeds (1.0 is as recorded)
    exclude : names of clips to leave out
    layout : of the features; joints are made HumanML3D's

    Raises
    ------
    MotionFileError
        If the path has no usable clip of this layout, mirroring or re-timing is asked of features, or shards
        were prepared without what is asked.
    """
    if is_sharded(path):
        return _mapped_source(path, weight, mirror, speeds, exclude, layout)
    clips = [
        Clip(variant_name(clip.name, clip.speed, clip.mirrored), clip.features, layout.fps, layout.name)
        for clip in iterate_training_clips(path, mirror=mirror, speeds=speeds, exclude=exclude, layout=layout)
    ]
    return Source(str(path), clips, weight)


def iterate_training_clips(
    path: str,
    *,
    mirror: bool,
    speeds: Sequence[float],
    exclude: Sequence[str],
    layout: FeatureLayout = HUMANML3D,
) -> Iterator[TrainingClip]:
    """The clips of a path of motion files, each with its variants after it; arguments as `read_source`.

    Raises
    ------
    MotionFileError
        As `read_source`.
    """
    usable = False
    for name, array in iterate_clips(path, layout):
        if name in exclude:
            continue
        if array.ndim == 2 and (mirror or tuple(speeds) != (1.0,)):
            raise MotionFileError(
                path,
                f"{name} holds features; only joints can be mirrored or re-timed, so leave that out "
                "(--no-mirror, no --speeds)",
            )
        for speed, mirrored, data in _variants(array, mirror, speeds):
            try:
                clip = TrainingClip(name, speed, mirrored, clip_features(data))
            except DegenerateClipError as error:
                print(f"skipped {variant_name(name, speed, mirrored)}: {error}")
                continue
            usable = True
            yield clip
    if not usable:
        raise MotionFileError(path, "no usable clip in it")


def _mapped_source(
    path: str,
    weight: float,
    mirror: bool,
    speeds: Sequence[float],
    exclude: Sequence[str],
    layout: FeatureLayout,
) -> Source:
    folder = open_shards(path)
    clips = folder.clips
    if clips.width != layout.width:
        raise MotionFileError(
            path,
            f"holds {titled(clips.width)}; expected {layout.title} features (N, {layout.width}), or that "
            "--layout names the shards' own",
        )
    lacking = [speed for speed in speeds if not (clips.speeds == speed).any()]
    if lacking:
        raise MotionFileError(
            path, f"was prepared without the speed {lacking[0]:g}; prepare it again with it"
        )
    if mirror and not clips.mirrored.any():
        raise MotionFileError(
            path, "was prepared without mirrored clips; prepare it again, or train with --no-mirror"
        )
    names = np.array([name.encode() for name in exclude], dtype=np.bytes_)
    chosen = ~np.isin(clips.names, names) & np.isin(clips.speeds, speeds) & (mirror | ~clips.mirrored)
    if chosen.all():
        return Source(str(path), clips, weight, folder.moments)
    if not chosen.any():
        raise MotionFileError(path, "no usable clip in it")
    return Source(str(path), clips.where(chosen), weight)


def clip_names(path: str, layout: FeatureLayout = HUMANML3D) -> Iterator[str]:
    """Names of the clips of a path, without their variants."""
    if is_sharded(path):
        yield from open_shards(path).names
    else:
        yield from (name for name, _ in iterate_clips(path, layout))


def _variants(
    array: np.ndarray, mirror: bool, speeds: Sequence[float]
) -> Iterator[tuple[float, bool, np.ndarray]]:
    for speed in speeds:
        timed = array if speed == 1 else retime(array, speed)
        yield speed, False, timed
        if mirror:
            yield speed, True, mirror_joints(timed)


def retime(joints: np.ndarray, speed: float) -> np.ndarray:
    """Joints (T, 22, 3) played `speed` times as fast at the same frame rate, linearly interpolated."""
    times = np.arange(0, len(joints) - 1 + 1e-9, speed)
    before = np.minimum(times.astype(int), len(joints) - 2)
    share = (times - before)[:, None, None]
    return joints[before] * (1 - share) + joints[before + 1] * share


def moments_of(clips: Sequence[Clip]) -> Moments:
    """Moments of all frames of some clips, in two passes over them."""
    count = sum(len(c.features) for c in clips)
    mean = sum(c.features.sum(axis=0, dtype=np.float64) for c in clips) / count
    return Moments(count, mean, sum(((c.features - mean) ** 2).sum(axis=0) for c in clips))


def merge_moments(parts: Sequence[Moments]) -> Moments:
    """Moments of several parts together (Chan et al. 1979)."""
    whole = parts[0]
    for part in parts[1:]:
        count, apart = whole.count + part.count, part.mean - whole.mean
        squares = whole.squares + part.squares + apart**2 * (whole.count * part.count / count)
        whole = Moments(count, whole.mean + apart * (part.count / count), squares)
    return whole


def standardization(moments: Moments, layout: FeatureLayout = HUMANML3D) -> tuple[np.ndarray, np.ndarray]:
    """Mean (D,) of each feature and standard deviation (D,), averaged within each group of features.

    HumanML3D's normalisation: a group (yaw velocity, root velocity, height, positions, rotations,
    velocities, contacts) keeps the proportions between its features.
    """
    std = np.sqrt(moments.squares / moments.count)
    for group in layout.blocks.scales:
        std[group] = std[group].mean() or 1.0  # what never varies, contacts of a clip in the air for one
    return moments.mean.astype(np.float32), std.astype(np.float32)
