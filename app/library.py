"""The clips and checkpoints that every visitor shares: found once, loaded once, never changed."""

import json
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from app import compute
from app.take import SourceClip, StudioError, Take, check_fits, check_shown
from rvqvae import Checkpoint, CheckpointError
from rvqvae.motion import read_clips

if TYPE_CHECKING:  # the doctor's own imports take long, and the page opens without them
    from rvqvae.doctor import Report

ROOT = Path(__file__).resolve().parent.parent
OPENING_CLIPS = ("walk", "dance_b")
OPENING_CHECKPOINT = "motion-rvq"
TAKES_KEPT = 64


@dataclass(frozen=True)
class CheckpointEntry:
    """A checkpoint that can be chosen, not necessarily loaded yet.

    Attributes
    ----------
    width : features of a frame that it takes, as its config.json says
    """

    key: str
    title: str
    folder: Path
    width: int | None = None


@dataclass
class Library:
    """Clips of `clips_folder` and checkpoints of `checkpoints_folder`.

    Attributes
    ----------
    paths_allowed : whether a visitor may open checkpoints by their path on this machine
    clips : dict, key to clip
    checkpoints : dict, key to entry
    reports : dict, key to what the doctor said of a checkpoint; filled as they are examined
    """

    clips_folder: Path = ROOT / "assets" / "clips"
    checkpoints_folder: Path = ROOT / "checkpoints"
    paths_allowed: bool = False
    clips: dict[str, SourceClip] = field(init=False)
    checkpoints: dict[str, CheckpointEntry] = field(init=False)
    reports: dict[str, "Report"] = field(default_factory=dict, init=False)

    def __post_init__(self):
        self._lock = Lock()
        self._loaded: dict[str, Checkpoint] = {}
        self._takes: OrderedDict[tuple[str, str], Take] = OrderedDict()
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
        clip = next((key for key in OPENING_CLIPS if key in self.clips), next(iter(self.clips)))
        fitting = [key for key, one in self.checkpoints.items() if one.width == self.clips[clip].width]
        known = OPENING_CHECKPOINT in fitting
        return clip, OPENING_CHECKPOINT if known else next(iter(fitting or self.checkpoints))

    @property
    def device_label(self) -> str:
        """In words, where the models run."""
        return compute.device_label()

    def clip(self, key: str) -> SourceClip:
        """The clip of this key."""
        if key not in self.clips:
            raise StudioError(f"There is no clip named {key!r}; choose one of {', '.join(self.clips)}.")
        return self.clips[key]

    def checkpoint(self, key: str) -> Checkpoint:
        """The checkpoint of this key, which must be one that the page can show."""
        checkpoint = self.loaded(key)
        check_shown(checkpoint, key)
        return checkpoint

    def loaded(self, key: str) -> Checkpoint:
        """The checkpoint of this key, of any layout, loaded at its first use."""
        if key not in self.checkpoints:
            raise StudioError(
                f"There is no checkpoint named {key!r}; choose one of {', '.join(self.checkpoints)}."
            )
        with self._lock:
            if key not in self._loaded:
                self._loaded[key] = _load(self.checkpoints[key])
            return self._loaded[key]

    def take(self, clip: SourceClip, checkpoint_key: str) -> Take:
        """A clip through a checkpoint; takes of the library's own clips are shared between visitors."""
        checkpoint = self.checkpoint(checkpoint_key)
        check_fits(clip, checkpoint, checkpoint_key)
        take = Take(clip, checkpoint_key, checkpoint, self.checkpoints[checkpoint_key].folder)
        if self.clips.get(clip.key) is not clip:
            return take
        key = (clip.key, checkpoint_key)
        with self._lock:
            take = self._takes.setdefault(key, take)
            self._takes.move_to_end(key)
            while len(self._takes) > TAKES_KEPT:
                self._takes.popitem(last=False)
            return take


def _load(entry: CheckpointEntry) -> Checkpoint:
    try:
        return compute.load(entry.folder)
    except CheckpointError as error:
        raise StudioError(f"This checkpoint cannot be used. {error}.") from error


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


def _source_sentence(source: str | dict | None) -> str:
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
    return CheckpointEntry(folder.name, config.get("name", folder.name), folder, width)
