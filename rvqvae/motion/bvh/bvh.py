"""BVH files: a tree of joints with offsets, and a table of channels, one row a frame.

Angles are degrees, rotations are applied in the order of their channels, and a position channel replaces the
joint's offset on its axis, as Blender and MotionBuilder read it.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rvqvae.motion.errors import MotionFileError

MAX_BYTES = 64 << 20
MAX_HEAD = 4 << 20  # characters of a hierarchy
MAX_JOINTS = 2_000
MAX_PLACED = 5_000_000
MAX_NAME = 200
EXPECTED = "expected a BVH file: HIERARCHY with a ROOT, then MOTION with Frames, Frame Time and channels"

# Some programs put braces, offsets and channels behind each other on one line.
_STATEMENT = re.compile(r"(?<=[{}])|(?=[{}])|\s(?=OFFSET\s|CHANNELS\s)")
_PIECE = 1 << 20
_AXES = {"x": 0, "y": 1, "z": 2}
_CHANNELS = {f"{axis}{kind}": (kind, _AXES[axis]) for axis in _AXES for kind in ("position", "rotation")}


@dataclass(frozen=True)
class BvhClip:
    """A skeleton and its motion.

    Attributes
    ----------
    names : (J,) joint names, all different; an end site is named after its joint, with "/end" behind
    parents : (J,) parent of each joint, -1 for the root; a parent comes before its children
    offsets : (J, 3) float64 array, rest offset from the parent, in the file's unit of length
    positions : (T, J, 3) float64 array, in the file's unit of length
    fps : float
    """

    names: tuple[str, ...]
    parents: tuple[int, ...]
    offsets: np.ndarray
    positions: np.ndarray
    fps: float


@dataclass
class _Joint:
    name: str
    parent: int
    offset: tuple[float, float, float] | None = None
    channels: tuple[str, ...] = ()


def read_bvh(path: str | Path) -> BvhClip:
    """Read a BVH file and place its joints.

    Raises
    ------
    MotionFileError
        If it is damaged or too large; the message says what was found, with its line in the hierarchy.
    """
    path = Path(path)
    head, table = _parts(path)
    joints = _hierarchy(path, head)
    rows, fps = _motion(path, table, sum(len(joint.channels) for joint in joints))
    if len(rows) * len(joints) > MAX_PLACED:
        raise MotionFileError(
            path,
            f"{len(rows)} frames of {len(joints)} joints are more than {MAX_PLACED} positions, "
            "which is the most that is read; cut it into shorter clips",
        )
    offsets = np.array([joint.offset for joint in joints], dtype=np.float64)
    positions = _place(joints, offsets, rows)
    if not np.isfinite(positions).all():
        raise MotionFileError(path, "its positions are not finite; expected finite offsets and channels")
    names, parents = tuple(j.name for j in joints), tuple(j.parent for j in joints)
    return BvhClip(names, parents, offsets, positions, fps)


def read_bvh_names(path: str | Path) -> tuple[str, ...]:
    """The names of `BvhClip`, without reading the motion.

    Raises
    ------
    MotionFileError
        As `read_bvh`, for the hierarchy.
    """
    path = Path(path)
    return tuple(joint.name for joint in _hierarchy(path, _parts(path)[0]))


def _parts(path: Path) -> tuple[str, str]:
    """The text of the hierarchy and that of the motion."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise MotionFileError(path, f"{size} bytes; at most {MAX_BYTES} are read")
    head, motion, table = path.read_text(encoding="utf-8", errors="replace").partition("MOTION")
    if not motion:
        raise MotionFileError(path, f"found no MOTION; {EXPECTED}")
    if len(head) > MAX_HEAD:
        raise MotionFileError(path, f"its HIERARCHY has {len(head)} characters; at most {MAX_HEAD} are read")
    return head, table


def _hierarchy(path: Path, text: str) -> list[_Joint]:
    joints: list[_Joint] = []
    open_joints: list[int] = []
    pending: _Joint | None = None
    names: Counter[str] = Counter()

    def wrong(number: int, found: str) -> MotionFileError:
        return MotionFileError(path, f"line {number}: {found}; {EXPECTED}")

    lines = enumerate(text.splitlines(), start=1)
    for number, statement in ((n, part) for n, line in lines for part in _STATEMENT.split(line)):
        words = statement.split()
        if not words or words[0].upper() == "HIERARCHY":
            continue
        keyword = words[0].upper()
        if keyword in ("ROOT", "JOINT", "END"):
            if pending or (keyword == "ROOT") != (not joints) or (joints and not open_joints):
                raise wrong(number, f"found {keyword} out of place")
            parent = open_joints[-1] if open_joints else -1
            name = (
                f"{joints[parent].name}/end" if keyword == "END" else statement.split(maxsplit=1)[-1].strip()
            )
            if len(joints) >= MAX_JOINTS:
                raise wrong(number, f"found more than {MAX_JOINTS} joints")
            if len(name) > MAX_NAME:
                raise wrong(number, f"found a name of {len(name)} characters, more than {MAX_NAME}")
            names[name] += 1
            pending = _Joint(name if names[name] == 1 else f"{name} ({names[name]})", parent)
        elif keyword == "{" and pending:
            open_joints.append(len(joints))
            joints.append(pending)
            pending = None
        elif keyword == "}" and open_joints and not pending:
            if joints[open_joints.pop()].offset is None:
                raise wrong(number, "found a joint without OFFSET")
        elif keyword == "OFFSET" and open_joints and not pending and len(words) == 4:
            joints[open_joints[-1]].offset = _offset(words[1:], wrong, number)
        elif keyword == "CHANNELS" and open_joints and not pending and len(words) > 1:
            channels = tuple(word.lower() for word in words[2:])
            unknown = [word for word in channels if word not in _CHANNELS]
            if words[1] != str(len(channels)) or unknown or len(set(channels)) < len(channels):
                raise wrong(number, f"found channels {' '.join(words[1:8])[:80]!r}")
            joints[open_joints[-1]].channels = channels
        else:
            raise wrong(number, f"found {statement.strip()[:60]!r}")
    if pending or open_joints or not joints:
        raise MotionFileError(path, f"its HIERARCHY is not closed; {EXPECTED}")
    return joints


