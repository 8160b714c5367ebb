"""Clips of many motion files and of zip archives of them, a part at a time, past those that do not fit."""

import shutil
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from rvqvae.archives import MAX_RATIO, MAX_UNPACKED
from rvqvae.bulk.report import Failure, Place
from rvqvae.motion import Clip, MotionFileError, RawClip, convert_clip, iterate_file, make_clip
from rvqvae.motion.conversion import convertible
from rvqvae.motion.files import SUFFIXES
from rvqvae.motion.layouts import titled

ARCHIVE = ".zip"
MOST_MEMBERS = 20_000
MOST_MEMBER_BYTES = 256 << 20
MOST_AT_ONCE = 500  # clips of a part
_NAME = 300  # characters that are kept of a name


@dataclass(frozen=True)
class Source:
    """A motion file, or one within an archive.

    Attributes
    ----------
    path : of the file or the archive
    name : as its owner knows it, folders included
    member : number of its entry in the archive, None of a file by itself
    """

    path: Path
    name: str
    member: int | None = None


@dataclass
class Part:
    """Some clips of some sources.

    Attributes
    ----------
    clips : where each is from, and the clip under a name that tells it from those of other sources
    failures : what could not be read or does not fit
    next : where to read on; None at the end
    """

    clips: list[tuple[Place, Clip]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    next: Place | None = None


def archive_sources(path: Path, name: str) -> list[Source]:
    """The motion files within an archive, by name; nothing is unpacked.

    Raises
    ------
    MotionFileError
        If it is no zip archive, holds none, or more entries than are read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise MotionFileError(path, f"found no zip archive ({str(error)[:120]}); choose a .zip") from None
    if len(entries) > MOST_MEMBERS:
        raise MotionFileError(
            path, f"found {len(entries)} entries; archives of up to {MOST_MEMBERS} are read"
        )
    found = [
        Source(path, f"{name}/{entry.filename[-_NAME:]}", number)
        for number, entry in enumerate(entries)
        if Path(entry.filename).suffix.lower() in SUFFIXES and not _is_clutter(entry.filename)
    ]
    if not found:
        raise MotionFileError(path, f"found no {', '.join(SUFFIXES)} among its {len(entries)} entries")
    return sorted(found, key=lambda source: source.name)


def read_part(
    sources: Sequence[Source], start: Place, *, width: int, layout: str, most_frames: int, folder: Path
) -> Part:
    """Clips from a place on, until they have so many frames; at least one if there is one.

    Parameters
    ----------
    width, layout : of the features that are wanted; others are converted where that is possible
    folder : where an archive's file is unpacked for as long as it is read
    """
    part, frames = Part(), 0
    for number in range(start[0], len(sources)):
        source, index = sources[number], -1
        try:
            with _unpacked(source, folder) as file:
                for index, raw in enumerate(iterate_file(file)):
                    if (number, index) < start:
                        continue
                    if frames >= most_frames or len(part.clips) + len(part.failures) >= MOST_AT_ONCE:
                        part.next = (number, index)
                        return part
                    name = source.name if file.suffix.lower() != ".npz" else f"{source.name}: {raw.name}"
                    frames += len(raw.array)
                    try:
                        part.clips.append(((number, index), _fitted(raw, name, width, layout)))
                    except ValueError as error:
                        part.failures.append(Failure((number, index), name[:_NAME], str(error)))
        except (MotionFileError, OSError) as error:
            reason = error.reason if isinstance(error, MotionFileError) else str(error)
            part.failures.append(Failure((number, index + 1), source.name[:_NAME], reason))
    return part


def _fitted(raw: RawClip, name: str, width: int, layout: str) -> Clip:
    clip = make_clip(RawClip(name[:_NAME], raw.array, raw.remarks))
    if clip.features.shape[1] != width and convertible(clip.layout, layout):
        clip = convert_clip(clip, layout)
    found = clip.features.shape[1]
    if found != width:
        raise ValueError(f"found {titled(found)}; this checkpoint takes {titled(width)}")
    if not np.isfinite(clip.features).all():
        raise ValueError("its features come out as NaN or infinity; expected finite numbers")
    return clip


@contextmanager
def _unpacked(source: Source, folder: Path) -> Iterator[Path]:
    """The file itself, or an archive's member as a file for the time being."""
    if source.member is None:
        yield source.path
        return
    file = folder / f"member{Path(source.name).suffix.lower()}"
    try:
        with zipfile.ZipFile(source.path) as archive:
            entry = archive.infolist()[source.member]
            most = min(MOST_MEMBER_BYTES, max(MAX_UNPACKED, MAX_RATIO * entry.compress_size))
            if entry.file_size > most:
                raise MotionFileError(
                    source.path, f"unpacks to {entry.file_size} bytes; at most {most} are read"
                )
            with archive.open(entry) as packed, open(file, "wb") as out:
                shutil.copyfileobj(packed, out)
        yield file
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        reason = f"cannot be unpacked ({' '.join(str(error).split())[:120]})"
        raise MotionFileError(source.path, reason) from None
    finally:
        file.unlink(missing_ok=True)


def _is_clutter(name: str) -> bool:
    """Whether an entry is what some systems put into archives beside the files."""
    return name.startswith("__MACOSX/") or Path(name).name.startswith("._")
