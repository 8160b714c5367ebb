"""Motion out: features, joints, BVH, glTF and films."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rvqvae.export.motion import SUFFIXES as MOTION_SUFFIXES
from rvqvae.export.motion import frame_rate_of, layout_of, write_motion
from rvqvae.motion.clips import Clip
from rvqvae.motion.layouts import FeatureLayout

if TYPE_CHECKING:  # drawing needs Pillow and fonts, which writing motion does not
    from rvqvae.export.strip import TokenStrip

FILM_SUFFIXES = (".mp4", ".gif")
SCENE_SUFFIX = ".glb"
SUFFIXES = (*MOTION_SUFFIXES, SCENE_SUFFIX, *FILM_SUFFIXES)

__all__ = ["FILM_SUFFIXES", "MOTION_SUFFIXES", "SUFFIXES", "write_motion", "write_reconstruction"]


def write_reconstruction(
    path: str | Path,
    original: Clip,
    made: np.ndarray,
    *,
    caption: str,
    alignment: str = "root",
    view: str = "overlay",
    against: str = "original",
    layout: FeatureLayout | None = None,
    tokens: "TokenStrip | None" = None,
    portrait: bool = False,
    progress: Callable[[float], None] = lambda share: None,
) -> None:
    """Write a reconstruction in the format of the path's suffix: motion, or a film or scene of both.

    Parameters
    ----------
    path : file to write, with one of `SUFFIXES`
    original : the clip that was reconstructed
    made : (N, D) array, raw features
    caption : how it was made, for a film
    alignment : {"local", "root", "global"}, of the errors that colour a film or a scene
    view : "overlay" has both bodies of a film in one place, "split" side by side
    against : what a film calls the original
    layout : where joints lie in the features, if the clip's layout has no name
    tokens : what a film shows at its foot, lit as they play
    portrait : whether a film is higher than wide
    progress : called with the share of a film done, 0 to 1; what it raises ends the work

    Raises
    ------
    ValueError
        As `write_motion` and `rvqvae.export.video.write_film`.
    """
    path = Path(path)
    if path.suffix == SCENE_SUFFIX:
        from rvqvae.export.scene import write_scene

        known = layout_of(original, layout)
        write_scene(path, original, made, known, caption=caption, alignment=alignment, against=against)
        return
    if path.suffix not in FILM_SUFFIXES:
        write_motion(path, replace(original, features=made), layout)
        return
    # Imported here: drawing needs Pillow and fonts, which writing motion does not.
    from rvqvae.export.film import Film
    from rvqvae.export.strip import FilmWithTokens
    from rvqvae.export.video import write_film

    known = layout_of(original, layout)
    fps = frame_rate_of(original, known)
    film = Film(original.features, made, fps, original.name, caption, alignment, view, against, known)
    shown = film if tokens is None else FilmWithTokens(film, tokens)
    write_film(path, shown, portrait=portrait, progress=progress)
