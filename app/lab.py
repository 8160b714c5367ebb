"""What the laboratory looks at: which data set, and which other numbers the codes get."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.matching import fitting_clips
from app.take import StudioError
from rvqvae.motion import Clip, read_motion
from rvqvae.motion.representations import titled

RECORDED, PAGE = "recorded", "page"
MOST_FRAMES = 300_000  # of a data set: 315 MB of features
NUMBERINGS = ("random", "agreeing")
# Tabs that have nothing to show without joints, and what they would do with them.
NEED_JOINTS = {
    "information": "The analysis of information and rates measures",
    "lattice": "Scoring every subset of the layers measures",
    "beam": "Greedy encoding and beam search are compared by",
    "compare": "Checkpoints are compared by",
}


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
class Numbering:
    """Which numbers the codes get.

    Attributes
    ----------
    how : "random", or "agreeing": chosen so that the layers' numbers correlate
    seed : of random ones
    layer : the only layer that is renumbered, 0 for the first; None means all
    """

    how: str = "random"
    seed: int = 0
    layer: int | None = None


@dataclass(frozen=True)
class Lab:
    """A visitor's choices in the laboratory.

    Attributes
    ----------
    data : key of the chosen data set; None before a choice
    files : data sets that the visitor added
    numbering : of the codes
    """

    data: str | None = None
    files: tuple[DataSet, ...] = ()
    numbering: Numbering = Numbering()


def data_sets(session) -> list[DataSet]:
    """What can be chosen; the checkpoint's own counts only where it has them."""
    count = len(fitting_clips(session))
    page = DataSet(PAGE, f"the {count} clips of this page" if count > 1 else "the one clip of this page")
    recorded = DataSet(RECORDED, "the training set, as recorded")
    has_counts = session.workbench.take.checkpoint.usage is not None
    return [*([recorded] if has_counts else []), page, *session.lab.files]


def data_set(session) -> DataSet:
    """The chosen data set, or the first where the choice is not to be had."""
    choices = data_sets(session)
    return next((one for one in choices if one.key == session.lab.data), choices[0])


def about_data(session) -> tuple:
    """What an analysis of the chosen data set is about."""
    chosen = data_set(session)
    own = tuple(session.own_clips.values()) if chosen.key == PAGE else ()
    return session.workbench.take.checkpoint_key, chosen.key, own


def read_data(session, data: DataSet) -> list[Clip]:
    """The clips of a data set.

    Raises
    ------
    StudioError
        If a file cannot be read, or is not of the checkpoint's features, or is too long.
    """
    if data.file is None:
        return [Clip(clip.title, clip.features, clip.fps) for clip in fitting_clips(session)]
    try:
        clips = read_motion(data.file)
    except ValueError as error:
        raise StudioError(f"{str(error).replace(str(data.file), data.title)}.") from error
    expected = session.workbench.take.clip.width
    other = next((clip for clip in clips if clip.features.shape[1] != expected), None)
    if other:
        raise StudioError(
            f"{data.title} holds {titled(other.features.shape[1])} of layout {other.layout!r}; "
            f"this checkpoint takes {titled(expected)}."
        )
    frames = sum(len(clip.features) for clip in clips)
    if frames > MOST_FRAMES:
        raise StudioError(
            f"{data.title} has {frames} frames; at most {MOST_FRAMES} are analysed here. "
            "Longer ones: python -m rvqvae evaluate."
        )
    return clips


def job_state(session, name: str, about) -> str | None:
    """State of the job of this name about this; None if there is none."""
    job = session.jobs.of(name, about)
    return job.state if job is not None else None


def finite(matrix: np.ndarray) -> list[list[float | None]]:
    """A matrix as JSON: None where a value is not a number."""
    return [[float(v) if np.isfinite(v) else None for v in row] for row in matrix]
