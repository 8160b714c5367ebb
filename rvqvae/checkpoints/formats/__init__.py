"""The formats of checkpoints that are known, one file each; whoever needs to know one asks here."""

import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

import torch

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.checkpoints.containers import SUFFIXES, open_tensors
from rvqvae.checkpoints.errors import CheckpointError
from rvqvae.checkpoints.files import Files
from rvqvae.checkpoints.formats import momask, motion_s, motiongpt, own, t2m_gpt
from rvqvae.checkpoints.formats.format import Format
from rvqvae.errors import shown

__all__ = [
    "BESIDE",
    "FORMATS",
    "SUFFIXES",
    "Format",
    "choose_weights",
    "is_weights",
    "known_by_name",
    "read",
    "upload_name",
]

# In the order in which they are tried.
FORMATS: tuple[Format, ...] = (
    motion_s.FORMAT,
    momask.FORMAT,
    motiongpt.FORMAT,
    t2m_gpt.FORMAT,
    own.FORMAT,
)
BESIDE: tuple[str, ...] = tuple(dict.fromkeys(name for known in FORMATS for name in known.beside))
_SHARD = re.compile(r"-\d+-of-\d+\.\w+$")
EXPECTED = (
    f"a folder with {own.CONFIG} and {own.WEIGHTS}, or one file of weights ({', '.join(SUFFIXES)}) of "
    f"{', '.join(known.name for known in FORMATS[:-1])} with what lies beside it"
)


def is_weights(name: str) -> bool:
    """Whether a file of this name may hold tensors."""
    return PurePosixPath(name).suffix.lower() in SUFFIXES


def upload_name(name: str) -> str | None:
    """The name under which readers look for a file that was chosen by itself; None if it belongs to none.

    Letters' case does not matter, and a JSON file of no other format is taken for a configuration of ours.
    """
    lower = PurePosixPath(name).name.lower()
    if is_weights(lower) or lower in BESIDE:
        return lower
    return own.CONFIG if lower.endswith(".json") else None


def choose_weights(place: str | Path, names: Sequence[str]) -> str:
    """Which of these files holds the tokenizer's tensors.

    Parameters
    ----------
    place : folder or repository, for messages
    names : paths in it, with slashes

    Raises
    ------
    CheckpointError
        If none does, or several might.
    """
    if own.CONFIG in names and own.WEIGHTS in names:
        return own.WEIGHTS
    found = [name for name in names if is_weights(name)]
    patterns = dict.fromkeys(pattern for known in FORMATS for pattern in known.weights)
    by_name = [name for name in found if any(_fits(name, pattern) for pattern in patterns)]
    near = [name for name in found if "/" not in name or name.startswith("model/")]
    chosen = by_name or near or found
    if len(chosen) == 1:
        return chosen[0]
    if chosen and all(_SHARD.search(name) for name in chosen):
        raise CheckpointError(
            place,
            f"holds its tensors in {len(chosen)} shards ({chosen[0][-80:]}, …); expected one file, so load "
            "them all and save them together with safetensors' save_file",
        )
    if chosen:
        listed = ", ".join(name[-80:] for name in chosen[:6])
        raise CheckpointError(place, f"holds {len(chosen)} checkpoints ({listed}); name one of them")
    missing = own.WEIGHTS if own.CONFIG in names else own.CONFIG
    held = f" (it holds {', '.join(name[-80:] for name in names[:6])})" if names else ""
    raise CheckpointError(place, f"found no {missing}{held}; expected {EXPECTED}")


def known_by_name(files: Files) -> list[Format]:
    """The formats that publish weights under this name, if any is known to."""
    return [
        known
        for known in FORMATS
        if any(_fits(files.weights, pattern) for pattern in known.weights)
        and (known is not own.FORMAT or own.described(files))
    ]


def read(files: Files, device: torch.device) -> Checkpoint:
    """The checkpoint of files of any known format.

    Raises
    ------
    CheckpointError
        If no format is known by the tensors' names, or they do not fit.
    """
    if own.described(files):
        own.FORMAT.check(files)
    tensors = open_tensors(files.path)
    for known in FORMATS:
        prefix = known.matches(tensors.shapes.keys(), files)
        if prefix is not None:
            return known.read(files, tensors.within(prefix) if prefix else tensors, device)
    raise CheckpointError(
        files.path,
        f"its layout is not known; found the tensors {_some(tensors.shapes)}; known are "
        + ", ".join(f"{known.name} ({known.tensors})" for known in FORMATS),
    )


def _fits(name: str, pattern: str) -> bool:
    return fnmatch(name.lower(), pattern.lower())


def _some(names: Iterable[str]) -> str:
    keys = sorted(names)
    more = f" and {len(keys) - 6} more" if len(keys) > 6 else ""
    return ", ".join(shown(key[:80]).strip("'") for key in keys[:6]) + more
