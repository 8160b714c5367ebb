"""What the page does, for programs: stable endpoints for `gradio_client`, stateless."""

import gradio as gr
import numpy as np

from app.library import Library
from app.take import StudioError
from app.workbench import Workbench
from rvqvae.motion import JOINT_NAMES, features_to_joints


def add(library: Library) -> None:
    """Register the endpoints in the `gr.Blocks` being built."""

    def list_library() -> dict:
        """Keys of the clips and checkpoints, and where the models run."""
        return {
            "clips": [
                {
                    "clip": c.key,
                    "title": c.title,
                    "frames": len(c.features),
                    "fps": c.fps,
                    "trained": c.trained,
                }
                for c in library.clips.values()
            ],
            "checkpoints": list(library.checkpoints),
            "device": library.device_label,
        }

    def tokenize(clip: str, checkpoint: str = "") -> dict:
        """Tokens (layers x steps) of a clip."""
        take = _take(library, clip, checkpoint)
        return {
            "tokens": take.tokens.tolist(),
            "frames": take.frames,
            "fps": take.clip.fps,
            "ratio": take.ratio,
        }

    def reconstruct(
        clip: str, layers: list | None = None, checkpoint: str = "", alignment: str = "root"
    ) -> dict:
        """Error in mm of a clip decoded from some of its layers, numbered from 1; all of them if None."""
        take = _take(library, clip, checkpoint)
        bench = Workbench.of(take)
        try:
            if layers is not None:
                bench = bench.with_layers(_switches(layers, take.num_layers))
            errors = bench.with_alignment(alignment).errors_mm
        except StudioError as error:
            raise gr.Error(str(error)) from error
        return {
            "error_mm": float(errors.mean()),
            "joint_mm": dict(zip(JOINT_NAMES, errors.mean(axis=0).tolist(), strict=True)),
            "alignment": alignment,
            "fps": take.clip.fps,
        }

    def decode(tokens: list, frames: int = 0, layers: list | None = None, checkpoint: str = "") -> dict:
        """Joints (frames x 22 x 3, metres) of tokens; -1 is a dropped token; frames 0 means all."""
        key = checkpoint or library.opening[1]
        try:
            loaded = library.checkpoint(key)
            switches = _switches(layers, len(tokens)) if layers is not None else (True,) * len(tokens)
            kept = [layer for layer, on in enumerate(switches) if on]
            features = loaded.decode(np.array(tokens, dtype=np.int64), kept, length=frames or None)
        except ValueError as error:
            raise gr.Error(str(error)) from error
        return {"joints": features_to_joints(features).tolist(), "fps": loaded.fps}

    for function in (list_library, tokenize, reconstruct, decode):
        gr.api(function, api_name=function.__name__)


def _take(library: Library, clip: str, checkpoint: str):
    try:
        return library.take(library.clip(clip), checkpoint or library.opening[1])
    except StudioError as error:
        raise gr.Error(str(error)) from error


def _switches(layers: list, count: int) -> tuple[bool, ...]:
    wrong = [layer for layer in layers if layer not in range(1, count + 1)]
    if wrong:
        raise StudioError(f"There is no layer {wrong[0]!r}; layers run from 1 to {count}.")
    return tuple(layer in layers for layer in range(1, count + 1))
