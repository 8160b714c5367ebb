"""Clips in, tokens and motion out."""

import tempfile
from pathlib import Path
from typing import ClassVar

import numpy as np
from gradio import FileData
from gradio.utils import get_upload_folder

from app.endpoints.arguments import Endpoints, switches
from app.exports import write_export
from rvqvae.metrics import ALIGNMENTS
from rvqvae.motion import JOINT_NAMES, features_to_joints


class Motion(Endpoints):
    """Endpoints about one clip."""

    NAMES: ClassVar = ("list_library", "tokenize", "reconstruct", "decode", "errors_by_layers", "export")
    LONG: ClassVar = ("export",)

    def list_library(self) -> dict:
        """Keys of the clips and checkpoints, and where the models run."""
        library = self.library
        clips = [
            {"clip": c.key, "title": c.title, "frames": len(c.features), "fps": c.fps, "trained": c.trained}
            for c in library.clips.values()
        ]
        return {
            "clips": clips,
            "checkpoints": list(library.checkpoints),
            "device": library.device_label,
        }

    def tokenize(self, clip: str | dict, checkpoint: str = "") -> dict:
        """Tokens (layers x steps) of a clip."""
        take = self.take(clip, checkpoint)
        return {
            "tokens": take.tokens.tolist(),
            "frames": take.frames,
            "fps": take.clip.fps,
            "ratio": take.ratio,
        }

    def reconstruct(
        self, clip: str | dict, layers: list | None = None, checkpoint: str = "", alignment: str = "root"
    ) -> dict:
        """Error in mm of a clip decoded from some of its layers, numbered from 1; all of them if None."""
        bench = self.bench(clip, checkpoint, layers=layers, alignment=alignment)
        errors = bench.errors
        return {
            "error_mm": float(errors.mean()),
            "joint_mm": dict(zip(JOINT_NAMES, errors.mean(axis=0).tolist(), strict=True)),
            "alignment": alignment,
            "fps": bench.take.clip.fps,
        }

    def decode(self, tokens: list, frames: int = 0, layers: list | None = None, checkpoint: str = "") -> dict:
        """Joints (frames x 22 x 3, metres) of tokens; -1 is a dropped token; frames 0 means all."""
        loaded = self.library.checkpoint(self.checkpoint_key(checkpoint))
        on = (True,) * len(tokens) if layers is None else switches(layers, len(tokens))
        kept = [layer for layer, is_on in enumerate(on) if is_on]
        features = loaded.decode(np.array(tokens, dtype=np.int64), kept, length=frames or None)
        return {"joints": features_to_joints(features).tolist(), "fps": loaded.fps}

    def errors_by_layers(self, clip: str | dict, checkpoint: str = "") -> dict:
        """Error in mm of a clip from its first 1, 2, … layers, in every alignment."""
        take = self.take(clip, checkpoint)
        return {
            "errors_mm": {alignment: take.errors_by_layers[alignment] for alignment in ALIGNMENTS},
            "fps": take.clip.fps,
        }

    def export(
        self,
        clip: str | dict,
        kind: str,
        layers: list | None = None,
        edits: list | None = None,
        checkpoint: str = "",
        alignment: str = "root",
        view: str = "overlay",
    ) -> FileData:
        """A file: tokens.csv, tokens.json, tokens.npz, features.npy, joints.npy, motion.npz, motion.bvh,
        film.mp4 or film.gif; the view of a film is overlay or split."""
        bench = self.bench(clip, checkpoint, layers=layers, edits=edits or (), alignment=alignment)
        # Where Gradio hands files out from.
        folder = Path(tempfile.mkdtemp(prefix="export-", dir=get_upload_folder()))
        file = write_export(kind, bench, folder, view=view)
        return FileData(path=str(file), orig_name=file.name)
