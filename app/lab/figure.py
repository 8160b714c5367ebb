"""What a figure of the laboratory is, and how it becomes a file."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from app.errors import StudioError
from app.payloads.packed import Alignment
from app.payloads.statistics import Caption, OfClip
from app.view import View
from app.visitor import Visitor

if TYPE_CHECKING:  # matplotlib takes long to import, and most visitors save nothing
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

Payload = dict[str, Any]
Rows = Iterable[Sequence[Any]]

FORMATS = {"png": "image/png", "svg": "image/svg+xml", "csv": "text/csv"}
PAGE_WIDTH = 6.9  # inches, both columns of a paper
INK, SOFT, LINE, ACCENT = "#171c23", "#566070", "#d5dae0", "#2457c5"
# One colour a layer, told apart with every colour vision (Okabe and Ito 2008, without its yellow and black).
LAYER_COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9")
_POWER = re.compile(r"\$\\mathdefault\{[\d{}^.−-]*\}\$")
_STYLE: Any = {
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


def _nothing(visitor: Visitor, **about: Any) -> None:
    """What there is to do for a figure that shows what is there already."""


@dataclass(frozen=True)
class Figure:
    """A figure made from a view's payload.

    Attributes
    ----------
    name : in file names and commands
    view : whose payload it shows
    draw : payload to figure; None where there are only numbers
    table : payload to rows, the first one naming the columns with their units
    ready : payload to whether there is anything to draw yet
    prepare : function(visitor, **about) that does what it needs, to its end, for programs
    """

    name: str
    view: View
    draw: "Callable[[Payload], Drawing] | None"
    table: Callable[[Payload], Rows]
    ready: Callable[[Payload], bool] = lambda payload: True
    prepare: Callable[..., object] = _nothing

    def check_kind(self, kind: str) -> None:
        """Refuse to save it as anything that it cannot be saved as.

        Raises
        ------
        StudioError
            With what it can.
        """
        kinds = tuple(FORMATS) if self.draw else ("csv",)
        if kind not in kinds:
            raise StudioError(f"{self.name} is saved as {', '.join(kinds)}, not as {kind!r}.")

    def file(self, visitor: Visitor, kind: str) -> tuple[str, bytes]:
        """Name and content: PNG (300 dots an inch) or SVG, or its numbers as CSV.

        Raises
        ------
        StudioError
            If it cannot be saved as that, or has not been computed.
        """
        self.check_kind(kind)
        payload = self.view.payload(visitor)
        if not self.ready(payload):
            raise StudioError("There is nothing to save yet: this figure has not been computed.")
        title = f"{visitor.workbench.encoded.clip.title}-{self.name}"
        name = re.sub(r"[^\w-]+", "-", title).strip("-").lower()
        return f"{name}.{kind}", self._written(payload, kind)

    def _written(self, payload: Payload, kind: str) -> bytes:
        if self.draw is None or kind == "csv":
            text = io.StringIO()
            rows = ([_cell(value) for value in row] for row in self.table(payload))
            csv.writer(text, lineterminator="\n").writerows(rows)
            return text.getvalue().encode()
        import matplotlib

        buffer = io.BytesIO()
        with _one_at_a_time, matplotlib.rc_context(_STYLE):
            figure = self.draw(payload)
            _without_formulas(figure)
            figure.savefig(buffer, format=kind)
        return buffer.getvalue()


def _without_formulas(figure: "Drawing") -> None:
    """Show names as they are; the numbers at logarithmic axes are formulas, and ours."""
    from matplotlib.text import Text

    for text in figure.findobj(Text):
        if "$" in text.get_text() and not _POWER.fullmatch(text.get_text()):
            text.set_parse_math(False)


def _cell(value: object) -> object:
    """A value that a spreadsheet does not take for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@")) else value


def caption(visitor: Visitor) -> Caption:
    """What a figure of the laboratory is of, and how its errors are measured."""
    bench = visitor.workbench
    return {
        **of_clip(visitor),
        "alignment": cast(Alignment, bench.alignment),
        "fps": bench.encoded.clip.fps or bench.encoded.checkpoint.fps,
    }


def of_clip(visitor: Visitor) -> OfClip:
    """The clip and the checkpoint, by their titles."""
    encoded = visitor.workbench.encoded
    return {"clip": encoded.clip.title, "checkpoint": encoded.checkpoint.name}


def new_figure(height: float, width: float = PAGE_WIDTH) -> "Drawing":
    """An empty figure, inches; it belongs to no window and no global list."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height))


def legend_below(figure: "Drawing", axis: "Axes") -> None:
    """An axis' legend under the whole figure, where it covers no line."""
    handles, labels = axis.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), fontsize=7)


def layer_colour(layer: int) -> str:
    """The colour of a layer, 1 for the first."""
    return LAYER_COLOURS[(layer - 1) % len(LAYER_COLOURS)]


def aligned(payload: Payload) -> str:
    """How a payload's errors are measured, in words."""
    name = payload["alignment"]
    return f"{name if name == 'global' else f'{name}-aligned'}, {payload['fps']:g} fps"
