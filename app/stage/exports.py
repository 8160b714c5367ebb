"""What can be saved of a workbench: its tokens, the motion they decode to, and a film of it."""

import base64
import errno
import mimetypes
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from app.command import Done, command
from app.errors import StudioError, in_the_files_name
from app.job import FULL, Job
from app.server import temporary
from app.stage.checkpoint import code_order
from app.values import as_int, file_stem
from app.visitor import Visitor
from app.workbench.encoded_clip import EncodedClip
from app.workbench.workbench import Workbench
from rvqvae.atomic import in_one_stroke
from rvqvae.export import FILM_SUFFIXES, write_motion, write_reconstruction
from rvqvae.motion import Clip
from rvqvae.tokens import TokenRow, TokenTable, write_tokens

if TYPE_CHECKING:  # it draws, which the page does not wait for
    from rvqvae.export.strip import TokenStrip

JOB = "film"
Film = tuple["TemporaryDirectory[str]", Path]
# What each file holds, and how its name ends after the clip's.
KINDS = {
    "tokens.csv": "all tokens with their edits, a row in Motion-S's columns",
    "tokens.json": "the same, with the checkpoint that they belong to",
    "tokens.npz": "the same as arrays",
    "features.npy": "features (N, D) of the reconstruction, raw units",
    "joints.npy": "joints (N, J, 3) of the reconstruction, metres",
    "motion.npz": "features and joints of the reconstruction",
    "motion.bvh": "the reconstruction as a BVH skeleton",
    "scene.glb": "the reconstruction with its original, each joint coloured by its mean error",
    "film.mp4": "the reconstruction with its original, coloured by its error",
    "film.gif": "the same, smaller",
}
NEED_JOINTS = {
    "joints.npy": "A file of joints",
    "motion.bvh": "BVH",
    "scene.glb": "A scene",
    "film.mp4": "A film",
    "film.gif": "A film",
}
SCENE = "scene.glb"
SHAPES = ("landscape", "portrait")
FILMS = tuple(kind for kind in KINDS if kind.endswith(FILM_SUFFIXES))


def write_export(
    kind: str,
    bench: Workbench,
    folder: Path,
    *,
    view: str = "overlay",
    shape: str = "landscape",
    progress: Callable[[float], None] = lambda share: None,
) -> Path:
    """Write one of `KINDS` into a folder; returns the file.

    Tokens are saved with all layers; motion and films as decoded from the layers that are on.

    Parameters
    ----------
    view : of a film: "overlay" or "split"
    shape : of a film: "landscape" or "portrait"
    progress : called with the share of a film done, 0 to 1; what it raises ends the work

    Raises
    ------
    StudioError
        If there is no such kind, or this motion cannot be saved so.
    """
    encoded = bench.encoded
    check_export(kind, encoded)
    if kind in FILMS and not temporary.has_room():
        raise StudioError(FULL)
    file = folder / f"{file_stem(encoded.clip.title)}-{kind}"
    motion = Clip(encoded.clip.title, bench.decoding.features, encoded.clip.fps, encoded.checkpoint.layout)
    try:
        if kind.startswith("tokens"):
            row = TokenRow(encoded.clip.title, bench.tokens, encoded.frames)
            write_tokens(file, TokenTable([row], encoded.checkpoint.name, encoded.checkpoint.fingerprint))
        elif kind == "joints.npy":
            in_one_stroke(file, lambda part: np.save(part, bench.decoding.joints))
        elif kind in FILMS or kind == SCENE:
            layout = encoded.checkpoint.layout
            original = Clip(encoded.clip.title, encoded.clip.features, encoded.clip.fps, layout)
            write_reconstruction(
                file,
                original,
                motion.features,
                caption=caption(bench),
                alignment=bench.alignment,
                view=view,
                against=encoded.reference,
                layout=encoded.checkpoint.body,
                tokens=token_strip(bench) if kind in FILMS else None,
                portrait=shape == "portrait",
                progress=progress,
            )
        else:
            write_motion(file, motion, encoded.checkpoint.body)
    except StudioError:
        raise
    except ValueError as error:
        raise StudioError(in_the_files_name(error, file, file.name)) from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise StudioError(FULL) from error
        raise
    return file


