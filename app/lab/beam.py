"""Greedy encoding against beam search of several widths: the latent's error, and the motion's."""

import time
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from app.command import command
from app.errors import StudioError
from app.jobs import Job, Work
from app.lab.figure import ACCENT, SOFT, Figure, Payload, Rows, aligned, caption, new_figure
from app.lab.tab import LAYERS, Tab
from app.payloads.statistics import BeamPayload, BeamRow
from app.view import View
from app.visitor import Visitor
from app.workbench.edits import Search
from app.workbench.encoded_clip import EncodedClip
from app.workbench.region import Region
from rvqvae.statistics import WidthErrors, compare_widths

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

JOINTS_FOR = "Greedy encoding and beam search are compared by"
WIDTHS = (2, 3, 4, 6, 8, 12, 16)
CAREFUL = 8  # more gains little, see the figure, and takes as much longer


def searching(encoded: EncodedClip, widths: Sequence[int] = WIDTHS) -> Work[list[WidthErrors]]:
    """A clip encoded greedily and by beams of some widths."""

    def run(job: Job) -> list[WidthErrors]:
        job.progress(0.0, "searching")
        try:
            return compare_widths(encoded.checkpoint, encoded.clip.features, widths, progress=job.progress)
        except ValueError as error:
            raise StudioError(str(error)) from error

    return Work("beam", (encoded, tuple(widths)), run)


@command(silent=True)
def compare_beams(visitor: Visitor) -> None:
    """Encode this clip by beam search of every width."""
    visitor.workbench.encoded.need_joints(JOINTS_FOR)
    visitor.jobs.begin(searching(visitor.workbench.encoded))


@command
def encode_carefully(visitor: Visitor) -> str:
    """Put the codes that a beam finds in the place of greedy's: an edit, so undo brings greedy's back."""
    bench, began = visitor.workbench, time.perf_counter()
    layers, steps = bench.tokens.shape
    region = Region(0, layers - 1, 0, steps - 1)
    visitor.workbench = bench.edit(Search(region, repair=False, width=CAREFUL))
    seconds, changed = time.perf_counter() - began, int((visitor.workbench.tokens != bench.tokens).sum())
    return (
        f"A beam of {CAREFUL} searched {steps} steps in {seconds:.2f} s and chose "
        f"{changed:,} of {layers * steps:,} tokens otherwise; undo brings them back."
    )


def finish(visitor: Visitor, widths: Sequence[int] = WIDTHS) -> list[WidthErrors]:
    """What this clip's beams come to, for programs."""
    visitor.workbench.encoded.need_joints(JOINTS_FOR)
    return visitor.jobs.finish(searching(visitor.workbench.encoded, widths))


def payload(visitor: Visitor) -> BeamPayload:
    """Latent error, joint error in mm and changed tokens of each width, greedy (1) first; None before."""
    bench = visitor.workbench
    work = searching(bench.encoded)
    rows = visitor.jobs.result_of(work)
    return {
        **caption(visitor),
        "state": visitor.jobs.state_of(work),
        "tokens": int(bench.encoded.tokens.size),
        "widths": list(WIDTHS),
        "rows": None if rows is None else [_row(row, bench.alignment) for row in rows],
    }


def key(visitor: Visitor) -> Hashable:
    """The clip, how far the comparison is, and the alignment."""
    bench = visitor.workbench
    return bench.encoded, visitor.jobs.state_of(searching(bench.encoded)), bench.alignment


def _row(row: WidthErrors, alignment: str) -> BeamRow:
    return {
        "width": row.width,
        "latent_error": row.latent_error,
        "mm": getattr(row, f"{alignment}_mm"),
        "changed": int(row.changed.sum()),
        "changed_by_layer": row.changed.tolist(),
    }


def draw(payload: Payload) -> "Drawing":
    """Both errors against the beam's width; width 1 is greedy."""
    rows = payload["rows"]
    figure = new_figure(2.9)
    latent, joint = figure.subplots(1, 2)
    for axis, field, colour, label in (
        (latent, "latent_error", SOFT, "mean ‖latent - sum of codes‖²"),
        (joint, "mm", ACCENT, f"mean joint error, mm ({aligned(payload)})"),
    ):
        axis.plot([row["width"] for row in rows], [row[field] for row in rows], marker="o", color=colour)
        axis.axhline(rows[0][field], color=SOFT, linewidth=0.8, linestyle="--")
        axis.set(xlabel="beam width (1: greedy)", ylabel=label, ylim=(0, None))
        axis.set_xticks([row["width"] for row in rows])
    latent.set_title(f"Latent error: {payload['clip']}")
    joint.set_title("Joint error")
    return figure


def table(payload: Payload) -> Rows:
    """A row a width."""
    layers = range(1, len(payload["rows"][0]["changed_by_layer"]) + 1)
    return [
        ["width", "latent error (mean squared distance)", f"joint error (mm, {aligned(payload)})",
         "tokens changed", *(f"changed in layer {layer}" for layer in layers)],
        *(
            [row["width"], row["latent_error"], row["mm"], row["changed"], *row["changed_by_layer"]]
            for row in payload["rows"]
        ),
    ]  # fmt: skip


def _is_ready(payload: Payload) -> bool:
    return payload["rows"] is not None


TAB = Tab("beam", "Beam search", LAYERS)
VIEWS = (View("beam", key, payload, panel="beam", joints_for=JOINTS_FOR),)
FIGURES = (Figure("beam", VIEWS[0], draw, table, _is_ready, finish),)
