"""Checkpoints side by side, drawn: error against bits a second, and every number of the comparison."""

from typing import TYPE_CHECKING

from app.lab.figure import Payload, Rows, layer_colour, legend_below, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

MARKERS = "osD^"


def draw(payload: Payload) -> "Drawing":
    """Root-aligned and local error of the first k layers of each checkpoint against its nominal rate."""
    result = payload["result"]
    figure = new_figure(3.1)
    axes = figure.subplots(1, 2)
    for axis, alignment in zip(axes, ("root", "local"), strict=True):
        for number, one in enumerate(scored(result)):
            points = one["scores"]["points"]
            axis.plot(
                [point["nominal"] for point in points],
                [point[alignment] for point in points],
                marker=MARKERS[number % len(MARKERS)],
                color=layer_colour(number + 1),
                label=one["title"],
            )
        axis.set(
            xlabel="nominal bits a second",
            ylabel=f"MPJPE, mm ({alignment}-aligned, {result['fps']:g} fps)",
            xlim=(0, None),
            ylim=(0, None),
        )
    clips = "one clip" if result["clips"] == 1 else f"{result['clips']} clips"
    axes[0].set_title(f"{clips}, {result['frames']} frames")
    legend_below(figure, axes[0])
    return figure


def table(payload: Payload) -> Rows:
    """A row a checkpoint and number of layers."""
    result = payload["result"]
    return [
        ["checkpoint", "layers", "nominal rate (bit/s)", "entropy rate (bit/s)",
         *(f"MPJPE (mm, {name}, {result['fps']:g} fps)" for name in ("local", "root-aligned", "global")),
         "codes used in this layer", "perplexity",
         f"milliseconds for {result['timed_frames']} frames, all layers"],
        *(
            [one["title"], k + 1, point["nominal"], point["entropy"], point["local"], point["root"],
             point["global"], one["scores"]["used"][k], one["scores"]["perplexity"][k],
             one["scores"]["milliseconds"]]
            for one in scored(result)
            for k, point in enumerate(one["scores"]["points"])
        ),
    ]  # fmt: skip


def scored(result: Payload) -> list[Payload]:
    return [one for one in result["contestants"] if one["scores"]]
