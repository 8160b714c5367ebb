"""A visitor's own checkpoints: files laid together, loaded, and kept for this page alone."""

import hashlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from weakref import WeakSet

from app import compute
from app.take import OWN, SourceClip, StudioError, Take, check_fits
from rvqvae import Checkpoint, CheckpointError

WEIGHTS = (".safetensors", ".pth", ".pt", ".tar", ".ckpt")
BESIDE = ("config.json", "normalization.npz", "opt.txt", "mean.npy", "std.npy")
MOST_BYTES = 1 << 29
MOST_KEPT = 4
MOST_OF_ALL = 4 << 30  # bytes in memory, of all visitors together
TAKES_KEPT = 16
LONGEST_NAME = 100


@dataclass(frozen=True, eq=False)
class OwnCheckpoint:
    """A visitor's checkpoint, or the files that could not be loaded as one.

    Attributes
    ----------
    source : what `load_checkpoint` loads it from
    checkpoint : None where the files were refused
    refusal : why they were, a sentence
    folder : the uploaded files; they go with the last that uses them
    """

    key: str
    title: str
    source: str | Path
    checkpoint: Checkpoint | None
    refusal: str = ""
    folder: TemporaryDirectory | None = None
    _takes: dict[str, Take] = field(default_factory=dict, repr=False)

    @property
    def bytes(self) -> int:
        """What its model takes in memory."""
        state = self.checkpoint.model.state_dict() if self.checkpoint else {}
        return sum(tensor.numel() * tensor.element_size() for tensor in state.values())

    def take(self, clip: SourceClip) -> Take:
        """A clip through this checkpoint, the latest of them kept.

        Raises
        ------
        StudioError
            If the clip does not fit, or the page cannot show what the checkpoint makes.
        """
        check_fits(clip, self.checkpoint, self.title)
        kept = self._takes.pop(clip.key, None)
        if kept is None or kept.clip is not clip:
            kept = Take(clip, self.key, self.checkpoint, self.source)
        self._takes[clip.key] = kept
        while len(self._takes) > TAKES_KEPT:
            del self._takes[next(iter(self._takes))]
        return kept


class Shelf:
    """The checkpoints that a visitor has opened.

    Attributes
    ----------
    kept : by key, oldest first
    refused : the latest files that could not be loaded, for the doctor
    """

    def __init__(self):
        self.kept: dict[str, OwnCheckpoint] = {}
        self.refused: OwnCheckpoint | None = None

    def loaded(self, key: str) -> Checkpoint:
        """The kept checkpoint of this key."""
        return self.kept[key].checkpoint

    def keep(self, own: OwnCheckpoint) -> None:
        """Put a checkpoint, or files refused, here.

        Raises
        ------
        StudioError
            If there is no room.
        """
        if own.checkpoint is None:
            self.refused = own
            return
        if own.key not in self.kept and len(self.kept) >= MOST_KEPT:
            raise StudioError(
                f"{MOST_KEPT} checkpoints of yours are open, which is as many as fit; remove one first."
            )
        if sum(other.bytes for other in _of_all_visitors) + own.bytes > MOST_OF_ALL:
            raise StudioError(
                "Other visitors' checkpoints fill this server's memory; try again later, or run the studio "
                "on your own machine."
            )
        _of_all_visitors.add(own)
        self.kept[own.key] = own


_of_all_visitors: WeakSet[OwnCheckpoint] = WeakSet()


def from_uploads(files: Sequence[tuple[Path, str]]) -> OwnCheckpoint:
    """The checkpoint of files chosen together.

    Parameters
    ----------
    files : each file's place on the server and its own name

    Raises
    ------
    StudioError
        If there is not one file of weights among them, or they are too large.
    """
    size = sum(place.stat().st_size for place, _ in files)
    if size > MOST_BYTES:
        raise StudioError(
            f"These files have {size / 2**20:.0f} MB; checkpoints of up to {MOST_BYTES >> 20} MB are read."
        )
    folder = TemporaryDirectory(prefix="checkpoint-", ignore_cleanup_errors=True)
    name = _plain(next((name for _, name in files if Path(name).suffix.lower() in WEIGHTS), ""))
    # One level deeper, since readers look for options and statistics in the parent's folder too.
    place = Path(folder.name) / Path(name).stem
    place.mkdir()
    return load(lay_together(files, place), name, folder)


def lay_together(files: Sequence[tuple[Path, str]], folder: Path) -> Path:
    """Give uploaded files the names that readers look for, in one folder; returns what to load.

    Files that belong to no checkpoint, such as a README, are left out.
    """
    found = [(place, name) for place, name in files if Path(name).suffix.lower() in WEIGHTS]
    if len(found) != 1:
        raise StudioError(
            f"{len(found) or 'No'} files of weights were chosen ({', '.join(WEIGHTS)}); choose exactly one, "
            f"together with what lies beside it ({', '.join(BESIDE)})."
        )
    ((weights, name),) = found
    own = Path(name).suffix.lower() == ".safetensors"
    _link(weights, folder / ("model.safetensors" if own else _plain(name)))
    for place, other in files:
        beside = "config.json" if Path(other).suffix.lower() == ".json" else Path(other).name.lower()
        if place != weights and beside in BESIDE:
            _link(place, folder / beside)
    return folder if own else folder / _plain(name)


def load(source: str | Path, title: str, folder: TemporaryDirectory | None = None) -> OwnCheckpoint:
    """A checkpoint from what `load_checkpoint` takes; messages call it by its title, not by its place."""
    try:
        checkpoint = compute.load(source)
    except CheckpointError as error:
        sentence = str(error)
        if folder is not None:
            sentence = sentence.replace(f"{folder.name}/", "")
        digest = hashlib.sha256(f"{title}{sentence}".encode()).hexdigest()[:12]
        return OwnCheckpoint(f"{OWN}{digest}", title, source, None, f"{sentence}.", folder)
    return OwnCheckpoint(key_of(checkpoint), checkpoint.name, source, checkpoint, "", folder)


def key_of(checkpoint: Checkpoint) -> str:
    """The same wherever the same checkpoint is opened, so that a link holds for whoever has it too."""
    digest = hashlib.sha256(checkpoint.fingerprint.encode())
    for statistics in (checkpoint.mean, checkpoint.std):
        digest.update(statistics.tobytes())
    return f"{OWN}{digest.hexdigest()[:12]}"


def _link(place: Path, target: Path) -> None:
    try:
        os.link(place, target)
    except OSError:  # another file system
        shutil.copyfile(place, target)


def _plain(name: str) -> str:
    """A visitor's file name as one that any file system takes."""
    path = Path(name)
    stem = "".join(c if c.isalnum() or c in "-_." else "_" for c in path.stem).lstrip(".")
    return f"{stem[:LONGEST_NAME] or 'checkpoint'}{path.suffix.lower()}"