def check_export(kind: str, encoded: EncodedClip) -> None:
    """Refuse a kind of file that there is none of, or that this encoded clip's features do not allow."""
    if kind not in KINDS:
        raise StudioError(f"There is no file {kind!r} to save; choose one of {', '.join(KINDS)}.")
    if kind in NEED_JOINTS:
        encoded.need_joints(f"{NEED_JOINTS[kind]} is made of")


def token_strip(bench: Workbench) -> "TokenStrip":
    """The tokens that add to the sum, in the colours of the page's grid."""
    from rvqvae.export.strip import TokenStrip

    encoded = bench.encoded
    books = (encoded.codebook(v).t().double().cpu().numpy() for v in range(encoded.num_layers))
    ranks = [code_order(book)[row] for book, row in zip(books, bench.tokens, strict=True)]
    on = np.array(bench.layers)[:, None]
    return TokenStrip(
        np.where(on, bench.tokens, -1), np.array(ranks) / max(1, encoded.num_codes - 1), encoded.ratio
    )


def caption(bench: Workbench) -> str:
    """How a reconstruction was made: checkpoint, layers, edits."""
    on = [layer + 1 for layer, is_on in enumerate(bench.layers) if is_on]
    most, count = len(bench.layers), bench.version.count
    listed = ", ".join(map(str, on))
    if len(on) == most:
        layers = f"all {most} layers"
    elif len(on) > 1:
        run = on == list(range(on[0], on[-1] + 1))
        layers = f"layers {f'{on[0]} to {on[-1]}' if run else listed} of {most}"
    else:
        layers = f"layer {listed} of {most}" if on else f"none of {most} layers"
    edits = f", {count} edit{'' if count == 1 else 's'}" if count else ""
    return f"{bench.encoded.checkpoint.name}, {layers}{edits}"


@command(silent=True)
def save_export(visitor: Visitor, kind: str) -> None:
    """Hand over tokens or motion as a file."""
    with TemporaryDirectory() as folder:
        file = write_export(str(kind), visitor.workbench, Path(folder))
        content = base64.b64encode(file.read_bytes()).decode("ascii")
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    visitor.notify("file", name=file.name, base64=content, type=kind)


@command(silent=True)
def save_film(visitor: Visitor, kind: str, view: str, request: int, shape: str = "landscape") -> None:
    """Draw a film of the present state in the background, and hand it over as soon as it is drawn.

    shape : "landscape" or "portrait"
    request : a number to tell this order from others; given twice, it is one
    """
    if visitor.jobs.of(JOB, as_int(request)) is not None:
        return
    if kind not in FILMS:
        raise StudioError(f"There is no film {kind!r}; choose one of {', '.join(FILMS)}.")
    if shape not in SHAPES:
        raise StudioError(f"A film has no shape {shape!r}; choose one of {', '.join(SHAPES)}.")
    bench, uploads = visitor.workbench, visitor.uploads_folder
    check_export(kind, bench.encoded)

    def draw(job: Job) -> Film:
        # Within the uploads, since Gradio hands out files from there; it goes when its job is forgotten.
        folder = TemporaryDirectory(prefix="film-", dir=uploads, ignore_cleanup_errors=True)
        job.progress(0.0, "drawing")
        return folder, write_export(
            kind, bench, Path(folder.name), view=str(view), shape=shape, progress=job.progress
        )

    visitor.jobs.start(JOB, as_int(request), draw, deliver=_hand_over)


def _hand_over(visitor: Visitor, film: Film) -> str:
    visitor.notify_file(film[1])
    return Done(f"{film[1].name} is drawn.")
