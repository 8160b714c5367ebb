"""Tokens under a film, lit as they play."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from rvqvae.export.film import Film, font
from rvqvae.export.painter import BACKGROUND, FLOOR, INK, Colour, mix

# Dark blue to yellow with steadily rising lightness, as the page's grid has it.
_RAMP = np.array(
    [
        (0x14, 0x28, 0x4F),
        (0x33, 0x4A, 0x73),
        (0x5C, 0x66, 0x78),
        (0x82, 0x82, 0x7C),
        (0xAA, 0xA0, 0x75),
        (0xD2, 0xC1, 0x63),
        (0xF4, 0xE5, 0x5B),
    ]
)
_MARGIN, _ROW, _CELL = 28, 21, 27  # of the strip, at 720 pixels of the shorter side
_LIGHT = 0.45  # share above which a colour takes dark ink
_RESTING = 0.62  # how much of the ground is mixed into the tokens that do not play


@dataclass(frozen=True)
class TokenStrip:
    """The tokens that a motion was decoded from.

    Attributes
    ----------
    tokens : (Q, n) int array, -1 where nothing is added to the sum
    shades : (Q, n) array of each token's colour, 0 dark to 1 light
    ratio : frames a step
    """

    tokens: np.ndarray
    shades: np.ndarray
    ratio: int

    def height(self, unit: float) -> int:
        """Pixels that it takes."""
        return round((len(self.tokens) * _ROW + _MARGIN) * unit)

    def paint(self, image: Image.Image, top: int, unit: float, frame: int) -> None:
        """Draw it at the foot of a picture, scrolled so that the frame's step is in sight."""
        draw, steps = ImageDraw.Draw(image), self.tokens.shape[1]
        wide = image.width - 2 * _MARGIN * unit
        shown = max(1, min(steps, int(wide / (_CELL * unit))))
        playing = min(steps - 1, frame // self.ratio)
        first = max(0, min(steps - shown, playing - shown // 3))
        cell, row = wide / shown, _ROW * unit
        for layer, step in np.ndindex(len(self.tokens), shown):
            x, y = _MARGIN * unit + step * cell, top + layer * row
            box = (x, y, x + cell - unit, y + row - unit)
            self._paint_cell(draw, box, layer, first + step, first + step == playing)
        x = _MARGIN * unit + (playing - first) * cell
        around = (x - 2 * unit, top - 2 * unit, x + cell + unit, top + len(self.tokens) * row + unit)
        draw.rectangle(around, outline=INK, width=max(1, round(2 * unit)))

    def _paint_cell(
        self, draw: ImageDraw.ImageDraw, box: tuple[float, ...], layer: int, step: int, lit: bool
    ) -> None:
        code, shade = int(self.tokens[layer, step]), float(self.shades[layer, step])
        if code < 0:
            draw.rectangle(box, outline=FLOOR)
            return
        colour = _ramp(shade)
        draw.rectangle(box, fill=colour if lit else mix(colour, BACKGROUND, _RESTING))
        if lit:
            middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
            ink = INK if shade > _LIGHT else BACKGROUND
            draw.text(middle, str(code), ink, font(0.55 * (box[3] - box[1])), anchor="mm")


@dataclass(frozen=True)
class FilmWithTokens:
    """A film with the tokens of its reconstruction at its foot."""

    film: Film
    strip: TokenStrip

    @property
    def original(self) -> np.ndarray:
        """(N, D) raw features of the motion."""
        return self.film.original

    @property
    def fps(self) -> float:
        """Frames a second."""
        return self.film.fps

    def frames(self, width: int, height: int, first: int = 0) -> Iterator[Image.Image]:
        """Its pictures in RGB, one for each frame of the motion from the first that is wanted."""
        unit = min(width, height) / 720
        top = height - self.strip.height(unit)
        for frame, picture in enumerate(self.film.frames(width, top, first), first):
            whole = Image.new("RGB", (width, height), BACKGROUND)
            whole.paste(picture)
            self.strip.paint(whole, top, unit, frame)
            yield whole


def _ramp(share: float) -> Colour:
    at = min(1.0, max(0.0, share)) * (len(_RAMP) - 1)
    red, green, blue = (round(float(np.interp(at, range(len(_RAMP)), column))) for column in _RAMP.T)
    return red, green, blue
