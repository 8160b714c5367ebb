"""Reading `.npy` and `.npz` files of unknown origin: no pickles, no more memory than the file can fill."""

import math
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Literal

import numpy as np
from numpy.lib import format as npy

MAX_BYTES = 4 << 30
MOST_AXES = 32
# Motion compresses to a half or a tenth; what unpacks to fifty times its size was made to fill memory.
MAX_UNPACKED, MAX_RATIO = 64 << 20, 50
_PIECE_BY_PIECE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_METHODS = {zipfile.ZIP_BZIP2: "bzip2", zipfile.ZIP_LZMA: "lzma"}


class ArchiveError(ValueError):
    """A NumPy file that cannot be read; the message says what was found, without the file's name."""


def read_npy(path: str | Path) -> np.ndarray:
    """The array of a `.npy` file, mapped from disk, read-only.

    Raises
    ------
    ArchiveError
        If the file is empty, damaged, shorter than it declares, or holds Python objects.
    """
    path = Path(path)
    size = path.stat().st_size
    if size == 0:
        raise ArchiveError("the file is empty")
    with open(path, "rb") as file:
        shape, _ = _header(file, size)
    mode: Literal["r"] | None = "r" if math.prod(shape) else None
    array: np.ndarray = np.load(path, mmap_mode=mode, allow_pickle=False)
    return array


def read_npz(path: str | Path, names: Iterable[str]) -> dict[str, np.ndarray]:
    """The arrays of an `.npz` file that `names` lists; those that it lacks are left out.

    Raises
    ------
    ArchiveError
        If the file is damaged, unpacks to far more than its size, or holds Python objects.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
            wanted = {name: members[name] for name in names if name in members}
            total = sum(info.file_size for info in wanted.values())
            most = min(MAX_BYTES, max(MAX_UNPACKED, MAX_RATIO * Path(path).stat().st_size))
            if total > most:
                raise ArchiveError(f"found arrays that unpack to {total} bytes; at most {most} are read")
            return {name: _member(archive, info) for name, info in wanted.items()}
    except ArchiveError:
        raise
    except Exception as error:  # a damaged archive fails in zipfile, zlib or NumPy, each in its way
        raise ArchiveError(f"found a damaged archive ({' '.join(str(error).split())[:120]})") from None


def open_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> IO[bytes]:
    """An archive's member for reading: no more of it than the archive lists, whatever it unpacks to.

    Raises
    ------
    ArchiveError
        If it is packed by a method of which one piece may unpack to any size.
    """
    if info.compress_type not in _PIECE_BY_PIECE:
        method = _METHODS.get(info.compress_type, f"method {info.compress_type}")
        raise ArchiveError(f"it is packed by {method}; pack it as usual, by deflate")
    return archive.open(info)


def list_npz(path: str | Path) -> list[str]:
    """Names of the arrays in an `.npz` file; none if it is not an archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            return sorted(name.removesuffix(".npy") for name in archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return []


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> np.ndarray:
    with open_member(archive, info) as file:
        _header(file, info.file_size)
    with open_member(archive, info) as file:
        array = npy.read_array(file, allow_pickle=False)
    if array.dtype.kind == "U" and not _is_text(array):
        raise ArchiveError(f"found characters in {info.filename[:80]!r} that do not exist")
    return array


def _is_text(array: np.ndarray) -> bool:
    """Whether every character of an array of texts is one: Python refuses to show any other."""
    characters = np.ascontiguousarray(array).view(np.uint32 if array.dtype.isnative else ">u4")
    return array.size == 0 or int(characters.max(initial=0)) <= sys.maxunicode


def _header(file: IO[bytes], size: int) -> tuple[tuple[int, ...], np.dtype]:
    """Shape and type that a `.npy` header declares, checked against the bytes that follow it."""
    if file.read(1) == b"\x80":
        raise ArchiveError("found pickled objects")
    file.seek(0)
    try:
        version = npy.read_magic(file)
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, _, dtype = read(file)
    except Exception as error:  # the header is a Python literal, which fails in many ways
        reason = " ".join(str(error).split())
        raise ArchiveError(f"found no NumPy array ({reason[:120]})") from None
    if dtype.hasobject:
        raise ArchiveError("found pickled objects")
    if len(shape) > MOST_AXES:
        raise ArchiveError(f"found an array of {len(shape)} axes; at most {MOST_AXES} are read")
    if any(n < 0 for n in shape) or math.prod(shape) * dtype.itemsize > size - file.tell():
        raise ArchiveError(
            f"found no NumPy array (shape {shape} is declared, more than its {size} bytes hold)"
        )
    return shape, dtype
