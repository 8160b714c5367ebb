"""Bodies in features of unknown layout: investigated, offered with the evidence, described by the visitor."""

import json
from typing import Any

import numpy as np

from app.command import command
from app.errors import StudioError
from app.payloads.arrays import pack_joints
from app.payloads.handing import Figure
from app.visitor import Visitor
from rvqvae.motion.description import DescriptionError, described
from rvqvae.motion.investigation import Finding, investigate

NOTHING_FOUND = (
    "No body was found in these features: in no reading of HumanML3D's form are contacts 0 or 1, rotations "
    "orthonormal, velocities the differences of positions and bones constant. They stay channels."
)


def offer_body(visitor: Visitor, said: str = "") -> str:
    """Offer to show the present clip as a body, if the data bear one out; the evidence follows what is said.

    said : what the visitor is told already, which is returned alone where there is nothing to offer
    """
    encoded = visitor.workbench.encoded
    if encoded.has_joints or not encoded.recorded or not encoded.clip.own:
        return said
    finding = investigate(encoded.clip.features, encoded.fps)
    if finding is None:
        return said
    words = f"{said} {encoded.clip.title} may be a body: {finding.words}.".strip()
    visitor.notify(
        "offer",
        words=words,
        label="Show as a body",
        command={"name": "show_as_body"},
        figure=_figure(finding, encoded.clip.features),
    )
    return words


@command
def look_for_body(visitor: Visitor) -> str:
    """Investigate the present clip's features, and offer to show what is found."""
    return offer_body(visitor) or NOTHING_FOUND


@command
def show_as_body(visitor: Visitor, description: dict[str, Any] | None = None) -> str:
    """Show features of the present clip's width as a body: as found, or as described (docs/layouts.md)."""
    encoded = visitor.workbench.encoded
    if encoded.has_joints and encoded.checkpoint.described is None:
        raise StudioError(f"{encoded.clip.title} is shown as a body already: its layout is known.")
    finding = investigate(encoded.clip.features, encoded.fps)
    try:
        layout = described({} if description is None else description, finding)
    except DescriptionError as error:
        said = f"That describes no body in these features: {error}."
        raise StudioError(said if finding else f"{NOTHING_FOUND} {said}") from None
    if layout.width != encoded.clip.width:
        raise StudioError(
            f"That describes {layout.width} features a frame; {encoded.clip.title} has {encoded.clip.width}."
        )
    visitor.catalog.described[layout.width] = layout
    visitor.encode_again(lambda one: one.clip.width == layout.width)
    return _said(finding)


@command
def show_as_channels(visitor: Visitor) -> None:
    """Show features that were described as a body as channels again."""
    width = visitor.workbench.encoded.clip.width
    if visitor.catalog.described.pop(width, None) is not None:
        visitor.encode_again(lambda one: one.clip.width == width)


def open_description(visitor: Visitor, text: str, file_name: str) -> str:
    """Show the present clip as a body, as the JSON of a file describes it."""
    try:
        return show_as_body(visitor, json.loads(text))
    except StudioError as error:
        raise StudioError(f"{file_name}: {error}") from None


def _figure(finding: Finding, features: np.ndarray) -> Figure:
    """The body of the clip's middle as it would be drawn."""
    middle = len(features) // 2
    joints = finding.layout.to_joints(features[middle : middle + 1])
    return {"joints": pack_joints(joints), "bones": finding.layout.skeleton.bones}


def _said(finding: Finding | None) -> str:
    return f"Shown as a body: {finding.words}." if finding else "Shown as a body, as described."
