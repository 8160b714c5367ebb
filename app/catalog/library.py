"""The clips and checkpoints that every visitor shares: found once, loaded once, never changed."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from app.catalog import devices
from app.catalog.entry import CheckpointEntry, check_shown
from app.errors import StudioError
from app.workbench.encoded_clip import EncodedClip, SourceClip
from rvqvae import Checkpoint
from rvqvae.motion import read_clips

ROOT = Path(__file__).resolve().parents[2]
OPENING_CLIPS = ("dance_b", "walk")
OPENING_CHECKPOINT = "motion-rvq"


@dataclass
class Library:
    """Clips of `clips_folder` and checkpoints of `checkpoints_folder`.

    Attributes
    ----------
    paths_allowed : whether a visitor may open checkpoints by their path on this machine
    opening_clips : keys of clips that the page opens with, the first that there is
    clips : dict, key to clip
    checkpoints : dict, key to entry
    """

    clips_folder: Path = ROOT / "assets" / "clips"
    checkpoints_folder: Path = ROOT / "checkpoints"
    paths_allowed: bool = False
    opening_clips: tuple[str, ...] = OPENING_CLIPS
    clips: dict[str, SourceClip] = field(init=False)
    checkpoints: dict[str, CheckpointEntry] = field(init=False)

    def __post_init__(self) -> None:
        self.clips = _find_clips(Path(self.clips_folder))
        self.checkpoints = _find_checkpoints(Path(self.checkpoints_folder))
        if not self.clips:
            raise StudioError(
                f"{self.clips_folder}: found no clips.json with clips; expected at least one clip"
            )
        if not self.checkpoints:
            raise StudioError(
                f"{self.checkpoints_folder}: found no checkpoint; expected folders with model.safetensors "
                "and config.json (train one with python -m rvqvae train)"
            )

    @property
    def opening(self) -> tuple[str, str]:
        """Clip and checkpoint that the page opens with."""
        clip = next((key for key in self.opening_clips if key in self.clips), next(iter(self.clips)))
        fitting = [key for key, one in self.checkpoints.items() if one.width == self.clips[clip].width]
        known = OPENING_CHECKPOINT in fitting
        return clip, OPENING_CHECKPOINT if known else next(iter(fitting or self.checkpoints))

    @property
    def device_label(self) -> str:
        """In words, where the models run."""
        return devices.device_label()

    def clip(self, key: str) -> SourceClip:
        """The clip of this key."""
        if key not in self.clips:
            raise StudioError(f"There is no clip named {key!r}; choose one of {', '.join(self.clips)}.")
        return self.clips[key]

    def entry(self, key: str) -> CheckpointEntry:
        """The checkpoint of this key, loaded or not."""
        if key not in self.checkpoints:
            raise StudioError(
                f"There is no checkpoint named {key!r}; choose one of {', '.join(self.checkpoints)}."
            )
        return self.checkpoints[key]

    def checkpoint(self, key: str) -> Checkpoint:
        """The checkpoint of this key, which must be one that the page can show."""
        checkpoint = self.entry(key).load()
        check_shown(checkpoint, key)
        return checkpoint

    def encoded(self, clip: SourceClip, checkpoint_key: str) -> EncodedClip:
        """A clip through a checkpoint; those of the library's own clips are shared between visitors."""
        return self.entry(checkpoint_key).encoded(clip)


def _find_clips(folder: Path) -> dict[str, SourceClip]:
    manifest_file = folder / "clips.json"
    if not manifest_file.is_file():
        return {}
    manifest = json.loads(manifest_file.read_text())
    clips = {}
    for entry in manifest["clips"]:
        (clip,) = read_clips(folder / f"{entry['name']}.npy")
        clips[entry["name"]] = SourceClip(
            key=entry["name"],
            title=entry["title"],
            features=clip.features.astype(np.float32),
            fps=clip.fps,
            trained=bool(entry["trained"]),
            source=_source_sentence(entry.get("source") or manifest.get("source")),
            licence=_licence_sentence(entry.get("licence") or manifest.get("licence")),
        )
    return clips


def _source_sentence(source: str | dict[str, Any] | None) -> str:
    if isinstance(source, dict):
        return " ".join(str(source[part]) for part in ("package", "version", "file") if part in source)
    return source or ""


def _licence_sentence(licence: str | None) -> str:
    return f"{licence} licence" if licence else ""


def _find_checkpoints(folder: Path) -> dict[str, CheckpointEntry]:
    found = sorted(config.parent for config in folder.glob("*/config.json"))
    return {one.name: _entry(one) for one in found if (one / "model.safetensors").is_file()}


def _entry(folder: Path) -> CheckpointEntry:
    config = json.loads((folder / "config.json").read_text())
    width = config.get("model", {}).get("input_dim")
    return CheckpointEntry(folder.name, config.get("name", folder.name), folder, width=width)
