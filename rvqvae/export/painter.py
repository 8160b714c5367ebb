"""Bodies, floor and shadow on a Pillow image.

Everything is drawn larger than it is shown and then reduced, since Pillow's shapes have hard edges.
"""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from scipy.spatial import ConvexHull, QhullError

from rvqvae.export.body import Part, Shadow
from rvqvae.export.camera import FORWARD, PITCH, Camera

BACKGROUND = (255, 255, 255)
FLOOR = (207, 213, 220)
GHOST = (123, 135, 150)
INK = (23, 28, 35)
SOFT = (86, 96, 112)
TOP_MM = 100.0

_RAMP = np.array(
    [(0x3F, 0x8F, 0x93), (0x93, 0xA8, 0x6A), (0xE2, 0xA6, 0x3A), (0xDC, 0x74, 0x31), (0xC2, 0x3B, 0x36)]
)
_BLACK, _WHITE = (8, 14, 24), (255, 255, 255)
_CIRCLE = np.stack([f(np.arange(20) * np.pi / 10) for f in (np.cos, np.sin)], axis=-1)
_CELL, _HALF = 0.5, 3.5  # metres: a square of the floor, and floor on each side of the target

Colour = tuple[int, int, int]


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """A colour between two."""
    red, green, blue = (round(x + (y - x) * share) for x, y in zip(a, b, strict=True))
    return red, green, blue


EDGE, PALE = mix(GHOST, _BLACK, 0.1), mix(GHOST, BACKGROUND, 0.62)


def error_colour(mm: float) -> Colour:
    """The colour of an error: from 0 to `TOP_MM` and more."""
    at = np.clip(mm / TOP_MM, 0, 1) * (len(_RAMP) - 1)
    return tuple(round(np.interp(at, range(len(_RAMP)), channel)) for channel in _RAMP.T)


def body_shades(colour: Colour) -> tuple[Colour, Colour, Colour, Colour]:
    """Edge, shadow, middle and light of a part of the body."""
    return mix(colour, _BLACK, 0.45), mix(colour, _BLACK, 0.3), colour, mix(colour, _WHITE, 0.2)


def paint_floor(draw: ImageDraw.ImageDraw, camera: Camera, target: np.ndarray, width: int) -> None:
    """A floor of half-metre squares that fades away from the camera's target (3,), metres."""
    lines = np.arange(-_HALF, _HALF + _CELL / 2, _CELL)
    along = np.linspace(-_HALF, _HALF, 13)
    origin = np.round(target / _CELL) * _CELL
    for axis in (0, 2):
        for line in lines:
            points = np.zeros((len(along), 3))
            points[:, axis] = origin[axis] + line
            points[:, 2 - axis] = target[2 - axis] + along
            seen, _ = camera.project(points, target)
            middle = (points[1:] + points[:-1]) / 2 - target
            fade = np.clip(1.6 * (1 - np.hypot(middle[:, 0], middle[:, 2]) / _HALF), 0, 1)
            for start, end, share in zip(seen[:-1], seen[1:], fade, strict=True):
                if share > 0.03:
                    draw.line([*start, *end], fill=mix(BACKGROUND, FLOOR, share), width=width)


_COARSE = 12  # pixels of the image for one of the shadow's


def paint_shadow(
    image: Image.Image, camera: Camera, pose: np.ndarray, target: np.ndarray, shadows: Sequence[Shadow]
) -> None:
    """The shadow of a pose (J, 3) on the floor, drawn coarsely and blurred."""
    size = image.width // _COARSE, image.height // _COARSE
    grid = np.stack(np.meshgrid(*map(np.arange, size)), axis=-1)
    dark = np.zeros(grid.shape[:2])
    for joint, radius, strength in shadows:
        height = max(0.0, pose[joint, 1])
        seen, scale = camera.project(pose[joint] * [1, 0, 1], target)
        reach = radius * (1 + height / 2) * scale / _COARSE * np.array([1, max(0.12, np.sin(PITCH))])
        x, y = ((grid - seen / _COARSE) / reach).transpose(2, 0, 1)
        dark += strength * np.exp(-1.4 * height) * np.clip(1 - np.hypot(x, y), 0, 1)
    mask = Image.fromarray((255 * np.clip(dark, 0, 0.6)).astype(np.uint8)).filter(ImageFilter.BoxBlur(1))
    box = mask.getbbox()
    if box:
        soft = mask.crop(box)
        soft = soft.resize((soft.width * _COARSE, soft.height * _COARSE), Image.Resampling.BILINEAR)
        image.paste(_BLACK, (box[0] * _COARSE, box[1] * _COARSE), soft)


class SeenBody:
    """A body's parts as circles on the picture, in all frames.

    Attributes
    ----------
    parts : list of Part
    """

    def __init__(self, parts: list[Part], camera: Camera, targets: np.ndarray):
        self.parts = parts
        self._circles = []
        for part in parts:
            seen, scale = camera.project(part.centres, targets[:, None])
            self._circles.append((seen, part.radii * scale, scale.mean(axis=1)))

    def paint(self, draw: ImageDraw.ImageDraw, frame: int, errors: np.ndarray | None, line: int) -> None:
        """The solid body, far parts first, coloured by its joints' errors (J,) in mm, or grey if None."""
        order = sorted(range(len(self.parts)), key=lambda index: self._circles[index][2][frame])
        for index in order:
            part, (seen, radii, _) = self.parts[index], self._circles[index]
            if part.normal is not None and part.normal[frame] @ FORWARD > 0.35:
                continue
            colour = GHOST if errors is None else error_colour(errors[list(part.joints)].mean())
            if part.right:
                colour = mix(colour, _BLACK, 0.16)
            centre, radius = seen[frame], radii[frame]
            edge, dark, plain, light = body_shades(colour)
            draw.polygon(_outline(centre, radius), fill=dark, outline=edge, width=line)
            # Light from the upper left: the same part again, thinner and moved towards it.
            for share, towards, lit in ((0.84, 0.12, plain), (0.5, 0.3, light)):
                draw.polygon(_outline(centre - (towards * radius)[:, None], share * radius), fill=lit)

    def paint_silhouette(self, draw: ImageDraw.ImageDraw, frame: int, line: int) -> None:
        """The body as one pale outline: the edges of all parts first, then their insides."""
        solid = [c for part, c in zip(self.parts, self._circles, strict=True) if part.normal is None]
        for grown, fill in ((line, EDGE), (0, PALE)):
            for seen, radii, _ in solid:
                draw.polygon(_outline(seen[frame], radii[frame] + grown), fill=fill)

    def letters(self, frame: int) -> list[tuple[str, tuple[float, float]]]:
        """ "L" and "R" and where they stand, beyond the hands."""
        found = []
        for part, (seen, radii, _) in zip(self.parts, self._circles, strict=True):
            if part.letter:
                from_, to = seen[frame, :2]
                along = (to - from_) / max(np.linalg.norm(to - from_), 1e-6)
                found.append((part.letter, tuple(to + along * 1.9 * radii[frame, 1])))
        return found


def _outline(centres: np.ndarray, radii: np.ndarray) -> list[tuple[float, float]]:
    """Convex hull of circles (B, 2) of radii (B,), as a list of points."""
    points = (centres[:, None] + radii[:, None, None] * _CIRCLE).reshape(-1, 2)
    try:
        points = points[ConvexHull(points).vertices]
    except QhullError:
        points = points[:3]  # smaller than a pixel
    return [tuple(point) for point in points.tolist()]
