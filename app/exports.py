"""What can be saved of a workbench: its tokens, the motion they decode to, and a film of it."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np

from app.take import StudioError, Take
from app.workbench import Workbench
from rvqvae.export import FILM_SUFFIXES, write_motion, write_reconstruction
from rvqvae.export.motion import in_one_stroke
from rvqvae.motion import Clip
from rvqvae.motion.tokens import TokenRow, TokenTable, write_tokens

# What each file holds, and how its name ends after the clip's.
KINDS = {
    "tokens.csv": "all tokens with their edits, a row in Motion-S's columns",
    "tokens.json": "the same, with the checkpoint that they belong to",
    "tokens.npz": "the same as arrays",
    "features.npy": "features (N, D) of the reconstruction, raw units",
    "joints.npy": "joints (N, 22, 3) of the reconstruction, metres",
    "motion.npz": "features and joints of the reconstruction",
    "motion.bvh": "the reconstruction as a BVH skeleton",
    "film.mp4": "the reconstruction with its original, coloured by its error",
    "film.gif": "the same, smaller",
}
NEED_JOINTS = {
    "joints.npy": "A file of joints",
    "motion.bvh": "BVH",
    "film.mp4": "A film",
    "film.gif": "A film",
}
FILMS = tuple(kind for kind in KINDS if kind.endswith(FILM_SUFFIXES))


def write_export(
    kind: str,
    bench: Workbench,
    folder: Path,
    *,
    view: str = "overlay",
    progress: Callable[[float], None] = lambda share: None,
) -> Path:
    """Write one of `KINDS` into a folder; returns the file.

    Tokens are saved with all layers; motion and films as decoded from the layers that are on.

    Parameters
    ----------
    view : of a film: "overlay" or "split"
    progress : called with the share of a film done, 0 to 1; what it raises ends the work

    Raises
    ------
    StudioError
        If there is no such kind, or this motion cannot be saved so.
    """
    take = bench.take
    check_export(kind, take)
    file = folder / f"{file_stem(take.clip.title)}-{kind}"
    motion = Clip(take.clip.title, bench.decoding.features, take.clip.fps, take.checkpoint.layout)
    try:
        if kind.startswith("tokens"):
            row = TokenRow(take.clip.title, bench.tokens, take.frames)
            write_tokens(file, TokenTable([row], take.checkpoint.name, take.checkpoint.fingerprint))
        elif kind == "joints.npy":
            in_one_stroke(file, lambda part: np.save(part, bench.decoding.joints))
        elif kind in FILMS:
            original = Clip(take.clip.title, take.clip.features, take.clip.fps)
            write_reconstruction(
                file,
                original,
                motion.features,
                caption=caption(bench),
                alignment=bench.alignment,
                view=view,
                against=take.reference,
                progress=progress,
            )
        else:
            write_motion(file, motion)
    except StudioError:
        raise
    except ValueError as error:
        raise StudioError(f"{str(error).replace(str(file), file.name)}.") from error
    return file


def check_export(kind: str, take: Take) -> None:
    """Refuse a kind of file that there is none of, or that this take's features do not allow."""
    if kind not in KINDS:
        raise StudioError(f"There is no file {kind!r} to save; choose one of {', '.join(KINDS)}.")
    if kind in NEED_JOINTS:
        take.need_joints(f"{NEED_JOINTS[kind]} is made of")


def caption(bench: Workbench) -> str:
    """How a reconstruction was made: checkpoint, layers, edits."""
    on = [layer + 1 for layer, is_on in enumerate(bench.layers) if is_on]
    most, count = len(bench.layers), len(bench.version.edits)
    listed = ", ".join(map(str, on))
    if len(on) == most:
        layers = f"all {most} layers"
    elif len(on) > 1:
        run = on == list(range(on[0], on[-1] + 1))
        layers = f"layers {f'{on[0]} to {on[-1]}' if run else listed} of {most}"
    else:
        layers = f"layer {listed} of {most}" if on else f"none of {most} layers"
    edits = f", {count} edit{'' if count == 1 else 's'}" if count else ""
    return f"{bench.take.checkpoint.name}, {layers}{edits}"


def file_stem(title: str) -> str:
    """A clip's title as the beginning of a file's name: nothing that a file system could object to."""
    return re.sub(r"[^\w.-]+", "-", title).strip("-.").lower()[:80] or "clip"
