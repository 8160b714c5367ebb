"""Reading motion: `.npy` features or joints, corpus `.npz`, and folders of them."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rvqvae.motion.humanml import NUM_FEATURES, joints_to_features
from rvqvae.motion.skeleton import FPS, NUM_JOINTS, DegenerateClipError, to_humanml_skeleton

MAX_FRAMES = 10_000_000
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
    features : (N, 263) float32 array, raw units
    fps : float
    """

    name: str
    features: np.ndarray
    fps: float = FPS


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


def iterate_clips(path: str | Path) -> Iterator[tuple[str, np.ndarray]]:
    """Yield (name, array) for every clip of a file or folder: features (T, 263) or joints (T, 22, 3).

    Raises
    ------
    MotionFileError
        As `read_clips`.
    """
    path = Path(path)
    if path.is_dir():
        files = sorted(p for p in path.iterdir() if p.suffix in (".npy", ".npz"))
        if not files:
            raise MotionFileError(f"{path}: folder holds no .npy or .npz file; {EXPECTED}")
        for file in files:
            yield from iterate_clips(file)
    elif not path.exists():
        raise MotionFileError(f"{path}: no such file or folder")
    elif path.suffix == ".npy":
        yield path.stem, _checked(path, "array", _load(path))
    elif path.suffix == ".npz":
        yield from _corpus(path)
    else:
        raise MotionFileError(
            f"{path}: found a {path.suffix or 'nameless'} file; expected .npy, .npz or a folder of them"
        )


def _convert(arrays: Iterator[tuple[str, np.ndarray]]) -> Iterator[Clip]:
    for name, array in arrays:
        try:
            yield Clip(name, clip_features(array))
        except DegenerateClipError as error:
            warnings.warn(f"skipped {name}: {error}", SkippedClipWarning, stacklevel=3)


def clip_features(array: np.ndarray) -> np.ndarray:
    """Features (N, 263) float32 of a clip given as features, or as joints (N + 1, 22, 3) of any body."""
    if array.ndim == 2:
        return array.astype(np.float32)
    return joints_to_features(to_humanml_skeleton(array))


def _load(path: Path) -> np.ndarray:
    if path.stat().st_size == 0:
        raise MotionFileError(f"{path}: the file is empty; {EXPECTED}")
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        found = "pickled objects" if _is_pickle(error) else f"no NumPy array ({error})"
        raise MotionFileError(f"{path}: found {found}; {EXPECTED}") from None
    if not isinstance(array, np.ndarray):
        raise MotionFileError(f"{path}: found an archive; expected one array in a .npy file")
    return array


def _corpus(path: Path) -> Iterator[tuple[str, np.ndarray]]:
    expected = "expected the arrays names (C,), lengths (C,) and positions (sum of lengths, 22, 3)"
    try:
        with np.load(path, allow_pickle=False) as archive:
            missing = {"names", "lengths", "positions"} - set(archive.files)
            if missing:
                raise MotionFileError(f"{path}: found {sorted(archive.files)}; {expected}")
            names, lengths, positions = (archive[k] for k in ("names", "lengths", "positions"))
    except MotionFileError:
        raise
    except Exception as error:  # a damaged archive fails in zipfile, zlib or NumPy, each in its way
        found = "pickled objects" if _is_pickle(error) else "a damaged archive"
        raise MotionFileError(f"{path}: found {found} ({error}); {expected}") from None
    found = f"names {names.shape}, lengths {lengths.shape}, positions {positions.shape}"
    if (
        names.ndim != 1
        or lengths.shape != names.shape
        or not np.issubdtype(lengths.dtype, np.integer)
        or (lengths < 0).any()
        or positions.shape != (lengths.sum(), NUM_JOINTS, 3)
    ):
        raise MotionFileError(f"{path}: found {found}; {expected}")
    ends = np.cumsum(lengths, dtype=np.int64)
    for name, start, end in zip(names, ends - lengths, ends, strict=True):
        yield str(name), _checked(path, f"clip {name}", positions[start:end])


def _is_pickle(error: Exception) -> bool:
    return "pickle" in str(error) or "Python objects" in str(error)


def _checked(path: Path, what: str, array: np.ndarray) -> np.ndarray:
    found = f"{what} of shape {array.shape} and type {array.dtype}"
    features = array.ndim == 2 and array.shape[1] == NUM_FEATURES
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
