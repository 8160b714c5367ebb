"""The correlation of token numbers, before and after the codes got other numbers."""

import numpy as np

from app.figures.figure import INK, LabFigure, new_figure
from app.views import relabel

_TITLES = ("Numbers as trained", "Numbers changed")


def draw(payload: dict):
    """Two matrices of the same tokens' number correlation."""
    result = payload["result"]
    layers = payload["num_quantizers"]
    figure = new_figure(3.1)
    axes = figure.subplots(1, 2)
    for axis, title, rows in zip(axes, _TITLES, result["correlation"], strict=True):
        matrix = np.array(rows, dtype=float)
        shown = axis.imshow(matrix, cmap="RdBu_r", vmin=-1, vmax=1)
        for (row, column), value in np.ndenumerate(matrix):
            if np.isfinite(value):
                colour = "white" if abs(value) > 0.7 else INK
                axis.text(column, row, f"{value:.2f}", ha="center", va="center", fontsize=6, color=colour)
        axis.set(title=title, xlabel="layer", xticks=range(layers), yticks=range(layers))
        axis.set_xticklabels(range(1, layers + 1))
        axis.set_yticklabels(range(1, layers + 1))
        axis.grid(False)
    axes[0].set_ylabel("layer")
    figure.colorbar(shown, ax=axes, shrink=0.8, label="correlation of token numbers")
    return figure


def table(payload: dict) -> list[list]:
    """A row a pair of layers, then a row a layer."""
    result = payload["result"]
    rows = [["what", "layer", "other layer", "before", "after"]]
    for index, (u, v) in enumerate(result["pairs"]):
        before, after = (side[u - 1][v - 1] for side in result["correlation"])
        rows.append(["correlation of token numbers", u, v, before, after])
        before, after = (side[index] for side in result["information_bits"])
        rows.append(["mutual information (bits)", u, v, before, after])
    for layer, (before, after) in enumerate(zip(*result["entropy_bits"], strict=True), start=1):
        rows.append(["entropy (bits)", layer, "", before, after])
    rows.append(
        [f"largest difference of the motion ({result['unit']})", "", "", 0.0, result["motion_difference"]]
    )
    return rows


FIGURES = (LabFigure("relabel", relabel.VIEW, draw, table, lambda payload: payload["result"] is not None),)
