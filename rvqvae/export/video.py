"""Films as MP4 or GIF files."""

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import numpy as np
from PIL import Image

from rvqvae.atomic import in_one_stroke
from rvqvae.errors import FileError
from rvqvae.export.film import Film
from rvqvae.export.painter import TOP_MM, body_shades, error_colour
from rvqvae.export.strip import FilmWithTokens

SUFFIXES = (".mp4", ".gif")
MP4_SIZE, GIF_SIZE = (1280, 720), (640, 360)
MAX_GIF_FRAMES = 600  # Pillow keeps all of them in memory until the end


def write_film(
    path: str | Path,
    film: Film | FilmWithTokens,
    *,
    portrait: bool = False,
    progress: Callable[[float], None] = lambda share: None,
) -> None:
    """Write a film in one stroke, as MP4 (H.264, 1280 by 720) or GIF (640 by 360), by the path's suffix.

    Parameters
    ----------
    path : `.mp4` or `.gif` file to write
    film : what it shows
    portrait : whether it is higher than wide, for a phone
    progress : called with the share done, 0 to 1; what it raises ends the work, and no file is left

    Raises
    ------
    FileError
        If the suffix is another, or a GIF would have more than `MAX_GIF_FRAMES` frames.
    """
    path, count = Path(path), len(film.original)
    if path.suffix not in SUFFIXES:
        raise FileError(path, f"found the suffix {path.suffix or '(none)'}; expected {' or '.join(SUFFIXES)}")
    if path.suffix == ".gif" and count > MAX_GIF_FRAMES:
        raise FileError(
            path,
            f"{count} frames are too many for a GIF, which holds {MAX_GIF_FRAMES} at most; an .mp4 "
            "has no limit",
        )
    write, size = (_write_mp4, MP4_SIZE) if path.suffix == ".mp4" else (_write_gif, GIF_SIZE)
    size = size[::-1] if portrait else size
    frames = _counted(film.frames(*size), count, progress)
    in_one_stroke(path, lambda file: write(file, frames, film.fps))


def _counted(
    frames: Iterator[Image.Image], count: int, progress: Callable[[float], None]
) -> Iterator[Image.Image]:
    for number, frame in enumerate(frames, start=1):
        yield frame
        progress(number / count)


def _write_mp4(path: Path, frames: Iterator[Image.Image], fps: float) -> None:
    # Imported here: it is only needed for this, and looks for its encoder when imported.
    import imageio_ffmpeg

    first = next(frames)
    encoder = imageio_ffmpeg.write_frames(
        path,
        first.size,
        fps=fps,
        quality=None,
        ffmpeg_log_level="error",
        output_params=["-crf", "21", "-tune", "animation", "-movflags", "+faststart"],
    )
    encoder.send(None)
    try:
        for frame in chain((first,), frames):
            encoder.send(frame.tobytes())
    finally:
        encoder.close()


def _write_gif(path: Path, frames: Iterator[Image.Image], fps: float) -> None:
    first = next(frames)
    palette = _palette(first)
    # A GIF counts in hundredths of a second: each frame is shown until the next one is due.
    due = np.round(100 * np.arange(MAX_GIF_FRAMES + 1) / fps).astype(int)
    indexed = (frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames)
    first.quantize(palette=palette, dither=Image.Dither.NONE).save(
        path,
        save_all=True,
        append_images=indexed,
        duration=(10 * np.diff(due)).tolist(),
        loop=0,
    )


def _palette(first: Image.Image) -> Image.Image:
    """One palette for all frames, so that what stands still stays the same: that of the first picture, and of
    a body with every error."""
    shades = [shade for mm in np.linspace(0, TOP_MM, 24) for shade in body_shades(error_colour(mm))]
    strip = Image.fromarray(np.array(shades, dtype=np.uint8)[None])
    sample = Image.new("RGB", (first.width, first.height + 60))
    sample.paste(first)
    sample.paste(strip.resize((first.width, 60), Image.Resampling.NEAREST), (0, first.height))
    return sample.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
