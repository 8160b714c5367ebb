"""The error of every subset of layers, and what each layer is worth."""

from app.figures.figure import ACCENT, SOFT, LabFigure, aligned, legend_below, new_figure
from app.views import lattice


def draw_subsets(payload: dict):
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


def subsets_table(payload: dict) -> list[list]:
    """A row a subset."""
    return [
        ["layers", f"error (mm, {aligned(payload)})", "prefix"],
        *([" ".join(map(str, s["layers"])), s["mm"], s["is_prefix"]] for s in payload["subsets"]),
    ]


def draw_single(payload: dict):
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


def single_table(payload: dict) -> list[list]:
    """A row a layer."""
    return [
        ["layer", "alone (mm)", "without it (mm)", "cost of dropping it (mm)", "errors"],
        *(
            [row["layer"], row["alone_mm"], row["without_mm"], row["cost_mm"], aligned(payload)]
            for row in payload["single"]
        ),
    ]


def _points(subsets: list[dict]) -> tuple[list[int], list[float]]:
    return [len(s["layers"]) for s in subsets], [s["mm"] for s in subsets]


def is_ready(payload: dict) -> bool:
    """Whether the subsets are scored."""
    return payload["subsets"] is not None


FIGURES = (
    LabFigure("layer-lattice", lattice.VIEW, draw_subsets, subsets_table, is_ready),
    LabFigure("layer-worth", lattice.VIEW, draw_single, single_table, is_ready),
)
