"""Greedy encoding against beam search: the latent's error, and the motion's."""

from app.figures.figure import ACCENT, SOFT, LabFigure, aligned, new_figure
from app.views import beam


def draw(payload: dict):
    """Both errors against the beam's width; width 1 is greedy."""
    rows = payload["rows"]
    figure = new_figure(2.9)
    latent, joint = figure.subplots(1, 2)
    for axis, field, colour, label in (
        (latent, "latent_error", SOFT, "mean ‖latent - sum of codes‖²"),
        (joint, "mm", ACCENT, f"mean joint error, mm ({aligned(payload)})"),
    ):
        axis.plot([row["width"] for row in rows], [row[field] for row in rows], marker="o", color=colour)
        axis.axhline(rows[0][field], color=SOFT, linewidth=0.8, linestyle="--")
        axis.set(xlabel="beam width (1: greedy)", ylabel=label, ylim=(0, None))
        axis.set_xticks([row["width"] for row in rows])
    latent.set_title(f"Latent error: {payload['clip']}")
    joint.set_title("Joint error")
    return figure


def table(payload: dict) -> list[list]:
    """A row a width."""
    layers = range(1, len(payload["rows"][0]["changed_by_layer"]) + 1)
    return [
        ["width", "latent error (mean squared distance)", f"joint error (mm, {aligned(payload)})",
         "tokens changed", *(f"changed in layer {layer}" for layer in layers)],
        *(
            [row["width"], row["latent_error"], row["mm"], row["changed"], *row["changed_by_layer"]]
            for row in payload["rows"]
        ),
    ]  # fmt: skip


FIGURES = (LabFigure("beam", beam.VIEW, draw, table, lambda payload: payload["rows"] is not None),)
