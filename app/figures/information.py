"""Mutual information, between layers and between neighbouring steps, each beside its null."""

from functools import partial

import numpy as np

from app.figures.figure import ACCENT, INK, SOFT, LabFigure, legend_below, new_figure
from app.views import information

FIELDS = (
    "pairs",
    "plugin_bits",
    "corrected_bits",
    "null_bits",
    "null_std_bits",
    "excess_bits",
    "p_value",
    "reliable",
)


def draw_layers(of: str, payload: dict):
    """A matrix: the excess over the null by colour, the value and its null in figures."""
    part = payload["of"][of]
    layers = payload["num_quantizers"]
    excess, weak = np.full((2, layers, layers), np.nan)
    pairs = part["result"]["between_layers"]
    for pair in pairs:
        matrix = excess if pair["reliable"] else weak
        matrix[pair["first"] - 1, pair["second"] - 1] = max(0.0, pair["excess_bits"])
    top = max([1.0, *(pair["excess_bits"] for pair in pairs)])
    figure = new_figure(3.5, 4.4)
    axis = figure.subplots()
    axis.imshow(np.where(np.isfinite(weak[:-1, 1:]), 0.12, np.nan), cmap="Greys", vmin=0, vmax=1)
    shown = axis.imshow(excess[:-1, 1:], cmap="Blues", vmin=0, vmax=top)
    for pair in pairs:
        dark = pair["reliable"] and pair["excess_bits"] > 0.6 * top
        axis.text(
            pair["second"] - 2,
            pair["first"] - 1,
            f"{pair['corrected_bits']:.2f}\nnull {pair['null_bits']:.2f}",
            ha="center",
            va="center",
            fontsize=5.5,
            color="white" if dark else INK if pair["reliable"] else SOFT,
        )
    axis.set(
        title=f"Information between layers (grey: do not read)\n{part['title']}",
        xlabel="layer",
        ylabel="layer",
        xticks=range(layers - 1),
        yticks=range(layers - 1),
    )
    axis.set_xticklabels(range(2, layers + 1))
    axis.set_yticklabels(range(1, layers))
    axis.grid(False)
    figure.colorbar(shown, ax=axis, shrink=0.8, label="bits above the null")
    return figure


def layers_table(of: str, payload: dict) -> list[list]:
    """A row a pair of layers."""
    pairs = payload["of"][of]["result"]["between_layers"]
    return [
        ["first layer", "second layer", *FIELDS],
        *([p["first"], p["second"], *(p[f] for f in FIELDS)] for p in pairs),
    ]


def draw_steps(of: str, payload: dict):
    """Bars of each layer's information between neighbouring steps, and the null as a line on each."""
    part = payload["of"][of]
    rows = part["result"]["between_steps"]
    figure = new_figure(2.6, 4.2)
    axis = figure.subplots()
    places = [row["layer"] for row in rows]
    axis.bar(places, [row["corrected_bits"] for row in rows], color=ACCENT, width=0.6, label="these tokens")
    axis.errorbar(
        places,
        [row["null_bits"] for row in rows],
        yerr=[2 * row["null_std_bits"] for row in rows],
        fmt="_",
        color=INK,
        markersize=16,
        label="shuffled (± 2 standard deviations)",
    )
    axis.set(title=f"Information between neighbouring steps\n{part['title']}", xlabel="layer", ylabel="bits")
    axis.set_xticks(places)
    legend_below(figure, axis)
    return figure


def steps_table(of: str, payload: dict) -> list[list]:
    """A row a layer."""
    rows = payload["of"][of]["result"]["between_steps"]
    return [["layer", *FIELDS], *([row["layer"], *(row[f] for f in FIELDS)] for row in rows)]


def is_ready(of: str, payload: dict) -> bool:
    """Whether the analysis is done."""
    return payload["of"][of]["result"] is not None


FIGURES = tuple(
    LabFigure(f"{name}-{of}", information.VIEW, partial(draw, of), partial(table, of), partial(is_ready, of))
    for of in ("clip", "data")
    for name, draw, table in (
        ("layer-information", draw_layers, layers_table),
        ("step-information", draw_steps, steps_table),
    )
)
