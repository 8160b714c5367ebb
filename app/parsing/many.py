"""Strangers' files of motion by the hundred, archives too, read part by part in processes of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.parsing import pool
from app.parsing.motion import split_clips
from app.parsing.tables import texts_of
from rvqvae.bulk.archives import MOST_MEMBER_BYTES
from rvqvae.bulk.report import Failure, Place
from rvqvae.bulk.sources import Part, Source

MOST_FRAMES = 20_000  # of a part
MOST_SOURCES = 64


@dataclass(frozen=True)
class Wanted:
    """The features that clips shall have.

    Attributes
    ----------
    width : features of a frame
    layout : of `rvqvae.motion.layouts`
    """

    width: int
    layout: str


def sources_of(path: Path, name: str) -> list[Source]:
    """The motion files of an archive; as `rvqvae.bulk.sources.archive_sources`."""
    found = pool.run("archive", {"path": str(path), "name": name}, in_background=True)
    members = [int(member) for member in found["members"]]
    return [Source(path, one, member) for one, member in zip(texts_of(found["names"]), members, strict=True)]


def read_part(
    sources: Sequence[Source],
    start: Place,
    wanted: Wanted,
    folder: Path,
    most: int = MOST_SOURCES,
    *,
    in_background: bool = True,
) -> Part:
    """As `rvqvae.bulk.sources.read_part`, of not more than `most` sources at once.

    Parameters
    ----------
    in_background : see `app.parsing.pool.run`

    Raises
    ------
    StudioError
        If a file takes too much to read.
    """
    first = start[0]
    here = sources[first : first + most]
    found = pool.run(
        "part",
        {
            "sources": [[str(one.path), one.name, one.member] for one in here],
            "start": start[1],
            "width": wanted.width,
            "layout": wanted.layout,
            "most_frames": MOST_FRAMES,
            "folder": str(folder),
        },
        written=MOST_MEMBER_BYTES,
        in_background=in_background,
    )
    places = [(first + int(number), int(index)) for number, index in found["places"]]
    clips = split_clips(found, wanted.width) if places else []
    failures = [
        Failure((first + int(number), int(index)), str(name), str(reason))
        for number, index, name, reason in found["failures"]
    ]
    number, index = found["next"] or (len(here), 0)
    after = first + int(number), int(index)
    return Part(list(zip(places, clips, strict=True)), failures, after if after[0] < len(sources) else None)
