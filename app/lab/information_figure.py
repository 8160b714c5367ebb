"""Information beside its null, entropy against the tokens seen, and error against bits a second, drawn.

`of` is the part of the payload that is drawn: "clip" or "data".
"""

from typing import TYPE_CHECKING

import numpy as np

from app.lab.figure import (
    ACCENT,
    INK,
    SOFT,
    Payload,
    Rows,
    aligned,
    layer_colour,
    legend_below,
    new_figure,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

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


def draw_layers(of: str, payload: Payload) -> "Drawing":
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
    axis.set_xticklabels([str(layer) for layer in range(2, layers + 1)])
    axis.set_yticklabels([str(layer) for layer in range(1, layers)])
    axis.grid(False)
    figure.colorbar(shown, ax=axis, shrink=0.8, label="bits above the null")
    return figure


def layers_table(of: str, payload: Payload) -> Rows:
    """A row a pair of layers."""
    pairs = payload["of"][of]["result"]["between_layers"]
    return [
        ["first layer", "second layer", *FIELDS],
        *([p["first"], p["second"], *(p[f] for f in FIELDS)] for p in pairs),
    ]


def draw_steps(of: str, payload: Payload) -> "Drawing":
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


def steps_table(of: str, payload: Payload) -> Rows:
    """A row a layer."""
    rows = payload["of"][of]["result"]["between_steps"]
    return [["layer", *FIELDS], *([row["layer"], *(row[f] for f in FIELDS)] for row in rows)]


def draw_curves(of: str, payload: Payload) -> "Drawing":
    """Each layer's entropy over ever larger subsamples."""
    from matplotlib.ticker import LogLocator

    part = payload["of"][of]
    figure, axis = _against_sample_size(
        f"Entropy against tokens seen\n{part['title']}", "tokens in the subsample", "bits a token"
    )
    for layer, curve in enumerate(part["result"]["curves"], start=1):
        colour = layer_colour(layer)
        axis.plot(curve["sizes"], curve["corrected_bits"], marker="o", color=colour, label=f"layer {layer}")
        axis.plot(curve["sizes"], curve["plugin_bits"], color=colour, linewidth=0.7, linestyle=":")
    axis.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.xaxis.set_major_formatter("{x:g}")
    axis.xaxis.set_minor_formatter("")
    axis.legend(title=f"{payload['estimator']}; dotted: plug-in", fontsize=6.5, title_fontsize=6.5, ncols=2)
    return figure


def curves_table(of: str, payload: Payload) -> Rows:
    """A row a layer and size."""
    return [
        ["layer", "tokens", "plug-in entropy (bits)", f"{payload['estimator']} entropy (bits)",
         "its standard deviation (bits)"],
        *(
            [layer, *values]
            for layer, curve in enumerate(payload["of"][of]["result"]["curves"], start=1)
            for values in zip(
                curve["sizes"], curve["plugin_bits"], curve["corrected_bits"], curve["corrected_std_bits"],
                strict=True,
            )
        ),
    ]  # fmt: skip


def draw_information_curves(of: str, payload: Payload) -> "Drawing":
    """Information between layer 1 and each other one over ever larger subsamples, and its null."""
    part = payload["of"][of]
    figure, axis = _against_sample_size(
        f"Mutual information against tokens seen\n{part['title']}", "pairs in the subsample", "bits a step"
    )
    for curve in part["result"]["information_curves"]:
        colour, label = layer_colour(curve["layer"]), f"layers 1 and {curve['layer']}"
        axis.plot(curve["sizes"], curve["corrected_bits"], marker="o", color=colour, label=label)
        axis.plot(curve["sizes"], curve["null_bits"], color=colour, linewidth=0.7, linestyle=":")
    axis.legend(title=f"{payload['estimator']}; dotted: shuffled null", fontsize=6.5, title_fontsize=6.5)
    return figure


def information_curves_table(of: str, payload: Payload) -> Rows:
    """A row a pair of layers and size."""
    return [
        ["layers", "pairs", f"{payload['estimator']} mutual information (bits)", "shuffled null (bits)"],
        *(
            [f"1 {curve['layer']}", *values]
            for curve in payload["of"][of]["result"]["information_curves"]
            for values in zip(curve["sizes"], curve["corrected_bits"], curve["null_bits"], strict=True)
        ),
    ]


def draw_rate_distortion(of: str, payload: Payload) -> "Drawing":
    """Error of the first k layers against their bit rate, nominal and entropy."""
    part = payload["of"][of]
    points = part["result"]["rate_distortion"]
    figure = new_figure(2.9, 4.4)
    axis = figure.subplots()
    for rate, colour, name in (("nominal", SOFT, "nominal rate"), ("entropy", ACCENT, "entropy rate")):
        axis.plot([p[rate] for p in points], [p["mm"] for p in points], marker="o", color=colour, label=name)
    for point in points:
        at = (point["nominal"], point["mm"])
        axis.annotate(str(point["layers"]), at, (3, 4), textcoords="offset points", fontsize=6.5, color=SOFT)
    axis.set(
        title=f"Rate and distortion of the first k layers\n{part['title']}",
        xlabel="bits a second",
        ylabel=f"mean joint error, mm ({aligned(payload)})",
        xlim=(0, None),
        ylim=(0, 1.12 * max(point["mm"] for point in points)),
    )
    axis.legend()
    return figure


def rate_distortion_table(of: str, payload: Payload) -> Rows:
    """A row a number of layers."""
    return [
        ["layers", "nominal rate (bit/s)", "entropy rate (bit/s)", f"error (mm, {aligned(payload)})"],
        *(
            [p["layers"], p["nominal"], p["entropy"], p["mm"]]
            for p in payload["of"][of]["result"]["rate_distortion"]
        ),
    ]


def _against_sample_size(title: str, xlabel: str, ylabel: str) -> "tuple[Drawing, Axes]":
    figure = new_figure(3.0, 4.4)
    axis = figure.subplots()
    axis.set(title=title, xlabel=xlabel, ylabel=ylabel, xscale="log")
    return figure, axis
