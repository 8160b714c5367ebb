"""Motion in a `.csv`: rows of three numbers for every joint, or of the features of a named layout."""

import csv
import re
import warnings
from pathlib import Path

import numpy as np

from rvqvae.motion.errors import MotionFileError
from rvqvae.motion.layouts import LAYOUTS, layout_of_width

MAX_BYTES = 256 << 20
MAX_HEADER = 1 << 16  # characters of the first line
_CLOCKS = ("", "frame", "frames", "index", "time", "timestamp", "t")  # columns in front that are no joint's
_AXIS = re.compile(r"(.*?)[\s_.:/-]*([xyz])", re.IGNORECASE | re.DOTALL)
_WIDTHS = ", ".join(str(layout.width) for layout in LAYOUTS.values())
EXPECTED = (
    "expected rows of as many numbers, separated by commas: x, y and z of each joint, or the features of a "
    f"layout ({_WIDTHS})"
)


def holds_motion(path: Path) -> bool:
    """Whether a `.csv` begins as motion does: with numbers, or with columns such as `pelvis_x`."""
    try:
        names, start = _header(_first_line(path))
    except (MotionFileError, OSError):
        return False
    return bool(names) or start is not None


def read_csv(path: Path) -> tuple[np.ndarray, tuple[str, ...]]:
    """Joints (T, J, 3) with the names that a header gives them, else none; or features (T, D).

    Raises
    ------
    MotionFileError
        If it is too large, or its rows are of another kind.
    """
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise MotionFileError(path, f"{size >> 20} MB; a .csv of motion has at most {MAX_BYTES >> 20} MB")
    names, start = _header(_first_line(path))
    if start is None:
        raise MotionFileError(path, f"found a header that names no joints; {EXPECTED}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a file without rows, which is refused below
            rows = np.loadtxt(
                path, delimiter=",", skiprows=int(start > 0), ndmin=2, encoding="utf-8-sig", comments=None
            )
    except (ValueError, UnicodeDecodeError) as error:
        raise MotionFileError(path, f"{' '.join(str(error).split())[:120]}; {EXPECTED}") from None
    rows = rows[:, max(start - 1, 0) :]
    width = rows.shape[1]
    if names and width != 3 * len(names):
        raise MotionFileError(path, f"found {width} columns for {len(names)} named joints; {EXPECTED}")
    if names or (width % 3 == 0 and width):
        return rows.reshape(len(rows), -1, 3), names
    if layout_of_width(width) is None:
        raise MotionFileError(path, f"found {width} columns; {EXPECTED}")
    return rows, ()


def _first_line(path: Path) -> list[str]:
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            line = file.readline(MAX_HEADER)
        return [field.strip() for field in next(csv.reader([line]), [])]
    except (UnicodeDecodeError, csv.Error):
        raise MotionFileError(path, f"not a text file in UTF-8; {EXPECTED}") from None


def _header(fields: list[str]) -> tuple[tuple[str, ...], int | None]:
    """Joints that a first line names, and 0 if it holds numbers, else one more than the columns in front of
    the joints; None if it is no first line of motion."""
    try:
        if [float(field) for field in fields]:
            return (), 0
    except ValueError:
        pass
    front = int(bool(fields) and fields[0].casefold() in _CLOCKS)
    parts = [_AXIS.fullmatch(field) for field in fields[front:]]
    told = [(part[1], part[2].lower()) for part in parts if part and part[1]]
    names = tuple(name for name, _ in told[::3])
    wanted = [(name, axis) for name in names for axis in "xyz"]
    if not names or len(told) < len(parts) or told != wanted or len(set(names)) < len(names):
        return (), None
    return names, front + 1
