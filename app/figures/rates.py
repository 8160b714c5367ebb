"""Entropy against the tokens seen, and error against bits a second."""

from functools import partial

from app.figures.figure import ACCENT, SOFT, LabFigure, aligned, layer_colour, new_figure
from app.figures.information import is_ready
from app.views import information


def draw_curves(of: str, payload: dict):
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


def curves_table(of: str, payload: dict) -> list[list]:
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


def draw_information_curves(of: str, payload: dict):
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


def information_curves_table(of: str, payload: dict) -> list[list]:
    """A row a pair of layers and size."""
    return [
        ["layers", "pairs", f"{payload['estimator']} mutual information (bits)", "shuffled null (bits)"],
        *(
            [f"1 {curve['layer']}", *values]
            for curve in payload["of"][of]["result"]["information_curves"]
            for values in zip(curve["sizes"], curve["corrected_bits"], curve["null_bits"], strict=True)
        ),
    ]


def draw_rate_distortion(of: str, payload: dict):
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


def rate_distortion_table(of: str, payload: dict) -> list[list]:
    """A row a number of layers."""
    return [
        ["layers", "nominal rate (bit/s)", "entropy rate (bit/s)", f"error (mm, {aligned(payload)})"],
        *(
            [p["layers"], p["nominal"], p["entropy"], p["mm"]]
            for p in payload["of"][of]["result"]["rate_distortion"]
        ),
    ]


def _against_sample_size(title: str, xlabel: str, ylabel: str):
    figure = new_figure(3.0, 4.4)
    axis = figure.subplots()
    axis.set(title=title, xlabel=xlabel, ylabel=ylabel, xscale="log")
    return figure, axis


FIGURES = tuple(
    LabFigure(f"{name}-{of}", information.VIEW, partial(draw, of), partial(table, of), partial(is_ready, of))
    for of in ("clip", "data")
    for name, draw, table in (
        ("entropy-curve", draw_curves, curves_table),
        ("information-curve", draw_information_curves, information_curves_table),
        ("rate-distortion", draw_rate_distortion, rate_distortion_table),
    )
)
