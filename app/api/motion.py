"""Clips in, tokens and motion out."""

import tempfile
from pathlib import Path

import gradio as gr
from gradio import FileData

from app.api.arguments import Caller, codes_of, switches
from app.api.editing import errors_of
from app.api.endpoint import endpoint, go_on
from app.api.work import plain
from app.catalog.joint_sets import read_skeleton
from app.errors import StudioError
from app.stage import feet
from app.stage.exports import write_export
from app.workbench.encoded_clip import most_frames


@endpoint
def list_library(request: gr.Request) -> dict:
    """Keys of the clips and checkpoints that other tools take, and where the models run."""
    caller = Caller.of(request)
    library = caller.library
    clips = [
        {"clip": c.key, "title": c.title, "frames": len(c.features), "fps": c.fps, "trained": c.trained}
        for c in library.clips.values()
    ]
    return {
        "clips": clips,
        "checkpoints": [*library.checkpoints, *caller.opened.of(caller.name)],
        "device": library.device_label,
    }


@endpoint
def joints(request: gr.Request, file: dict, joint_map: dict | None = None) -> dict:
    """Which joints of a file stand for HumanML3D's 22, as told by name, of joints
    without names by shape, or as given; None where a
    joint is placed between its neighbours, or missing. The map goes with the file: {"file", "joint_map"}
    is a clip.

    Parameters
    ----------
    file : a BVH file, or an array of joints that are not known, that was sent, {"path"}
    joint_map : names of the file's joints by names of HumanML3D's, where some are to be others than told
    """
    caller = Caller.of(request)
    skeleton = read_skeleton(*caller.uploaded(file), joint_map)
    return {
        "joint_map": dict(skeleton.joint_map),
        "missing": skeleton.missing,
        "names": list(skeleton.names),
    }


@endpoint
def tokenize(request: gr.Request, clip: str | dict, checkpoint: str = "") -> dict:
    """Tokens (layers x steps) of a clip."""
    caller = Caller.of(request)
    encoded = caller.encoded(clip, checkpoint)
    return {
        "tokens": encoded.tokens.tolist(),
        "frames": encoded.frames,
        "fps": encoded.clip.fps,
        "ratio": encoded.ratio,
    }


@endpoint
def reconstruct(
    request: gr.Request,
    clip: str | dict,
    layers: list | None = None,
    checkpoint: str = "",
    alignment: str = "",
) -> dict:
    """Error of a clip decoded from some of its layers, in all and by joint."""
    caller = Caller.of(request)
    bench = caller.bench(clip, checkpoint, layers=layers, alignment=alignment)
    by_part = bench.errors.mean(axis=0).tolist()
    if not bench.encoded.has_joints:
        return {**errors_of(bench), "channels": by_part}
    return {
        **errors_of(bench),
        "joint_mm": dict(zip(bench.encoded.layout.skeleton.names, by_part, strict=True)),
    }


@endpoint
def decode(
    request: gr.Request, tokens: list, frames: int = 0, layers: list | None = None, checkpoint: str = ""
) -> dict:
    """Joints (frames x joints x 3, metres) of tokens; features where a checkpoint's have no known joints.

    Parameters
    ----------
    tokens : layers x steps, a list for each layer; -1 is a dropped token
    frames : how many to decode; 0 means all
    """
    caller = Caller.of(request)
    loaded = caller.checkpoint(checkpoint)
    codes, most = codes_of(tokens), most_frames(loaded.config.input_dim)
    if codes.shape[1] * loaded.config.downsampling_ratio > most:
        raise StudioError(
            f"{codes.shape[1]} steps are more than is decoded in one call; send those of up to {most} frames."
        )
    on = (True,) * len(codes) if layers is None else switches(layers, len(codes))
    kept = [layer for layer, is_on in enumerate(on) if is_on]
    features = loaded.decode(codes, kept, length=frames or None)
    if loaded.body is None:
        return {"features": features.tolist(), "fps": loaded.fps}
    return {"joints": loaded.body.to_joints(features).tolist(), "fps": loaded.fps}


@endpoint
def errors_by_layers(request: gr.Request, clip: str | dict, checkpoint: str = "") -> dict:
    """Error of a clip from its first 1, 2, … layers, in every alignment."""
    caller = Caller.of(request)
    encoded = caller.encoded(clip, checkpoint)
    name = "errors_mm" if encoded.has_joints else "errors"
    return {name: dict(encoded.errors_by_layers), "fps": encoded.clip.fps}


@endpoint
def foot_sliding(
    request: gr.Request,
    clip: str | dict,
    layers: list | None = None,
    edits: list | None = None,
    checkpoint: str = "",
) -> dict:
    """When each foot stands in a clip and in its reconstruction, and how far it slides meanwhile,
    mm/s."""
    caller = Caller.of(request)
    visitor = caller.visitor(clip, checkpoint, layers=layers, edits=edits)
    visitor.workbench.encoded.need_joints("The sliding of the feet is measured at")
    return plain(feet.payload(visitor))


@endpoint(long=True)
def export(
    request: gr.Request,
    clip: str | dict,
    kind: str,
    layers: list | None = None,
    edits: list | None = None,
    checkpoint: str = "",
    alignment: str = "",
    view: str = "overlay",
) -> FileData:
    """A file of a clip as it is decoded: its tokens, its motion, a scene for 3-D tools, or a film.

    Parameters
    ----------
    kind : tokens.csv, tokens.json, tokens.npz, features.npy, joints.npy, motion.npz, motion.bvh, scene.glb,
        film.mp4 or film.gif
    view : of a film, overlay or split
    """
    caller = Caller.of(request)
    bench = caller.bench(clip, checkpoint, layers=layers, edits=edits or (), alignment=alignment)
    # Where Gradio hands files out from.
    folder = Path(tempfile.mkdtemp(prefix="export-", dir=caller.uploads))
    file = write_export(kind, bench, folder, view=view, progress=go_on)
    return FileData(path=str(file), orig_name=file.name)
