"""What a figure of the laboratory is, and how it becomes a file."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from app.views.view import View

if TYPE_CHECKING:  # matplotlib takes long to import, and most visitors save nothing
    from matplotlib.figure import Figure

FORMATS = {"png": "image/png", "svg": "image/svg+xml", "csv": "text/csv"}
PAGE_WIDTH = 6.9  # inches, both columns of a paper
INK, SOFT, LINE, ACCENT = "#171c23", "#566070", "#d5dae0", "#2457c5"
# One colour a layer, told apart with every colour vision (Okabe and Ito 2008, without its yellow and black).
LAYER_COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9")
_STYLE = {
    "font.size": 8,
    "font.family": "sans-serif",
    "axes.titlesize": 8.5,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": LINE,
    "grid.linewidth": 0.5,
    "lines.linewidth": 1.4,
    "lines.markersize": 3.5,
    "legend.frameon": False,
    "figure.constrained_layout.use": True,
    "savefig.dpi": 300,
}
_one_at_a_time = Lock()  # matplotlib's settings are global


@dataclass(frozen=True)
class LabFigure:
    """A figure made from a view's payload.

    Attributes
    ----------
    name : in file names and commands
    view : whose payload it shows
    draw : payload to figure; None where there are only numbers
    table : payload to rows, the first one naming the columns with their units
    ready : payload to whether there is anything to draw yet
    """

    name: str
    view: View
    draw: "Callable[[dict], Figure] | None"
    table: Callable[[dict], Iterable[Sequence]]
    ready: Callable[[dict], bool] = lambda payload: True

    @property
    def kinds(self) -> tuple[str, ...]:
        """What it can be saved as, of `FORMATS`."""
        return tuple(FORMATS) if self.draw else ("csv",)

    def save(self, payload: dict, kind: str) -> bytes:
        """The figure as PNG (300 dots an inch) or SVG, or its numbers as CSV.

        Parameters
        ----------
        kind : one of `kinds`
        """
        if kind == "csv":
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows(self.table(payload))
            return text.getvalue().encode()
        import matplotlib

        buffer = io.BytesIO()
        with _one_at_a_time, matplotlib.rc_context(_STYLE):
            self.draw(payload).savefig(buffer, format=kind)
        return buffer.getvalue()


def new_figure(height: float, width: float = PAGE_WIDTH) -> "Figure":
    """An empty figure, inches; it belongs to no window and no global list."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height))


def legend_below(figure: "Figure", axis) -> None:
    """An axis' legend under the whole figure, where it covers no line."""
    handles, labels = axis.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), fontsize=7)


def layer_colour(layer: int) -> str:
    """The colour of a layer, 1 for the first."""
    return LAYER_COLOURS[(layer - 1) % len(LAYER_COLOURS)]


def aligned(payload: dict) -> str:
    """How a payload's errors are measured, in words."""
    name = payload["alignment"]
    return f"{name if name == 'global' else f'{name}-aligned'}, {payload['fps']:g} fps"
