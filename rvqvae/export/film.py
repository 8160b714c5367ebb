"""A motion and its reconstruction as a film, frame by frame."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from rvqvae.evaluation.metrics import joint_errors_mm
from rvqvae.export.body import body_parts, shadows_of
from rvqvae.export.camera import Camera, follow
from rvqvae.export.painter import (
    BACKGROUND,
    EDGE,
    FLOOR,
    INK,
    PALE,
    SOFT,
    TOP_MM,
    SeenBody,
    error_colour,
    paint_floor,
    paint_shadow,
)
from rvqvae.motion.layouts import HUMANML3D, FeatureLayout

VIEWS = ("overlay", "split")
_OVERSIZE = 2  # drawn so much larger than shown


@dataclass(frozen=True)
class Film:
    """What a film shows.

    Attributes
    ----------
    original, made : (N, D) arrays, raw features of the motion and its reconstruction
    fps : float
    title : str, the clip's name
    caption : str, how the reconstruction was made
    alignment : {"local", "root", "global"}, of the errors that colour it and stand below it
    view : "overlay" has both bodies in one place, "split" side by side
    against : what the original is called
    layout : where joints lie in the features
    """

    original: np.ndarray
    made: np.ndarray
    fps: float
    title: str
    caption: str
    alignment: str = "root"
    view: str = "overlay"
    against: str = "original"
    layout: FeatureLayout = HUMANML3D

    def __post_init__(self) -> None:
        if self.view not in VIEWS:
            raise ValueError(f"view is {self.view!r}; expected one of {VIEWS}")

    def frames(self, width: int, height: int, first: int = 0) -> Iterator[Image.Image]:
        """Its pictures in RGB, one for each frame of the motion from the first that is wanted."""
        errors = joint_errors_mm(self.made, self.original, self.alignment, self.layout)
        original, made = (self.layout.to_joints(f).astype(np.float64) for f in (self.original, self.made))
        targets = follow(original, self.fps)
        columns = 2 if self.view == "split" else 1
        wide, high = width * _OVERSIZE // columns, height * _OVERSIZE
        camera = Camera((wide / 2, high * 0.52), 0.86 * min(high, 1.15 * wide))
        ghost = SeenBody(body_parts(original, self.layout.skeleton), camera, targets)
        solid = SeenBody(body_parts(made, self.layout.skeleton), camera, targets)
        shadows = shadows_of(self.layout.skeleton)
        line = max(1, high // 720)
        words = self._words(width, height, float(errors.mean()))
        for frame, target in enumerate(targets[first:], first):
            image = Image.new("RGB", (wide, high), BACKGROUND)
            draw = ImageDraw.Draw(image)
            paint_floor(draw, camera, target, line)
            picture = Image.new("RGB", (width, height), BACKGROUND)
            if columns == 2:
                beside = image.copy()
                paint_shadow(beside, camera, original[frame], target, shadows)
                ghost.paint(ImageDraw.Draw(beside), frame, None, line)
                picture.paste(beside.reduce(_OVERSIZE))
            paint_shadow(image, camera, made[frame], target, shadows)
            if columns == 1:
                ghost.paint_silhouette(draw, frame, 2 * line)
            solid.paint(draw, frame, errors[frame], line)
            left = width - wide // _OVERSIZE
            picture.paste(image.reduce(_OVERSIZE), (left, 0))
            picture.paste(words, mask=words)
            self._write_moment(picture, frame)
            _write_letters(picture, solid, frame, left)
            yield picture

    def _words(self, width: int, height: int, mean_mm: float) -> Image.Image:
        """What is written on every picture, on a transparent ground."""
        image = Image.new("RGBA", (width, height), (*BACKGROUND, 0))
        draw = ImageDraw.Draw(image)
        unit = _unit(width, height)
        margin = 28 * unit
        draw.text((margin, margin), self.title, INK, font(24 * unit, bold=True))
        draw.text((margin, margin + 34 * unit), self.caption, SOFT, font(17 * unit))
        error = f"{mean_mm:.1f} mm mean joint error, {self.alignment}-aligned, {self.fps:g} fps"
        if self.alignment == "global":
            error = f"{mean_mm:.1f} mm mean joint error, drift included, {self.fps:g} fps"
        draw.text((margin, height - margin), error, SOFT, font(17 * unit), anchor="ls")
        ghost = self.against if self.view == "overlay" else ""
        over = 30 * unit if width < height else 0  # above the error, where both do not fit beside each other
        _legend(draw, width - margin, height - margin - over, unit, ghost=ghost)
        if self.view == "split":
            draw.line([width / 2, 110 * unit, width / 2, height - 62 * unit], FLOOR, max(1, round(unit)))
            for share, label in ((0.25, self.against.capitalize()), (0.75, "Reconstruction")):
                draw.text((width * share, height - 66 * unit), label, SOFT, font(17 * unit), anchor="ms")
        return image

    def _write_moment(self, image: Image.Image, frame: int) -> None:
        unit = _unit(*image.size)
        at = (image.width - 28 * unit, 28 * unit)
        ImageDraw.Draw(image).text(at, f"{frame / self.fps:.2f} s", INK, font(24 * unit), anchor="ra")


def _unit(width: int, height: int) -> float:
    """What sizes are counted in: a picture of 1280 by 720 has 1."""
    return min(height, width) / 720


def _write_letters(image: Image.Image, body: SeenBody, frame: int, left: int) -> None:
    draw, unit = ImageDraw.Draw(image), _unit(*image.size)
    face = font(14 * unit, bold=True)
    for letter, (x, y) in body.letters(frame):
        at = (left + x / _OVERSIZE, y / _OVERSIZE)
        draw.text(at, letter, INK, face, anchor="mm", stroke_width=2 * unit, stroke_fill=BACKGROUND)


def _legend(draw: ImageDraw.ImageDraw, right: float, baseline: float, unit: float, *, ghost: str) -> None:
    face = font(17 * unit)
    most = f"{TOP_MM:g} mm and more"
    draw.text((right, baseline), most, SOFT, face, anchor="rs")
    bar = (right - draw.textlength(most, face) - 130 * unit, right - draw.textlength(most, face) - 10 * unit)
    for x in range(round(bar[0]), round(bar[1])):
        colour = error_colour(TOP_MM * (x - bar[0]) / (bar[1] - bar[0]))
        draw.line([x, baseline - 12 * unit, x, baseline - 2 * unit], colour)
    zero = bar[0] - 10 * unit
    draw.text((zero, baseline), "error 0", SOFT, face, anchor="rs")
    if ghost:
        label = zero - draw.textlength("error 0", face) - 34 * unit
        draw.text((label, baseline), ghost, SOFT, face, anchor="rs")
        left = label - draw.textlength(ghost, face) - 10 * unit
        box = [left - 12 * unit, baseline - 13 * unit, left, baseline - unit]
        draw.ellipse(box, fill=PALE, outline=EDGE, width=max(1, round(1.6 * unit)))


@cache
def font(size: float, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """The typeface that matplotlib ships: it has nearly every letter that a name may hold."""
    import matplotlib

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name, size)