def _offset(
    words: list[str], wrong: Callable[[int, str], MotionFileError], number: int
) -> tuple[float, float, float]:
    try:
        x, y, z = (float(word) for word in words)
    except ValueError:
        raise wrong(number, f"found the offset {' '.join(words)[:60]!r}") from None
    return x, y, z


def _motion(path: Path, text: str, width: int) -> tuple[np.ndarray, float]:
    """Channel rows (T, width) and frames a second."""
    lines = text.lstrip().split("\n", 2)
    try:
        frames = int(lines[0].partition(":")[2])
        seconds = float(lines[1].partition(":")[2])
    except (IndexError, ValueError):
        raise MotionFileError(path, f"found no Frames and Frame Time after MOTION; {EXPECTED}") from None
    if not (frames >= 1 and 1e-4 <= seconds <= 10 and width >= 1):
        raise MotionFileError(
            path,
            f"found {frames} frames of {seconds:g} s and {width} channels; expected 1 or more frames "
            "of 0.0001 to 10 s, with channels",
        )
    numbers, count = _numbers(path, lines[2] if len(lines) > 2 else "", frames * width)
    if count != frames * width:
        raise MotionFileError(
            path,
            f"declares {frames} frames of {width} channels and holds {count} numbers; expected "
            f"{frames * width}",
        )
    return numbers.reshape(frames, width), 1 / seconds


def _numbers(path: Path, text: str, expected: int) -> tuple[np.ndarray, int]:
    """The first so many numbers of a text, and how many it holds; taken apart piece by piece, since a list of
    all its words would take twenty times its memory."""
    numbers = np.empty(expected if 2 * expected <= len(text) + 1 else 0)
    count, rest = 0, ""
    for start in range(0, len(text), _PIECE):
        words = (rest + text[start : start + _PIECE]).split()
        ends_within = start + _PIECE < len(text) and not text[start + _PIECE - 1].isspace()
        rest = words.pop() if ends_within and words else ""
        if len(rest) > MAX_NAME:
            raise MotionFileError(path, f"found a channel that is no number ({rest[:40]!r})")
        taken = words[: max(0, len(numbers) - count)]
        try:
            numbers[count : count + len(taken)] = taken
        except ValueError as error:
            raise MotionFileError(path, f"found a channel that is no number ({str(error)[:120]})") from None
        count += len(words)
    return numbers, count


def _place(joints: list[_Joint], offsets: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Positions (T, J, 3) by forward kinematics."""
    frames, column = len(rows), 0
    positions = np.empty((frames, len(joints), 3))
    rotations: list[np.ndarray] = []
    for index, joint in enumerate(joints):
        translation = np.broadcast_to(offsets[index], (frames, 3)).copy()
        rotation = np.broadcast_to(np.eye(3), (frames, 3, 3))
        for channel in joint.channels:
            kind, axis = _CHANNELS[channel]
            if kind == "position":
                translation[:, axis] = rows[:, column]
            else:
                rotation = rotation @ axis_rotations(axis, np.radians(rows[:, column]))
            column += 1
        if joint.parent < 0:
            positions[:, index] = translation
        else:
            above = rotations[joint.parent]
            positions[:, index] = positions[:, joint.parent] + np.einsum("tij,tj->ti", above, translation)
            rotation = above @ rotation
        rotations.append(rotation)
    return positions


def axis_rotations(axis: int, angles: np.ndarray) -> np.ndarray:
    """Matrices (T, 3, 3) that turn by angles (T,) in radians about the x, y or z axis (0, 1, 2)."""
    cos, sin = np.cos(angles), np.sin(angles)
    i, j = (axis + 1) % 3, (axis + 2) % 3
    out = np.zeros((len(angles), 3, 3))
    out[:, axis, axis] = 1
    out[:, i, i], out[:, j, j] = cos, cos
    out[:, i, j], out[:, j, i] = -sin, sin
    return out
