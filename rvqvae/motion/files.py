"""Reading motion: `.npy` features or joints, corpus `.npz`, and folders of them."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rvqvae.archives import ArchiveError, list_npz, read_npy, read_npz
from rvqvae.motion.humanml import NUM_FEATURES, joints_to_features
from rvqvae.motion.representations import HUMANML3D, MOTION_S, MOTION_S_FPS, layout_of, representation_of
from rvqvae.motion.skeleton import FPS, NUM_JOINTS, DegenerateClipError, to_humanml_skeleton

MAX_FRAMES = 10_000_000
MAX_WIDTH = 4096
SUFFIXES = (".npy", ".npz")
EXPECTED = f"expected features (T, {NUM_FEATURES}) or joints (T, {NUM_JOINTS}, 3) as floats"


class MotionFileError(ValueError):
    """A motion file that cannot be used; the message names it, what was found and what was expected."""


class SkippedClipWarning(UserWarning):
    """A clip of a corpus or folder was left out; the message names it and the reason."""


@dataclass(frozen=True)
class Clip:
    """One motion as features.

    Attributes
    ----------
    name : str
    features : (N, D) float32 array, raw units; D is 263 in HumanML3D's layout
    fps : float, or None where the file does not say and its layout has none
    layout : str, a layout of `rvqvae.motion.representations`; "unknown" features have no joints
    """

    name: str
    features: np.ndarray
    fps: float | None = FPS
    layout: str = HUMANML3D.layout


def read_clips(path: str | Path) -> list[Clip]:
    """Read every clip of a file or of a folder.

    Degenerate clips of a corpus or folder are left out with a `SkippedClipWarning` that names them.

    Raises
    ------
    MotionFileError
        If the path holds no usable clip, or a file is damaged or of another shape or type.
    """
    clips = list(_convert(iterate_clips(path)))
    if not clips:
        raise MotionFileError(f"{path}: no usable clip in it; {EXPECTED}")
    return clips


def read_motion(path: str | Path) -> list[Clip]:
    """Read every clip of a file or of a folder, features of any width included, each in its own layout.

    Joints become HumanML3D's features. Degenerate clips are left out with a `SkippedClipWarning`.

    Raises
    ------
    MotionFileError
        If the path holds no usable clip, or a file is damaged or of another shape or type.
    """
    clips = list(_convert(_iterate_arrays(path)))
    if not clips:
        raise MotionFileError(f"{path}: no usable clip in it; {EXPECTED}")
    return clips


def iterate_clips(path: str | Path) -> Iterator[tuple[str, np.ndarray]]:
    """Yield (name, array) for every clip of a file or folder: features (T, 263) or joints (T, 22, 3).

    Raises
    ------
    MotionFileError
        As `read_clips`.
    """
    for name, array in _iterate_arrays(path):
        if array.ndim == 2 and array.shape[1] != NUM_FEATURES:
            raise MotionFileError(
                f"{path}: found {name}, features of shape {array.shape}{_titled(array.shape[1])}; {EXPECTED}"
            )
        yield name, array


def motion_files(path: str | Path) -> list[Path]:
    """The motion files that a path stands for: itself, or those in a folder, by name.

    Raises
    ------
    MotionFileError
        If there is none.
    """
    path = Path(path)
    if not path.exists():
        raise MotionFileError(f"{path}: no such file or folder")
    if not path.is_dir():
        return [path]
    files = sorted(p for p in path.iterdir() if p.suffix in SUFFIXES)
    if not files:
        raise MotionFileError(f"{path}: folder holds no {' or '.join(SUFFIXES)} file; {EXPECTED}")
    return files


def iterate_file(path: Path) -> Iterator[tuple[str, np.ndarray]]:
    """Yield (name, array) for every clip of one file: features (T, D) or joints (T, 22, 3).

    Raises
    ------
    MotionFileError
        If the file is damaged, or of another shape or type.
    """
    if path.suffix == ".npy":
        yield path.stem, _checked(path, "array", _load(path))
    elif path.suffix == ".npz":
        yield from _corpus(path)
    else:
        raise MotionFileError(
            f"{path}: found a {path.suffix or 'nameless'} file; "
            f"expected {', '.join(SUFFIXES)} or a folder of them"
        )


def array_clip(name: str, array: np.ndarray) -> Clip:
    """A clip given as features (N, D), in the layout of their width, or as joints (N + 1, 22, 3).

    Raises
    ------
    DegenerateClipError
        If joints have no heading or a bone no length in some frame.
    """
    if array.ndim == 3:
        return Clip(name, clip_features(array))
    layout, known = layout_of(array.shape[1]), representation_of(array.shape[1])
    fps = known.fps if known else MOTION_S_FPS if layout == MOTION_S else None
    return Clip(name, array.astype(np.float32), fps, layout)


def _iterate_arrays(path: str | Path) -> Iterator[tuple[str, np.ndarray]]:
    for file in motion_files(path):
        yield from iterate_file(file)


def _convert(arrays: Iterator[tuple[str, np.ndarray]]) -> Iterator[Clip]:
    for name, array in arrays:
        try:
            yield array_clip(name, array)
        except DegenerateClipError as error:
            warnings.warn(f"skipped {name}: {error}", SkippedClipWarning, stacklevel=3)


def clip_features(array: np.ndarray) -> np.ndarray:
    """Features (N, 263) float32 of a clip given as features, or as joints (N + 1, 22, 3) of any body."""
    if array.ndim == 2:
        return array.astype(np.float32)
    return joints_to_features(to_humanml_skeleton(array))


def _load(path: Path) -> np.ndarray:
    try:
        return read_npy(path)
    except ArchiveError as error:
        raise MotionFileError(f"{path}: {error}; {EXPECTED}") from None


def _corpus(path: Path) -> Iterator[tuple[str, np.ndarray]]:
    expected = "expected the arrays names (C,), lengths (C,) and positions (sum of lengths, 22, 3)"
    try:
        arrays = read_npz(path, ("names", "lengths", "positions"))
    except ArchiveError as error:
        raise MotionFileError(f"{path}: {error}; {expected}") from None
    if len(arrays) < 3:
        raise MotionFileError(f"{path}: found {list_npz(path)[:12]}; {expected}")
    names, lengths, positions = arrays["names"], arrays["lengths"], arrays["positions"]
    found = f"names {names.shape}, lengths {lengths.shape}, positions {positions.shape}"
    if (
        names.ndim != 1
        or lengths.shape != names.shape
        or not np.issubdtype(lengths.dtype, np.integer)
        or (lengths < 0).any()
        or positions.shape != (sum(lengths.tolist()), NUM_JOINTS, 3)
    ):
        raise MotionFileError(f"{path}: found {found}; {expected}")
    ends = np.cumsum(lengths, dtype=np.int64)
    for name, start, end in zip(names, ends - lengths, ends, strict=True):
        yield str(name), _checked(path, f"clip {name}", positions[start:end])


def _titled(width: int) -> str:
    known = representation_of(width)
    return f" ({known.title})" if known else ""


def _checked(path: Path, what: str, array: np.ndarray) -> np.ndarray:
    found = f"{what} of shape {array.shape} and type {array.dtype}"
    features = array.ndim == 2 and 1 <= array.shape[1] <= MAX_WIDTH
    joints = array.ndim == 3 and array.shape[1:] == (NUM_JOINTS, 3)
    if not (features or joints) or not np.issubdtype(array.dtype, np.floating):
        raise MotionFileError(f"{path}: found {found}; {EXPECTED}")
    least = 1 if features else 2
    if not least <= len(array) <= MAX_FRAMES:
        raise MotionFileError(f"{path}: found {found}; expected {least} to {MAX_FRAMES} frames")
    array = np.asarray(array, dtype=np.float64 if joints else np.float32)
    if not np.isfinite(array).all():
        frame = np.argwhere(~np.isfinite(array))[0][0]
        raise MotionFileError(f"{path}: found NaN or infinity in {what}, frame {frame}; {EXPECTED}")
    return array
