"""Clips of many motion files and of zip archives of them, a part at a time, past those that do not fit."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from rvqvae.bulk.archives import Archives, entries_of
from rvqvae.bulk.report import Failure, Place
from rvqvae.motion import Clip, MotionFileError, RawClip, convert_clip, iterate_file, make_clip
from rvqvae.motion.conversion import convertible
from rvqvae.motion.files import SUFFIXES
from rvqvae.motion.layouts import titled

ARCHIVE = ".zip"
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
        If it is no zip archive, holds none, or lists more than is read.
    """
    entries = entries_of(path)
    found = [
        Source(path, f"{name}/{_shown(entry.filename)}", number)
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
    with Archives(folder) as archives:
        for number in range(start[0], len(sources)):
            source, index = sources[number], -1
            try:
                with _file_of(source, archives) as file:
                    for index, raw in enumerate(iterate_file(file)):
                        if (number, index) < start:
                            continue
                        if frames >= most_frames or len(part.clips) + len(part.failures) >= MOST_AT_ONCE:
                            part.next = (number, index)
                            return part
                        name = f"{source.name}: {raw.name}" if file.suffix.lower() == ".npz" else source.name
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


def _file_of(source: Source, archives: Archives) -> AbstractContextManager[Path]:
    """The file itself, or an archive's member as a file for the time being."""
    if source.member is None:
        return nullcontext(source.path)
    return archives.unpacked(source.path, source.member)


def _shown(name: str) -> str:
    """An entry's name without signs that are not seen, or turn round what is."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in name[-_NAME:])


def _is_clutter(name: str) -> bool:
    """Whether an entry is what some systems put into archives beside the files."""
    return name.startswith("__MACOSX/") or Path(name).name.startswith("._")
