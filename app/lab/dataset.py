"""The clips that the laboratory measures a tokenizer on, and their analysis."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from pathlib import Path

from app.command import command
from app.errors import StudioError, in_the_files_name
from app.jobs import Job, Work
from app.lab.analysis import JOINTS_FOR, analyse
from app.parsing.motion import read_clips
from app.payloads.statistics import DatasetPayload
from app.view import View
from app.visitor import Visitor
from app.workbench.encoded_clip import SourceClip
from rvqvae.motion import Clip
from rvqvae.motion.layouts import titled
from rvqvae.statistics import CorpusStatistics

RECORDED, PAGE = "recorded", "page"
MOST_FRAMES = 300_000  # of a data set: 315 MB of features


@dataclass(frozen=True)
class DataSet:
    """Clips to hold a tokenizer against.

    Attributes
    ----------
    key : RECORDED (the checkpoint's own counts), PAGE (every clip that can be chosen) or a file's
    title : in the words of a sentence
    file : a visitor's file, or None
    """

    key: str
    title: str
    file: Path | None = None


@dataclass(frozen=True)
class Lab:
    """A visitor's data sets.

    Attributes
    ----------
    data : key of the chosen one; None before a choice
    files : those that the visitor added
    """

    data: str | None = None
    files: tuple[DataSet, ...] = ()


def data_sets(visitor: Visitor) -> list[DataSet]:
    """What can be chosen; the checkpoint's own counts only where it has them."""
    count = len(visitor.catalog.fitting(visitor.workbench.encoded.clip.width))
    page = DataSet(PAGE, f"the {count} clips of this page" if count > 1 else "the one clip of this page")
    recorded = DataSet(RECORDED, "the training set, as recorded")
    has_counts = visitor.workbench.encoded.checkpoint.usage is not None
    return [*([recorded] if has_counts else []), page, *visitor.room(Lab).files]


def with_clips(visitor: Visitor) -> DataSet:
    """The chosen data set, or the page's clips where the choice is the checkpoint's counts alone."""
    chosen = data_set(visitor)
    if chosen.key != RECORDED:
        return chosen
    return next(one for one in data_sets(visitor) if one.key == PAGE)


def data_set(visitor: Visitor) -> DataSet:
    """The chosen data set, or the first where the choice is not to be had."""
    choices = data_sets(visitor)
    return next((one for one in choices if one.key == visitor.room(Lab).data), choices[0])


def as_clips(sources: list[SourceClip]) -> list[Clip]:
    """Clips of the page as the library takes them."""
    return [Clip(one.title, one.features, one.fps) for one in sources]


def clips_of(visitor: Visitor, data: DataSet) -> Callable[[], list[Clip]]:
    """What gives the clips of a data set as it is now; a file is only read when it is called.

    It raises a StudioError if the file cannot be read, is not of the checkpoint's features, or is too long.
    """
    width, file = visitor.workbench.encoded.clip.width, data.file
    if file is not None:
        return lambda: _read(file, data.title, width)
    sources = visitor.catalog.fitting(width)
    return lambda: as_clips(sources)


def analysis(visitor: Visitor, data: DataSet | None = None) -> Work[CorpusStatistics]:
    """The analysis of a data set, of the chosen one where none is named."""
    encoded, chosen = visitor.workbench.encoded, data or data_set(visitor)
    clips = clips_of(visitor, chosen)
    own = tuple(visitor.catalog.own_clips.values()) if chosen.key == PAGE else ()

    def run(job: Job) -> CorpusStatistics:
        job.progress(0.0, "reading")
        return analyse(encoded.checkpoint, clips(), job.progress)

    return Work("data", (encoded.checkpoint_key, chosen.key, own), run)


@command
def choose_data(visitor: Visitor, data: str) -> None:
    """Hold the tokenizer against another data set."""
    if data not in [one.key for one in data_sets(visitor)]:
        raise StudioError(f"There is no data set {data!r}; choose one from the list.")
    visitor.keep(replace(visitor.room(Lab), data=data))


@command
def add_data(visitor: Visitor, path: str, file_name: str) -> None:
    """Analyse the clips of a file that the visitor uploaded."""
    file, lab = visitor.uploaded(path), visitor.room(Lab)
    added = DataSet(f"file-{len(lab.files) + 1}", Path(file_name).name, file)
    visitor.keep(Lab(added.key, (*lab.files, added)))
    analyse_data(visitor)


@command
def analyse_data(visitor: Visitor) -> None:
    """Analyse the chosen data set."""
    if data_set(visitor).key == RECORDED:
        raise StudioError("The checkpoint's own counts need no analysis; choose clips to analyse.")
    visitor.workbench.encoded.need_joints(JOINTS_FOR)
    visitor.jobs.begin(analysis(visitor))


def payload(visitor: Visitor) -> DatasetPayload:
    """Choices, the chosen one, the state of its analysis, and how much was seen (None before)."""
    chosen, work = data_set(visitor), analysis(visitor)
    seen = visitor.jobs.result_of(work)
    return {
        "choices": [{"key": one.key, "title": one.title} for one in data_sets(visitor)],
        "key": chosen.key,
        "title": chosen.title,
        "analysed": None
        if seen is None
        else {"clips": seen.clips, "frames": seen.frames, "steps": seen.steps},
        "needs_analysis": chosen.key != RECORDED,
        "state": visitor.jobs.state_of(work),
    }


def key(visitor: Visitor) -> Hashable:
    """The choices, the choice, and how far its analysis is."""
    work = analysis(visitor)
    return tuple(data_sets(visitor)), work.about, visitor.jobs.state_of(work)


def _read(file: Path, title: str, width: int) -> list[Clip]:
    try:
        clips, frames = read_clips(file, MOST_FRAMES)
    except StudioError as error:
        raise StudioError(f"{title}: {error}") from error
    except ValueError as error:
        raise StudioError(in_the_files_name(error, file, title)) from error
    other = next((clip for clip in clips if clip.features.shape[1] != width), None)
    if other:
        raise StudioError(
            f"{title} holds {titled(other.features.shape[1])} of layout {other.layout!r}; "
            f"this checkpoint takes {titled(width)}."
        )
    if frames > MOST_FRAMES:
        raise StudioError(
            f"{title} has {frames} frames; at most {MOST_FRAMES} are analysed here. "
            "Longer ones: python -m rvqvae evaluate."
        )
    return clips


VIEWS = (View("dataset", key, payload),)
