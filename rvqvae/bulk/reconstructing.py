"""Motion files through the first layers of a checkpoint and back."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from rvqvae.bulk.reading import Reader
from rvqvae.bulk.report import Report
from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.evaluation.compatibility import fit_clip
from rvqvae.export import write_motion, write_reconstruction
from rvqvae.motion import Clip, read_motion

MANIFEST = "reconstruction.json"


def reconstruct_file(
    reader: Reader,
    path: Path,
    out: Path,
    layers: int,
    *,
    progress: Callable[[float], None] = lambda share: None,
) -> tuple[tuple[int, ...], Report]:
    """Write what the first `layers` layers give of the one clip in a file.

    Parameters
    ----------
    out : file to write, in the format of its suffix; see `rvqvae.export`
    progress : called with the share of a film done, 0 to 1

    Returns
    -------
    The shape of its features, and what is to be said about the clip.

    Raises
    ------
    ValueError
        If the file holds no usable clip or several, does not fit the checkpoint, or `out` cannot hold it.
    """
    checkpoint = reader.checkpoint
    clips = read_motion(path, joint_map=reader.joint_map)
    if len(clips) > 1:
        raise ValueError(f"{path}: holds {len(clips)} clips; expected one, or a folder as --out")
    clip, report = fit_clip(clips[0], checkpoint, convert=reader.convert), Report()
    report.remark((0, 0), clip)
    features = _reconstruct(checkpoint, clip, layers)
    caption = f"{checkpoint.name}, {_describe_layers(layers, checkpoint.config.num_quantizers)}"
    write_reconstruction(out, clip, features, caption=caption, progress=progress)
    return features.shape, report


def reconstruct_files(
    reader: Reader,
    files: Sequence[Path],
    folder: Path,
    layers: int,
    *,
    progress: Callable[[int], None] = lambda clips: None,
) -> tuple[int, Report]:
    """Write the features that the first `layers` layers give of every clip, one `.npy` each.

    Clips that an earlier run with the same checkpoint and layers wrote are kept. A clip's name is
    percent-encoded in its file's name, so that no name leaves the folder.

    Returns
    -------
    How many clips the folder now holds, and what is to be said about them.

    Raises
    ------
    ValueError
        If the folder holds reconstructions by another checkpoint or of another number of layers.
    """
    checkpoint = reader.checkpoint
    _claim(folder, {**reader.made_with, "layers": layers})
    done: set[str] = set()
    report = Report()
    for place, clip in reader.clips(files, report):
        out = folder / f"{quote(clip.name, safe=' ')}.npy"
        try:
            if clip.name in done:
                raise ValueError(f"{files[place[0]]}: another clip has this name already")
            if not out.exists():
                write_motion(out, replace(clip, features=_reconstruct(checkpoint, clip, layers)))
            done.add(clip.name)
        except (ValueError, OSError) as error:
            report.fail(place, clip.name, error)
        progress(1)
    return len(done), report


def _reconstruct(checkpoint: Checkpoint, clip: Clip, layers: int) -> np.ndarray:
    tokens = checkpoint.encode(clip.features)
    return checkpoint.decode(tokens, range(layers), length=len(clip.features))


def _describe_layers(layers: int, most: int) -> str:
    if layers == most:
        return f"all {most} layers"
    return f"the first of {most} layers" if layers == 1 else f"layers 1 to {layers} of {most}"


def _claim(folder: Path, run: dict[str, Any]) -> None:
    """Note in a folder what its reconstructions are made with, or check that it says the same."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest = folder / MANIFEST
    if manifest.exists():
        try:
            found = json.loads(manifest.read_text(encoding="utf-8"))
        except ValueError:
            found = None
        if found != run:
            raise ValueError(
                f"{folder}: holds reconstructions of another run ({found}); choose another folder as --out"
            )
    else:
        manifest.write_text(json.dumps(run) + "\n", encoding="utf-8")
