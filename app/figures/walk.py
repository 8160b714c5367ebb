"""One step under the microscope: how the sums of codes near the latent, and what each layer leaves."""

from app.figures.figure import ACCENT, SOFT, LabFigure, layer_colour, new_figure
from app.views import microscope


def draw(payload: dict):
    """The walk in its principal plane, and the squared length of what is left before and after each layer."""
    plane = payload["planes"][0]
    figure = new_figure(3.1)
    walk, left = figure.subplots(1, 2, width_ratios=(3, 2))
    walk.plot(*zip(*plane["sums"], strict=True), color=SOFT, linewidth=0.9, zorder=1)
    for layer, place in enumerate(plane["sums"][1:], start=1):
        walk.scatter(*place, color=layer_colour(layer), s=22, zorder=2, label=f"after layer {layer}")
    walk.scatter(*plane["sums"][0], facecolors="white", edgecolors=SOFT, s=22, zorder=2, label="nothing yet")
    walk.scatter(*plane["latent"], marker="*", color=ACCENT, s=70, zorder=3, label="latent")
    shares = [f"axis {i}, {100 * share:.0f} % of variance" for i, share in enumerate(plane["explained"], 1)]
    walk.set(title=f"Step {payload['step']}: the walk to the latent", xlabel=shares[0], ylabel=shares[1])
    walk.legend(fontsize=6.5)
    energies = payload["energies"]
    left.plot(energies, color=SOFT, linewidth=0.9, zorder=1)
    colours = [SOFT, *map(layer_colour, range(1, len(energies)))]
    left.scatter(range(len(energies)), energies, color=colours, s=22, zorder=2)
    left.set(title="What is left", xlabel="layers", ylabel="‖r‖²", yscale="log")
    left.set_xticks(range(len(energies)))
    return figure


def table(payload: dict) -> list[list]:
    """A row a layer: what it was given, chose and left, and its runners-up."""
    energies, choices = payload["energies"], payload["choices"]
    most = max(len(choice["runners_up"]) for choice in choices)
    ranks = range(2, most + 2)
    return [
        ["step", "layer", "code (-1: dropped)", "‖r‖² before", "‖r‖² after", "distance",
         *(head for rank in ranks for head in (f"code {rank}", f"distance {rank}"))],
        *(
            [payload["step"], layer, choice["code"], energies[layer - 1], energies[layer], choice["distance"],
             *(value for one in choice["runners_up"] for value in (one["code"], one["distance"]))]
            for layer, choice in enumerate(choices, start=1)
        ),
    ]  # fmt: skip


FIGURES = (LabFigure("residual-walk", microscope.VIEW, draw, table),)
