"""Clips in, tokens and motion out."""

import tempfile
from pathlib import Path
from typing import ClassVar

from gradio import FileData

from app.endpoints.arguments import Endpoints, codes_of, switches
from app.endpoints.editing import errors_of
from app.endpoints.work import plain
from app.exports import write_export
from app.skeletons import read_skeleton
from app.views import feet
from rvqvae.measures import JOINTS, measure_of
from rvqvae.motion import JOINT_NAMES, features_to_joints


class Motion(Endpoints):
    """Endpoints about one clip."""

    NAMES: ClassVar = (
        "list_library",
        "joints",
        "tokenize",
        "reconstruct",
        "decode",
        "errors_by_layers",
        "foot_sliding",
        "export",
    )
    LONG: ClassVar = ("export",)

    def list_library(self) -> dict:
        """Keys of the clips and checkpoints, the caller's own among them, and where the models run."""
        library = self.library
        clips = [
            {"clip": c.key, "title": c.title, "frames": len(c.features), "fps": c.fps, "trained": c.trained}
            for c in library.clips.values()
        ]
        return {
            "clips": clips,
            "checkpoints": [*library.checkpoints, *self.opened.of(self.caller)],
            "device": library.device_label,
        }

    def joints(self, file: dict, joint_map: dict | None = None) -> dict:
        """Which joints of a BVH file stand for HumanML3D's 22, as told by name or as given; None where a
        joint is placed between its neighbours, or missing. The map goes with the file: {"file", "joint_map"}
        is a clip."""
        skeleton = read_skeleton(*self.uploaded(file), joint_map)
        return {
            "joint_map": dict(skeleton.joint_map),
            "missing": skeleton.missing,
            "names": list(skeleton.names),
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
        self, clip: str | dict, layers: list | None = None, checkpoint: str = "", alignment: str = ""
    ) -> dict:
        """Error of a clip decoded from some of its layers, numbered from 1; all of them if None."""
        bench = self.bench(clip, checkpoint, layers=layers, alignment=alignment)
        by_part = bench.errors.mean(axis=0).tolist()
        if not bench.take.has_joints:
            return {**errors_of(bench), "channels": by_part}
        return {**errors_of(bench), "joint_mm": dict(zip(JOINT_NAMES, by_part, strict=True))}

    def decode(self, tokens: list, frames: int = 0, layers: list | None = None, checkpoint: str = "") -> dict:
        """Joints (frames x 22 x 3, metres) of tokens; -1 is a dropped token; frames 0 means all. Features
        where a checkpoint's have no known joints."""
        loaded = self.checkpoint(checkpoint)
        codes = codes_of(tokens)
        on = (True,) * len(codes) if layers is None else switches(layers, len(codes))
        kept = [layer for layer, is_on in enumerate(on) if is_on]
        features = loaded.decode(codes, kept, length=frames or None)
        if measure_of(loaded).parts != JOINTS:
            return {"features": features.tolist(), "fps": loaded.fps}
        return {"joints": features_to_joints(features).tolist(), "fps": loaded.fps}

    def errors_by_layers(self, clip: str | dict, checkpoint: str = "") -> dict:
        """Error of a clip from its first 1, 2, … layers, in every alignment."""
        take = self.take(clip, checkpoint)
        name = "errors_mm" if take.has_joints else "errors"
        return {name: dict(take.errors_by_layers), "fps": take.clip.fps}

    def foot_sliding(
        self,
        clip: str | dict,
        layers: list | None = None,
        edits: list | None = None,
        checkpoint: str = "",
    ) -> dict:
        """When each foot stands in a clip and in its reconstruction, and how far it slides meanwhile,
        mm/s."""
        session = self.session(clip, checkpoint, layers=layers, edits=edits)
        session.workbench.take.need_joints("The sliding of the feet is measured at")
        return plain(feet.payload(session))

    def export(
        self,
        clip: str | dict,
        kind: str,
        layers: list | None = None,
        edits: list | None = None,
        checkpoint: str = "",
        alignment: str = "",
        view: str = "overlay",
    ) -> FileData:
        """A file: tokens.csv, tokens.json, tokens.npz, features.npy, joints.npy, motion.npz, motion.bvh,
        film.mp4 or film.gif; the view of a film is overlay or split."""
        bench = self.bench(clip, checkpoint, layers=layers, edits=edits or (), alignment=alignment)
        # Where Gradio hands files out from.
        folder = Path(tempfile.mkdtemp(prefix="export-", dir=self.uploads))
        file = write_export(kind, bench, folder, view=view)
        return FileData(path=str(file), orig_name=file.name)
