"""Every subset of the layers, decoded and scored on this clip; and what each layer is worth."""

from collections.abc import Hashable
from typing import TYPE_CHECKING

from app.command import command
from app.errors import StudioError
from app.jobs import Job, Work
from app.lab.figure import (
    ACCENT,
    SOFT,
    Figure,
    Payload,
    Rows,
    aligned,
    caption,
    legend_below,
    new_figure,
)
from app.lab.tab import LAYERS, Tab
from app.payloads.statistics import LatticePayload
from app.view import View
from app.visitor import Visitor
from app.workbench.encoded_clip import EncodedClip
from rvqvae.statistics import SubsetError, layer_lattice

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

JOINTS_FOR = "Scoring every subset of the layers measures"


def scoring(encoded: EncodedClip) -> Work[list[SubsetError]]:
    """The errors of a clip from every subset of its layers."""

    def run(job: Job) -> list[SubsetError]:
        job.progress(0.0, "decoding every subset of layers")
        try:
            return layer_lattice(
                encoded.checkpoint, encoded.clip.features, encoded.tokens, progress=job.progress
            )
        except ValueError as error:
            raise StudioError(f"This cannot be drawn for this checkpoint: {error}.") from error

    return Work("lattice", encoded, run)


@command(silent=True)
def score_subsets(visitor: Visitor) -> None:
    """Decode and score this clip with every subset of the layers."""
    visitor.workbench.encoded.need_joints(JOINTS_FOR)
    visitor.jobs.begin(scoring(visitor.workbench.encoded))


def finish(visitor: Visitor) -> list[SubsetError]:
    """What scoring this clip comes to, for programs."""
    score_subsets(visitor)
    return visitor.jobs.finish(scoring(visitor.workbench.encoded))


def payload(visitor: Visitor) -> LatticePayload:
    """Each subset's error in mm, what dropping one layer costs and what it does alone; None before."""
    bench = visitor.workbench
    layers = range(1, bench.encoded.num_layers + 1)
    work = scoring(bench.encoded)
    scores = visitor.jobs.result_of(work)
    of = caption(visitor)
    made: LatticePayload = {
        "clip": of["clip"],
        "checkpoint": of["checkpoint"],
        "alignment": of["alignment"],
        "fps": of["fps"],
        "num_quantizers": bench.encoded.num_layers,
        "state": visitor.jobs.state_of(work),
        "subsets": None,
        "trained_on_prefixes": bench.encoded.checkpoint.config.quantization_dropout > 0,
    }
    if scores is None:
        return made
    mm = {score.layers: getattr(score, f"{bench.alignment}_mm") for score in scores}
    everything = tuple(layers)
    without = {v: mm[tuple(u for u in layers if u != v)] for v in layers if len(layers) > 1}
    made["subsets"] = [
        {"layers": list(score.layers), "mm": mm[score.layers], "is_prefix": score.is_prefix}
        for score in scores
    ]
    made["all_mm"] = mm[everything]
    made["single"] = [
        {
            "layer": v,
            "alone_mm": mm[v,],
            "without_mm": without.get(v),
            "cost_mm": without[v] - mm[everything] if v in without else None,
        }
        for v in layers
    ]
    return made


def key(visitor: Visitor) -> Hashable:
    """The clip, how far the scoring is, and the alignment."""
    bench = visitor.workbench
    return bench.encoded, visitor.jobs.state_of(scoring(bench.encoded)), bench.alignment


def draw_subsets(payload: Payload) -> "Drawing":
    """Error against the number of layers in a subset; the prefixes joined."""
    subsets = payload["subsets"]
    figure = new_figure(3.0, 4.6)
    axis = figure.subplots()
    others = [s for s in subsets if not s["is_prefix"]]
    prefixes = [s for s in subsets if s["is_prefix"]]
    axis.plot(*_points(others), "o", color=SOFT, alpha=0.6, label="other subsets")
    axis.plot(*_points(prefixes), "o-", color=ACCENT, label="the first k layers")
    axis.set(
        title=f"Every subset of the layers: {payload['clip']}",
        xlabel="layers in the subset",
        ylabel=f"mean joint error, mm ({aligned(payload)})",
        xticks=range(1, payload["num_quantizers"] + 1),
        ylim=(0, None),
    )
    axis.legend()
    return figure


def subsets_table(payload: Payload) -> Rows:
    """A row a subset."""
    return [
        ["layers", f"error (mm, {aligned(payload)})", "prefix"],
        *([" ".join(map(str, s["layers"])), s["mm"], s["is_prefix"]] for s in payload["subsets"]),
    ]


def draw_single(payload: Payload) -> "Drawing":
    """Each layer left out of all, and each alone."""
    rows = payload["single"]
    figure = new_figure(3.1, 4.6)
    axis = figure.subplots()
    places = [row["layer"] for row in rows]
    left_out = [row for row in rows if row["without_mm"] is not None]
    axis.bar(
        [row["layer"] - 0.18 for row in left_out],
        [row["without_mm"] for row in left_out],
        width=0.34,
        color=ACCENT,
        label="all layers but this one",
    )
    axis.bar(
        [place + 0.18 for place in places],
        [row["alone_mm"] for row in rows],
        width=0.34,
        color=SOFT,
        label="this layer alone",
    )
    axis.axhline(payload["all_mm"], color="black", linewidth=0.8, linestyle="--", label="all layers")
    axis.set(
        title=f"What each layer is worth: {payload['clip']}",
        xlabel="layer",
        ylabel=f"mean joint error, mm ({aligned(payload)})",
        xticks=places,
    )
    legend_below(figure, axis)
    return figure


def single_table(payload: Payload) -> Rows:
    """A row a layer."""
    return [
        ["layer", "alone (mm)", "without it (mm)", "cost of dropping it (mm)", "errors"],
        *(
            [row["layer"], row["alone_mm"], row["without_mm"], row["cost_mm"], aligned(payload)]
            for row in payload["single"]
        ),
    ]


def _points(subsets: list[Payload]) -> tuple[list[int], list[float]]:
    return [len(s["layers"]) for s in subsets], [s["mm"] for s in subsets]


def _is_ready(payload: Payload) -> bool:
    return payload["subsets"] is not None


TAB = Tab("lattice", "Layers", LAYERS)
VIEWS = (View("lattice", key, payload, panel="lattice", joints_for=JOINTS_FOR),)
FIGURES = (
    Figure("layer-lattice", VIEWS[0], draw_subsets, subsets_table, _is_ready, finish),
    Figure("layer-worth", VIEWS[0], draw_single, single_table, _is_ready, finish),
)
