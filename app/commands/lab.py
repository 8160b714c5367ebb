"""Long work of the laboratory, and what it is about."""

from dataclasses import replace
from pathlib import Path

from app.commands.reading import uploaded, whole
from app.jobs import Job
from app.lab import (
    NEED_JOINTS,
    NUMBERINGS,
    RECORDED,
    DataSet,
    Numbering,
    about_data,
    data_set,
    data_sets,
    read_data,
)
from app.renumbering import renumber_clip
from app.take import StudioError
from app.views.beam import WIDTHS
from rvqvae.motion import Clip
from rvqvae.statistics import analyse, compare_widths, layer_lattice


def choose_data(session, data: str) -> None:
    """Hold the tokenizer against another data set."""
    if data not in [one.key for one in data_sets(session)]:
        raise StudioError(f"There is no data set {data!r}; choose one from the list.")
    session.lab = replace(session.lab, data=data)


def add_data(session, path: str, file_name: str) -> None:
    """Analyse the clips of a file that the visitor uploaded."""
    file = uploaded(session, path)
    added = DataSet(f"file-{len(session.lab.files) + 1}", Path(file_name).name, file)
    session.lab = replace(session.lab, files=(*session.lab.files, added), data=added.key)
    analyse_data(session)


def analyse_data(session) -> None:
    """Analyse the chosen data set."""
    chosen, checkpoint = data_set(session), session.workbench.take.checkpoint
    if chosen.key == RECORDED:
        raise StudioError("The checkpoint's own counts need no analysis; choose clips to analyse.")
    session.workbench.take.need_joints(NEED_JOINTS["information"])

    def work(job: Job):
        job.progress(0.0, "reading")
        return _analyse(checkpoint, read_data(session, chosen), job.progress)

    session.jobs.start("data", about_data(session), work)


def analyse_clip(session) -> None:
    """Analyse this clip alone."""
    take = session.workbench.take
    take.need_joints(NEED_JOINTS["information"])

    def work(job: Job):
        clip = Clip(take.clip.title, take.clip.features, take.clip.fps)
        return _analyse(take.checkpoint, [clip], job.progress)

    session.jobs.start("clip", take, work)


def score_subsets(session) -> None:
    """Decode and score this clip with every subset of the layers."""
    take = session.workbench.take
    take.need_joints(NEED_JOINTS["lattice"])

    def work(job: Job):
        job.progress(0.0, "decoding every subset of layers")
        try:
            return layer_lattice(take.checkpoint, take.clip.features, take.tokens, progress=job.progress)
        except ValueError as error:
            raise StudioError(f"This cannot be drawn for this checkpoint: {error}.") from error

    session.jobs.start("lattice", take, work)


def compare_beams(session) -> None:
    """Encode this clip by beam search of every width."""
    take = session.workbench.take
    take.need_joints(NEED_JOINTS["beam"])

    def work(job: Job):
        job.progress(0.0, "searching")
        return compare_widths(take.checkpoint, take.clip.features, WIDTHS, progress=job.progress)

    session.jobs.start("beam", take, work)


def renumber(session, how: str, seed: int, layer: int | None) -> None:
    """Give the codes of a layer, or of all, other numbers."""
    take = session.workbench.take
    if how not in NUMBERINGS:
        raise StudioError(f"There is no numbering {how!r}; choose one of {', '.join(NUMBERINGS)}.")
    if layer is not None and not 0 <= whole(layer) < take.num_layers:
        raise StudioError(f"There is no layer {whole(layer) + 1}; layers run from 1 to {take.num_layers}.")
    if whole(seed) < 0:
        raise StudioError(f"The seed is {seed}; expected 0 or more.")
    numbering = Numbering(how, whole(seed), None if layer is None else whole(layer))
    session.lab = replace(session.lab, numbering=numbering)

    def work(job: Job):
        job.progress(0.1, "renumbering")
        return renumber_clip(take, numbering)

    session.jobs.start("relabel", (take, numbering), work)


def _analyse(checkpoint, clips, progress):
    steps = sum(-(-len(clip.features) // checkpoint.config.downsampling_ratio) for clip in clips)
    if steps <= len(clips):
        raise StudioError("Every clip here is a single token long; information needs clips of two or more.")
    return analyse(checkpoint, clips, progress=progress)


COMMANDS = (
    choose_data,
    add_data,
    analyse_data,
    analyse_clip,
    score_subsets,
    compare_beams,
    renumber,
)
