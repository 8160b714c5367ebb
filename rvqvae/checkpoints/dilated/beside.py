"""What lies beside the weights of MoMask, T2M-GPT and MotionGPT: options, mean and std.

Their files keep mean and std as the network saw them: MoMask's `std.npy` has its feature bias applied
already, so it is taken as it is.
"""

import json

import numpy as np

from rvqvae.archives import ArchiveError, read_npy
from rvqvae.checkpoints.errors import CheckpointError
from rvqvae.checkpoints.files import Files
from rvqvae.checkpoints.statistics import check_statistics

STATISTICS = ("mean.npy", "std.npy")
OPTIONS = ("vq_opt.txt", "opt.txt")
MAX_OPTIONS_BYTES = 1 << 20
_AROUND_OPTIONS = ("..", "")


def check(files: Files) -> None:
    """Refuse files without mean and std.

    Raises
    ------
    CheckpointError
        Naming them.
    """
    if files.beside(*STATISTICS) is None:
        raise CheckpointError(
            files.path,
            "found no mean.npy and std.npy in ../meta, meta, assets/meta or beside it; expected those that "
            "the network was trained with, without which its features have no units",
        )


def options_in_text(files: Files) -> dict[str, str]:
    """What MoMask's `opt.txt` says, one `key: value` a line; empty if there is none."""
    for name in OPTIONS:
        found = files.beside(name, around=_AROUND_OPTIONS)
        if found and found[0].stat().st_size <= MAX_OPTIONS_BYTES:
            lines = found[0].read_text(encoding="utf-8", errors="replace").splitlines()
            pairs = (line.partition(":") for line in lines if ":" in line)
            return {key.strip(): value.strip()[:100] for key, _, value in pairs}
    return {}


def options_in_json(files: Files, name: str, section: str) -> dict[str, str]:
    """What a packed folder's configuration says of the tokenizer, under the names of `opt.txt`."""
    found = files.beside(name, around=_AROUND_OPTIONS)
    if not found or found[0].stat().st_size > MAX_OPTIONS_BYTES:
        return {}
    try:
        given = json.loads(found[0].read_text(encoding="utf-8"))["config"][section]
        options = {str(key): str(value)[:100] for key, value in given.items()}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise CheckpointError(
            found[0], f"expected options under config, {section} ({type(error).__name__})"
        ) from None
    return ({"vq_norm": options["norm"]} if "norm" in options else {}) | options


def statistics(files: Files, width: int, remarks: list[str]) -> tuple[np.ndarray, np.ndarray, str]:
    """Mean, std, and in words where they were found."""
    found = files.beside(*STATISTICS)
    assert found is not None  # checked before
    try:
        mean, std = (read_npy(file) for file in found)
    except ArchiveError as error:
        raise CheckpointError(found[0].parent, f"{found[0].name} or {found[1].name}: {error}") from None
    folder, here = found[0].parent, files.path.parent
    place = {here: "beside the file", here.parent: "in the folder above"}.get(folder, f"in {folder.name}")
    source = f"{found[0].name} and {found[1].name} {place}"
    return *check_statistics(found[1], mean, std, width, remarks), source
