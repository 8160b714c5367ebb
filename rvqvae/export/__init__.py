"""Motion out: features, joints, BVH and films."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from rvqvae.export.motion import SUFFIXES as MOTION_SUFFIXES
from rvqvae.export.motion import joints_of, write_motion
from rvqvae.motion.clips import Clip

FILM_SUFFIXES = (".mp4", ".gif")
SUFFIXES = (*MOTION_SUFFIXES, *FILM_SUFFIXES)

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
    progress: Callable[[float], None] = lambda share: None,
) -> None:
    """Write a reconstruction in the format of the path's suffix: motion, or a film beside its original.

    Parameters
    ----------
    path : file to write, with one of `SUFFIXES`
    original : the clip that was reconstructed
    made : (N, D) array, raw features
    caption : how it was made, for a film
    alignment : {"local", "root", "global"}, of the errors that a film shows
    view : "overlay" has both bodies of a film in one place, "split" side by side
    against : what a film calls the original
    progress : called with the share of a film done, 0 to 1; what it raises ends the work

    Raises
    ------
    ValueError
        As `write_motion` and `rvqvae.export.video.write_film`.
    """
    path = Path(path)
    if path.suffix not in FILM_SUFFIXES:
        write_motion(path, replace(original, features=made))
        return
    # Imported here: drawing needs Pillow and fonts, which writing motion does not.
    from rvqvae.export.film import Film
    from rvqvae.export.video import write_film

    joints_of(original)
    film = Film(original.features, made, original.fps, original.name, caption, alignment, view, against)
    write_film(path, film, progress=progress)
