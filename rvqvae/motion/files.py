"""Reading motion: `.npy` features or joints, corpus `.npz`, `.bvh`, folders of them, and shards."""

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from rvqvae.archives import ArchiveError, list_npz, read_npy, read_npz
from rvqvae.motion.bvh.bvh_body import read_bvh_body
from rvqvae.motion.clips import Clip, RawClip
from rvqvae.motion.csv_motion import read_csv
from rvqvae.motion.errors import MotionFileError, NoBodyError, SkippedClipWarning
from rvqvae.motion.geometry import DegenerateClipError, to_humanml_skeleton
from rvqvae.motion.humanml import NUM_FEATURES, joints_to_features
from rvqvae.motion.joint_sets import on_body
from rvqvae.motion.layouts import HUMANML3D, FeatureLayout, fps_of_width, layout_name, layout_of_width
from rvqvae.motion.mapping import JointMap
from rvqvae.motion.shards import is_sharded, open_shards
from rvqvae.motion.skeleton import NUM_JOINTS
from rvqvae.motion.upright import turned_upright

MAX_FRAMES = 10_000_000
MAX_WIDTH = 4096
SUFFIXES = (".npy", ".npz", ".bvh")
CSV = ".csv"  # read where it is named: in folders and archives it is a table of something else
EXPECTED = f"expected features (T, {NUM_FEATURES}) or joints (T, {NUM_JOINTS}, 3) as floats"


def read_clips(path: str | Path, layout: FeatureLayout = HUMANML3D) -> list[Clip]:
    """Read every clip of a file or of a folder: features of the layout or, for HumanML3D's, joints.

    Degenerate clips of a corpus or folder are left out with a `SkippedClipWarning` that names them.

    Raises
    ------
    MotionFileError
        If the path holds no usable clip, or a file is damaged or of another shape or type.
    """
    return _convert(path, _iterate_layout(path, layout))


def read_motion(path: str | Path, *, joint_map: JointMap | None = None, z_up: bool = False) -> list[Clip]:
    """Read every clip of a file or of a folder, features of any width included, each in its own layout.

    Joints become HumanML3D's features. Degenerate clips are left out with a `SkippedClipWarning`.

    Parameters
    ----------
    path : motion file, or folder of them
    joint_map : HumanML3D joint name to the file's joint, where the rules of `rvqvae.motion.mapping` are wrong
        or find nothing; None places a joint of the spine or a collar between its neighbours. For `.bvh`, and
        for joints of sets that are not known: those without names are joint_0, joint_1, …
    z_up : whether joints have z up and not y; they are turned upright

    Raises
    ------
    MotionFileError
        If the path holds no usable clip, or a file is damaged or of another shape or type.
    """
    raws = _iterate_raw(path, joint_map)
    return _convert(path, (_upright(raw) for raw in raws) if z_up else raws)


def iterate_clips(path: str | Path, layout: FeatureLayout = HUMANML3D) -> Iterator[tuple[str, np.ndarray]]:
    """Yield (name, array) for every clip of a file or folder: features (T, D) or, for HumanML3D's, joints.

    Raises
    ------
    MotionFileError
        As `read_clips`.
    """
    return ((raw.name, raw.array) for raw in _iterate_layout(path, layout))


def motion_files(path: str | Path) -> list[Path]:
    """The motion files that a path stands for: itself, or those in a folder, by name; shards are one.

    Raises
    ------
    MotionFileError
        If there is none.
    """
    path = Path(path)
    if not path.exists():
        raise MotionFileError(path, "no such file or folder")
    if not path.is_dir() or is_sharded(path):
        return [path]
    files = sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES)
    if not files:
        raise MotionFileError(path, f"folder holds no {' or '.join(SUFFIXES)} file; {EXPECTED}")
    return files


def iterate_file(path: Path, joint_map: JointMap | None = None) -> Iterator[RawClip]:
    """Yield every clip of one file; `joint_map` as in `read_motion`.

    Raises
    ------
    MotionFileError
        If the file is damaged, or of another shape or type.
    """
    suffix = path.suffix.lower()
    if is_sharded(path):
        yield from (RawClip(clip.name, clip.features) for clip in open_shards(path).clips)
    elif suffix == ".npy":
        yield _checked(path, path.stem, "array", _load(path), (), joint_map)
    elif suffix == ".npz":
        yield from _corpus(path)
    elif suffix == ".bvh":
        yield read_bvh_body(path, joint_map)
    elif suffix == CSV:
        array, names = read_csv(path)
        yield _checked(path, path.stem, "table", array, names, joint_map, sure=False)
    else:
        raise MotionFileError(
            path,
            f"found a {path.suffix or 'nameless'} file; expected {', '.join(SUFFIXES)} or a folder of them",
        )


def make_clip(raw: RawClip) -> Clip:
    """The clip of features (N, D), in the layout of their width, or of joints (N + 1, 22, 3).

    Raises
    ------
    DegenerateClipError
        If joints have no heading or a bone no length in some frame.
    """
    width = raw.array.shape[1]
    if raw.array.ndim == 3:
        return Clip(raw.name, clip_features(raw.array), remarks=raw.remarks)
    features = raw.array.astype(np.float32)
    return Clip(raw.name, features, fps_of_width(width), layout_name(width), raw.remarks)


