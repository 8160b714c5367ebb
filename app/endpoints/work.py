"""The page's longer work, done to its end for a program; what it comes to is in the page's views."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from app import contest
from app.commands import compare as comparing
from app.commands import dictionary, lab, microscope
from app.commands.reading import whole
from app.lab import DataSet
from app.views.arrays import unpack

CLIP = "clip"
NUMBER_OF_A_FILE = "file-1"


def plain(payload: Any) -> Any:
    """A view's payload as a program wants it: packed arrays as lists."""
    if isinstance(payload, dict):
        if {"dtype", "shape", "data"} <= payload.keys():
            values = unpack(payload)
            is_whole = payload["dtype"] != "f32" and payload["scale"] == 1
            return (values.astype(np.int64) if is_whole else values).tolist()
        return {key: plain(value) for key, value in payload.items()}
    return [plain(value) for value in payload] if isinstance(payload, list | tuple) else payload


def add_file(session, file: tuple[Path, str]) -> str:
    """Put a file of clips where the laboratory finds it; returns its key."""
    path, name = file
    session.lab = replace(session.lab, files=(DataSet(NUMBER_OF_A_FILE, name, path),))
    return NUMBER_OF_A_FILE


def analyse(session, data: str) -> None:
    """Measure "clip", this clip alone, or a data set of the laboratory's."""
    if data == CLIP:
        lab.analyse_clip(session)
        session.jobs.wait(CLIP)
    else:
        lab.choose_data(session, data)
        lab.analyse_data(session)
        session.jobs.wait("data")


def renumber(session, how: str, seed: int, layer: int | None) -> None:
    """Renumber codes; the layer counts from 1."""
    lab.renumber(session, how, seed, None if layer is None else whole(layer) - 1)
    session.jobs.wait("relabel")


def look_up(session, layer: int, code: int) -> None:
    """Open a code's page with all of the library's clips read; the layer counts from 1."""
    dictionary.look_up(session, whole(layer) - 1, code)
    dictionary.read_clips(session)
    session.jobs.wait("dictionary")


def magnify(session, step: int) -> None:
    """Put a step under the microscope."""
    microscope.magnify(session, step)


def compare(session, checkpoints: list | None, over: str) -> None:
    """Hold checkpoints against clips; as many of the page's as can be where none are named."""
    keys = list(contest.chosen(session)) if checkpoints is None else [str(key) for key in checkpoints]
    comparing.compare_with(session, keys, over)
    session.jobs.wait(contest.JOB)


def score_subsets(session) -> None:
    """Score every subset of the layers on this clip."""
    lab.score_subsets(session)
    session.jobs.wait("lattice")


def compare_beams(session) -> None:
    """Encode this clip by beam search of every width."""
    lab.compare_beams(session)
    session.jobs.wait("beam")
