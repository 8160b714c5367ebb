"""A layer's codes in the plane of their two principal axes, and the neighbours of the open one."""

from app.figures.figure import ACCENT, SOFT, LabFigure, new_figure
from app.views import dictionary, entry
from app.views.arrays import unpack


def draw(payload: dict):
    """A disc a code, its area by how often the code is used; rings for codes that are not."""
    points, counts = unpack(payload["points"]), unpack(payload["counts"])
    figure = new_figure(3.6, 4.4)
    axis = figure.subplots()
    used = counts > 0
    area = 4 + 120 * counts / max(1, counts.max())
    axis.scatter(*points[used].T, s=area[used], color=ACCENT, alpha=0.55, linewidths=0, label="used")
    axis.scatter(
        *points[~used].T, s=8, facecolors="none", edgecolors=SOFT, linewidths=0.6, label="never used"
    )
    shares = [f"axis {i}, {100 * share:.0f} % of variance" for i, share in enumerate(payload["explained"], 1)]
    axis.set(title=f"Codebook of layer {payload['layer'] + 1}", xlabel=shares[0], ylabel=shares[1])
    if not used.all():
        axis.legend(fontsize=6.5)
    return figure


def table(payload: dict) -> list[list]:
    """A row a code."""
    over = "in the clips" if payload["counted_over"] == "clips" else "in the training data"
    places = unpack(payload["points"]).tolist()
    return [
        ["layer", "code", "axis 1", "axis 2", f"uses {over}"],
        *(
            [payload["layer"] + 1, code, x, y, int(count)]
            for code, ((x, y), count) in enumerate(zip(places, unpack(payload["counts"]), strict=True))
        ),
    ]


def neighbours_table(payload: dict) -> list[list]:
    """A row a neighbour of the open code, nearest first."""
    return [
        ["layer", "code", "neighbour", "distance"],
        *(
            [payload["layer"] + 1, payload["code"], near["code"], near["distance"]]
            for near in payload["near"]
        ),
    ]


FIGURES = (
    LabFigure("code-map", dictionary.VIEW, draw, table),
    LabFigure("code-neighbours", entry.VIEW, None, neighbours_table),
)