def _iterate_raw(path: str | Path, joint_map: JointMap | None) -> Iterator[RawClip]:
    for file in motion_files(path):
        yield from iterate_file(file, joint_map)


def _upright(raw: RawClip) -> RawClip:
    return replace(raw, array=turned_upright(raw.array)) if raw.array.ndim == 3 else raw


def _iterate_layout(path: str | Path, layout: FeatureLayout) -> Iterator[RawClip]:
    expected = EXPECTED if layout is HUMANML3D else f"expected {layout.title} features (T, {layout.width})"
    for file in motion_files(path):
        for raw in iterate_file(file):
            shape = raw.array.shape
            if (shape[1] != layout.width) if len(shape) == 2 else layout is not HUMANML3D:
                found = f"array of shape {shape}{_titled(shape[1])}" if len(shape) == 2 else "joints"
                raise MotionFileError(file, f"found {found}; {expected}")
            yield raw


def _convert(path: str | Path, raws: Iterable[RawClip]) -> list[Clip]:
    clips, reason = [], None
    for raw in raws:
        try:
            clips.append(make_clip(raw))
        except DegenerateClipError as error:
            reason = reason or error
            warnings.warn(f"skipped {raw.name}: {error}", SkippedClipWarning, stacklevel=3)
    if reason and not clips:
        raise NoBodyError(path, f"no usable clip in it, since {reason}; {EXPECTED}")
    if not clips:
        raise MotionFileError(path, f"no usable clip in it; {EXPECTED}")
    return clips


def clip_features(array: np.ndarray) -> np.ndarray:
    """Features (N, 263) float32 of a clip given as features, or as joints (N + 1, 22, 3) of any body."""
    if array.ndim == 2:
        return array.astype(np.float32)
    return joints_to_features(to_humanml_skeleton(array))


def write_corpus(path: str | Path, clips: Iterable[tuple[str, np.ndarray]]) -> None:
    """Write clips of joints, (name, (T, 22, 3)), as a corpus `.npz`."""
    names, joints = zip(*clips, strict=True)
    np.savez_compressed(
        path,
        names=np.array(names),
        lengths=np.array([len(one) for one in joints]),
        positions=np.concatenate(joints).astype(np.float32),
    )


def _load(path: Path) -> np.ndarray:
    try:
        return read_npy(path)
    except ArchiveError as error:
        raise MotionFileError(path, f"{error}; {EXPECTED}") from None


def _corpus(path: Path) -> Iterator[RawClip]:
    expected = "expected the arrays names (C,), lengths (C,) and positions (sum of lengths, 22, 3)"
    try:
        arrays = read_npz(path, ("names", "lengths", "positions"))
    except ArchiveError as error:
        raise MotionFileError(path, f"{error}; {expected}") from None
    if len(arrays) < 3:
        raise MotionFileError(path, f"found {list_npz(path)[:12]}; {expected}")
    names, lengths, positions = arrays["names"], arrays["lengths"], arrays["positions"]
    found = f"names {names.shape}, lengths {lengths.shape}, positions {positions.shape}"
    if (
        names.ndim != 1
        or lengths.shape != names.shape
        or not np.issubdtype(lengths.dtype, np.integer)
        or (lengths < 0).any()
        or positions.shape != (sum(lengths.tolist()), NUM_JOINTS, 3)
    ):
        raise MotionFileError(path, f"found {found}; {expected}")
    ends = np.cumsum(lengths, dtype=np.int64)
    for name, start, end in zip(names, ends - lengths, ends, strict=True):
        yield _checked(path, str(name), f"clip {name}", positions[start:end])


def _titled(width: int) -> str:
    known = layout_of_width(width)
    return f" ({known.title})" if known else ""


def _checked(
    path: Path,
    name: str,
    what: str,
    array: np.ndarray,
    names: tuple[str, ...] = (),
    joint_map: JointMap | None = None,
    *,
    sure: bool = True,
) -> RawClip:
    found = f"{what} of shape {array.shape} and type {array.dtype}"
    features = array.ndim == 2 and 1 <= array.shape[1] <= MAX_WIDTH
    joints = array.ndim == 3 and array.shape[1] > 0 and array.shape[2] == 3
    if not (features or joints) or not np.issubdtype(array.dtype, np.floating):
        raise MotionFileError(path, f"found {found}; {EXPECTED}")
    least = 1 if features else 2
    if not least <= len(array) <= MAX_FRAMES:
        raise MotionFileError(path, f"found {found}; expected {least} to {MAX_FRAMES} frames")
    array = np.asarray(array, dtype=np.float64 if joints else np.float32)
    if not np.isfinite(array).all():
        frame = np.argwhere(~np.isfinite(array))[0][0]
        raise MotionFileError(path, f"found NaN or infinity in {what}, frame {frame}; {EXPECTED}")
    raw = RawClip(name, array)
    return on_body(path, raw, names, joint_map, sure=sure) if joints else raw
