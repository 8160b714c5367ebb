"""A visitor's own checkpoints: files laid together, loaded, and kept for this page alone."""

import hashlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from huggingface_hub import get_token

from app import limits
from app.catalog import devices
from app.catalog.bounds import Bound
from app.catalog.entry import CheckpointEntry
from app.catalog.keys import own_key
from app.errors import StudioError, in_the_files_name
from app.parsing.checkpoints import convert
from rvqvae import Checkpoint, CheckpointError
from rvqvae.checkpoints.formats import BESIDE, SUFFIXES, is_weights, upload_name
from rvqvae.checkpoints.hub import is_hub_id
from rvqvae.errors import shown

MOST_BYTES = limits.UPLOAD_MB * limits.MB
LONGEST_NAME = 100
# Of what a checkpoint has; views, and not its weights alone, take memory and time for each.
CODEBOOK = "num_embeddings times latent_dim"
MOST = {
    "input_dim": 16_384,
    "latent_dim": 8_192,
    "num_embeddings": 65_536,
    CODEBOOK: 1 << 24,
    "num_quantizers": 64,
    "num_layers": 64,
}
CONVERTED = "converted"  # the folder in which a checkpoint is kept in this project's own format
OWN_CHECKPOINTS = Bound("checkpoints", 4, 2 << 30, 4 << 30, "remove one first")


class OwnCheckpoints:
    """The checkpoints that a visitor has opened.

    Attributes
    ----------
    kept : by key, oldest first
    refused : the latest files that could not be loaded, for the doctor
    """

    def __init__(self) -> None:
        self.kept: dict[str, CheckpointEntry] = {}
        self.refused: CheckpointEntry | None = None

    def keep(self, own: CheckpointEntry) -> None:
        """Put a checkpoint, or files refused, here.

        Raises
        ------
        StudioError
            If there is no room.
        """
        if own.refusal:
            self.refused = own
            return
        if own.key not in self.kept:
            OWN_CHECKPOINTS.check(own, self.kept.values())
        OWN_CHECKPOINTS.everyones.add(own)
        self.kept[own.key] = own


def from_uploads(files: Sequence[tuple[Path, str]]) -> CheckpointEntry:
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
    name = _plain(next((name for _, name in files if is_weights(name)), ""))
    # One level deeper, since readers look for options and statistics in the parent's folder too.
    place = Path(folder.name) / Path(name).stem
    place.mkdir()
    return load(lay_together(files, place), name, folder)


def lay_together(files: Sequence[tuple[Path, str]], folder: Path) -> Path:
    """Give uploaded files the names that readers look for, in one folder; returns what to load.

    Files that belong to no checkpoint, such as a README, are left out.
    """
    found = [(place, name) for place, name in files if is_weights(name)]
    if len(found) != 1:
        raise StudioError(
            f"{len(found) or 'No'} files of weights were chosen ({', '.join(SUFFIXES)}); choose exactly one, "
            f"together with what lies beside it ({', '.join(BESIDE)})."
        )
    ((weights, name),) = found
    own = Path(name).suffix.lower() == ".safetensors"
    _link(weights, folder / ("model.safetensors" if own else _plain(name)))
    # Of several that could go by the same name, the one that has it comes first.
    for place, other in sorted(files, key=lambda file: file[1].lower() not in BESIDE):
        beside = upload_name(other)
        if beside and not is_weights(other) and not (folder / beside).exists():
            _link(place, folder / beside)
    return folder if own else folder / _plain(name)


def load(
    source: str | Path,
    title: str,
    files: "TemporaryDirectory[str] | None" = None,
    *,
    trusted: bool = False,
    token: str = "",
) -> CheckpointEntry:
    """A checkpoint from what `load_checkpoint` takes; messages call it by its title, not by its place.

    Parameters
    ----------
    files : the folder that uploaded files are in
    trusted : whether who asks runs this server: their paths and their login at the Hub are used then
    token : of the visitor's own account at the Hub
    """
    try:
        if files is None and not is_hub_id(source):
            return _entry(devices.load(source), source, None)
        folder = files or TemporaryDirectory(prefix="checkpoint-", ignore_cleanup_errors=True)
        place = Path(folder.name) / CONVERTED
        hub = None if files else _hub(trusted, token)
        convert(source, place, hub=hub, most_bytes=2 * MOST_BYTES)
        return _entry(devices.load(place), place, folder)
    except CheckpointError as error:
        refusal = in_the_files_name(error, source, title)
    except StudioError as error:
        refusal = f"{title}: {error}"
    digest = hashlib.sha256(f"{title}{refusal}".encode()).hexdigest()[:12]
    return CheckpointEntry(own_key(digest), title, source, refusal=refusal, files=files)


def _hub(trusted: bool, token: str) -> dict[str, object]:
    """How the Hub is asked: never as the account that this server runs under, but for who runs it."""
    login = token or (get_token() if trusted else None) or False
    return {"token": login, "max_bytes": MOST_BYTES, "keep": trusted}


def _entry(
    checkpoint: Checkpoint, source: str | Path, files: "TemporaryDirectory[str] | None"
) -> CheckpointEntry:
    _check_sizes(checkpoint)
    width = checkpoint.config.input_dim
    return CheckpointEntry(key_of(checkpoint), checkpoint.name, source, checkpoint, width, files=files)


def _check_sizes(checkpoint: Checkpoint) -> None:
    """Refuse what would take long to look at, whatever its weights take."""
    config = checkpoint.config
    found = {name: getattr(config, name) for name in MOST if name != CODEBOOK}
    found[CODEBOOK] = config.num_embeddings * config.latent_dim
    for name, most in MOST.items():
        if found[name] > most:
            raise StudioError(f"{name} is {found[name]:,}; checkpoints with up to {most:,} are opened here.")


def check_where(where: str, *, paths_allowed: bool) -> None:
    """Refuse to open what is not on the Hub, where paths are not allowed.

    Raises
    ------
    StudioError
        With what can be done instead.
    """
    if not is_hub_id(where) and not paths_allowed:
        raise StudioError(
            f"{shown(where)} is no Hub id (owner/name), and this page opens no paths of the machine it runs "
            "on; choose the files instead, or start it with python app.py --allow-paths."
        )


def key_of(checkpoint: Checkpoint) -> str:
    """The same wherever the same checkpoint is opened, so that a link holds for whoever has it too."""
    digest = hashlib.sha256(checkpoint.fingerprint.encode())
    for statistics in (checkpoint.mean, checkpoint.std):
        digest.update(statistics.tobytes())
    return own_key(digest.hexdigest()[:12])


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
