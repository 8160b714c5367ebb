"""One time step under the microscope: how the codes of each layer walk towards the latent."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from app.command import command
from app.errors import StudioError
from app.lab.figure import ACCENT, SOFT, Figure, Payload, Rows, layer_colour, new_figure
from app.lab.tab import MEANING, Tab
from app.payloads.arrays import pack
from app.payloads.inspection import MicroscopePayload, WalkPlane
from app.values import as_int
from app.view import View
from app.visitor import Visitor
from rvqvae.statistics import Dissection, Plane, choice_plane, dissect, walk_plane

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing


@dataclass
class Magnified:
    """The step under a visitor's microscope."""

    step: int = 0


@command(replaceable=True, silent=True)
def magnify(visitor: Visitor, step: int = 0) -> None:
    """Put one step of the clip under the microscope."""
    step, steps = as_int(step), visitor.workbench.tokens.shape[1]
    if not 0 <= step < steps:
        raise StudioError(f"There is no step {step}; this clip has steps 0 to {steps - 1}.")
    visitor.room(Magnified).step = step


def payload(visitor: Visitor) -> MicroscopePayload:
    """What each layer was given, chose and left; vectors (d,) of all of them; the walk in several planes.

    `planes` holds the whole walk's plane, then one plane a layer, each with every point of the walk in it.
    """
    bench, step = visitor.workbench, _step(visitor)
    encoded = bench.encoded
    tokens = bench.tokens[:, step]
    cut = dissect(encoded.checkpoint, encoded.latent[:, step].cpu().numpy(), tokens)
    planes = [walk_plane(cut), *(choice_plane(cut, layer) for layer in range(encoded.num_layers))]
    return {
        "step": step,
        "seconds": step * encoded.ratio / (encoded.clip.fps or encoded.checkpoint.fps),
        "frames": [step * encoded.ratio, min(encoded.frames, (step + 1) * encoded.ratio) - 1],
        "energies": cut.energies.tolist(),
        "identity_error": cut.identity_error,
        "residuals": pack(cut.residuals, "f32"),
        "codes": pack(cut.codes, "f32"),
        "sum": pack(cut.partial_sums[-1], "f32"),
        "choices": [
            {
                "code": choice.code,
                "original": int(encoded.tokens[layer, step]),
                "on": bench.layers[layer],
                "distance": choice.distance,
                "runners_up": [{"code": one.code, "distance": one.distance} for one in choice.runners_up],
            }
            for layer, choice in enumerate(cut.choices)
        ],
        "planes": [_in_plane(plane, cut) for plane in planes],
    }


def _in_plane(plane: Plane, cut: Dissection) -> WalkPlane:
    sums = cut.partial_sums
    return {
        "explained": plane.explained.tolist(),
        "residual_shares": [plane.share_of(residual) for residual in cut.residuals],
        "latent": plane.project(cut.latent).tolist(),
        "sums": plane.project(sums).tolist(),
        "runners_up": [
            plane.project(np.add(start, choice.runner_up_vectors)).tolist()
            for start, choice in zip(sums, cut.choices, strict=False)
        ],
    }


def _step(visitor: Visitor) -> int:
    last: int = visitor.workbench.tokens.shape[1] - 1
    return min(visitor.room(Magnified).step, last)


def key(visitor: Visitor) -> Hashable:
    """The step, its tokens and which layers are on."""
    bench = visitor.workbench
    return bench.encoded, bench.version, bench.layers, _step(visitor)


def draw(payload: Payload) -> "Drawing":
    """The walk in its principal plane, and the squared length of what is left before and after each layer."""
    plane = payload["planes"][0]
    figure = new_figure(3.1)
    walk, left = figure.subplots(1, 2, width_ratios=(3, 2))
    walk.plot(*zip(*plane["sums"], strict=True), color=SOFT, linewidth=0.9, zorder=1)
    for layer, place in enumerate(plane["sums"][1:], start=1):
        walk.scatter(*place, color=layer_colour(layer), s=22, zorder=2, label=f"after layer {layer}")
    walk.scatter(*plane["sums"][0], facecolors="white", edgecolors=SOFT, s=22, zorder=2, label="nothing yet")
    walk.scatter(*plane["latent"], marker="*", color=ACCENT, s=70, zorder=3, label="latent")
    shares = [f"axis {i}, {100 * share:.0f}% of variance" for i, share in enumerate(plane["explained"], 1)]
    walk.set(title=f"Step {payload['step']}: the walk to the latent", xlabel=shares[0], ylabel=shares[1])
    walk.legend(fontsize=6.5)
    energies = payload["energies"]
    left.plot(energies, color=SOFT, linewidth=0.9, zorder=1)
    colours = [SOFT, *map(layer_colour, range(1, len(energies)))]
    left.scatter(range(len(energies)), energies, color=colours, s=22, zorder=2)
    left.set(title="What is left", xlabel="layers", ylabel="‖r‖²", yscale="log")
    left.set_xticks(range(len(energies)))
    return figure


def table(payload: Payload) -> Rows:
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


TAB = Tab("microscope", "Microscope", MEANING)
VIEWS = (View("microscope", key, payload, panel="microscope"),)
FIGURES = (Figure("residual-walk", VIEWS[0], draw, table, prepare=magnify),)
