"""Loading checkpoints of any known format, from this machine or from the Hub."""

from dataclasses import fields
from pathlib import Path

import torch

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.checkpoints.files import Files, files_around, names_in
from rvqvae.checkpoints.formats import choose_weights, read
from rvqvae.checkpoints.hub import fetch, is_hub_id


def load_checkpoint(
    path_or_hub_id: str | Path,
    device: str = "auto",
    *,
    revision: str | None = None,
    token: str | bool | None = None,
    max_bytes: int | None = None,
) -> Checkpoint:
    """Load a checkpoint: our own folder, a published format of `rvqvae.checkpoints.formats`, or from the Hub.

    Nothing that a file says is executed, whatever its format.

    Parameters
    ----------
    path_or_hub_id : folder or file; or, where there is none of that name, "owner/name" on the Hub, or
        "owner/name:path/of/weights" where a repository holds several
    device : "auto" takes a GPU where there is one; else a torch device name
    revision : branch, tag or commit on the Hub; the latest when None
    token : of an account on the Hub; the one that `hf auth login` stored when None, none at all when False
    max_bytes : of the files that are fetched from the Hub, together; the largest that are read when None

    Raises
    ------
    CheckpointError
        If a file is missing, damaged, of no known format or does not fit its configuration; for a tensor that
        does not fit the message names the first one, its shape and the expected one. Also if the Hub does not
        answer or has no such checkpoint.
    """
    if is_hub_id(path_or_hub_id):
        files = fetch(str(path_or_hub_id), revision, token=token, max_bytes=max_bytes)
    else:
        files = files_at(Path(path_or_hub_id))
    checkpoint = read(files, pick_device(device))
    beside = [field.name for field in fields(checkpoint) if field.name != "model"]
    checkpoint.model.facts = {name: getattr(checkpoint, name) for name in beside}
    return checkpoint


def files_at(path: Path) -> Files:
    """The files of the checkpoint at a folder, or at a file in it: its weights or its configuration.

    Raises
    ------
    CheckpointError
        If there are no weights, or several files might be.
    """
    if path.suffix.lower() == ".json" and path.is_file():
        path = path.parent
    if path.is_file():
        return files_around(path)
    return files_around(path / choose_weights(path, names_in(path) if path.is_dir() else ()))


def pick_device(device: str) -> torch.device:
    """The torch device of a name; "auto" is a GPU where there is one."""
    if device != "auto":
        return torch.device(device)
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")
