"""How codes are used, how long they are, and what each layer leaves over, drawn."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from app.lab.figure import ACCENT, INK, SOFT, Payload, Rows, layer_colour, legend_below, new_figure
from app.payloads.arrays import unpack

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

_COLUMNS = 3
_OF_A_USE = {
    "tokens": "tokens",
    "used": "codes used",
    "never_used": "codes never used",
    "perplexity": "perplexity",
    "plugin_bits": "plug-in entropy (bits)",
    "miller_madow_bits": "Miller-Madow entropy (bits)",
    "corrected_bits": "Grassberger entropy (bits)",
    "reliable": "enough tokens",
}
_OF_A_CODEBOOK = {
    "zero_norm": "zero-norm codes",
    "duplicates": "duplicate codes",
    "least_norm": "least norm",
    "median_norm": "median norm",
    "largest_norm": "largest norm",
}


def draw_use(payload: Payload) -> "Drawing":
    """Counts of each layer's codes in falling order, clip and data set as shares of their tokens."""
    layers = payload["num_quantizers"]
    rows = -(-layers // _COLUMNS)
    figure = new_figure(1.75 * rows + 0.5)
    axes = figure.subplots(rows, _COLUMNS, squeeze=False, sharex=True)
    for axis in axes.flat[layers:]:
        axis.remove()
    for layer, axis in enumerate(axes.flat[:layers]):
        for place, (use, colour, name) in enumerate(_uses(payload, SOFT, ACCENT)):
            counts = np.sort(unpack(use["counts"])[layer])[::-1]
            shown = counts[counts > 0]
            row = use["rows"][layer]
            axis.step(
                np.arange(1, len(shown) + 1), shown / shown.sum(), where="mid", color=colour, label=name
            )
            axis.annotate(
                f"{row['used']} codes, perplexity {row['perplexity']:.1f}",
                (0.98, 0.98 - 0.1 * place),
                xycoords="axes fraction",
                ha="right",
                va="top",
                fontsize=6,
                color=colour,
            )
        axis.set(title=f"Layer {layer + 1}", yscale="log")
        axis.yaxis.set_minor_formatter("")
    most = max(row["used"] for use, *_ in _uses(payload, SOFT, ACCENT) for row in use["rows"])
    axes.flat[0].set_xlim(0, 1.03 * most)
    for axis in axes[-1]:
        axis.set_xlabel("code, most used first")
    figure.supylabel("share of tokens", fontsize=8, color=INK)
    legend_below(figure, axes.flat[0])
    return figure


def use_table(payload: Payload) -> Rows:
    """A row a code: its norm, and how often it occurs in the clip and in the data set."""
    norms = unpack(payload["norms"])
    uses = {name: unpack(use["counts"]) for use, _, name in _uses(payload, "", "")}
    head = ["layer", "code", "norm", *(f"count in {name}" for name in uses)]
    return [
        head,
        *(
            [layer + 1, code, float(norms[layer, code]), *(int(c[layer, code]) for c in uses.values())]
            for layer in range(payload["num_quantizers"])
            for code in range(payload["num_embeddings"])
        ),
    ]


def draw_energy(payload: Payload) -> "Drawing":
    """What is left of the latent's energy after each layer."""
    figure = new_figure(2.6, 4.2)
    axis = figure.subplots()
    for use, colour, name in _uses(payload, SOFT, ACCENT):
        if use["energies"]:
            shares = 100 * np.array(use["energies"]) / use["energies"][0]
            axis.plot(range(len(shares)), shares, marker="o", color=colour, label=name)
    axis.set(
        title="Residual energy after each layer",
        xlabel="layers subtracted",
        ylabel="mean ‖r‖², % of the latent's",
        xticks=range(payload["num_quantizers"] + 1),
        ylim=(0, None),
    )
    axis.legend()
    return figure


def energy_table(payload: Payload) -> Rows:
    """Mean squared norm of the latent (0 layers) and of the residual after each layer."""
    uses = [(name, use["energies"]) for use, _, name in _uses(payload, "", "") if use["energies"]]
    return [
        ["layers subtracted", *(f"mean squared residual in {name}" for name, _ in uses)],
        *([after, *values] for after, values in enumerate(zip(*(e for _, e in uses), strict=True))),
    ]


def draw_norms(payload: Payload) -> "Drawing":
    """Each layer's code norms in falling order."""
    norms = np.sort(unpack(payload["norms"]), axis=1)[:, ::-1]
    figure = new_figure(2.6, 4.2)
    axis = figure.subplots()
    for layer, row in enumerate(norms, start=1):
        axis.plot(np.arange(1, len(row) + 1), row, color=layer_colour(layer), label=f"layer {layer}")
    axis.set(
        title=f"Code norms: {payload['checkpoint']}",
        xlabel="code, longest first",
        ylabel="Euclidean norm",
        ylim=(0, None),
    )
    axis.legend(fontsize=6.5, ncols=2)
    return figure


def norms_table(payload: Payload) -> Rows:
    """A row a code."""
    return [
        ["layer", "code", "norm"],
        *([v + 1, code, float(norm)] for (v, code), norm in np.ndenumerate(unpack(payload["norms"]))),
    ]


def statistics_table(payload: Payload) -> Rows:
    """A row a layer in the clip and in the data set: everything that the cards say."""
    energy = ["mean squared residual before", "mean squared residual after"]
    rows: list[list[Any]] = [["layer", "in", *_OF_A_USE.values(), *energy, *_OF_A_CODEBOOK.values()]]
    for use, _, name in _uses(payload, "", ""):
        energies = use["energies"] or [None] * (payload["num_quantizers"] + 1)
        for v, (row, book) in enumerate(zip(use["rows"], payload["codebooks"], strict=True)):
            codebook_figures = [book[field] for field in _OF_A_CODEBOOK]
            used = [row[field] for field in _OF_A_USE]
            rows.append([v + 1, name, *used, energies[v], energies[v + 1], *codebook_figures])
    return rows


def _uses(payload: Payload, data_colour: str, clip_colour: str) -> Iterator[tuple[Payload, str, str]]:
    if payload["data_use"]:
        yield payload["data_use"], data_colour, payload["data"]
    yield payload["clip_use"], clip_colour, payload["clip"]
