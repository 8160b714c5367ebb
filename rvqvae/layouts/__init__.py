"""The layouts of checkpoints that are recognised, one file each."""

from pathlib import Path

import torch

from rvqvae.layouts import dilated, motion_s, own
from rvqvae.layouts.contents import CheckpointError, Contents
from rvqvae.layouts.torch_file import read_torch_file, tensors_of

__all__ = ["CheckpointError", "Contents", "read_contents"]

# Where the published programs put the state dict: Motion-S, MoMask, T2M-GPT.
_STATE_KEYS = ("model_state_dict", "state_dict", "vq_model", "net")
_SUFFIXES = (".pth", ".pt", ".tar", ".ckpt")


def read_contents(path: Path, device: torch.device) -> Contents:
    """Read a checkpoint of any known layout.

    Parameters
    ----------
    path : a folder of this project's own layout, a file in it, a foreign file, or a folder with one of those

    Raises
    ------
    CheckpointError
        If nothing known is there, or it does not fit; the message says what was found and what is known.
    """
    if path.is_dir():
        path = _only_foreign_file(path) or path
    if path.is_dir() or path.suffix in (".safetensors", ".json") or not path.exists():
        return own.read_own(path.parent if path.is_file() else path, device)
    content = read_torch_file(path)
    state = tensors_of(path, next((content[k] for k in _STATE_KEYS if k in content), content))
    if motion_s.matches(state):
        return motion_s.read_motion_s(path, state, content, device)
    if dilated.matches(state):
        return dilated.read_dilated(path, state, device)
    keys = sorted(state)
    shown = ", ".join(keys[:6]) + (f" and {len(keys) - 6} more" if len(keys) > 6 else "")
    raise CheckpointError(
        f"{path}: its layout is not known; found the tensors {shown}; known are {motion_s.TITLE}, "
        f"{dilated.TITLE} and this project's own folders of {own.CONFIG} and {own.WEIGHTS}"
    )


def _only_foreign_file(folder: Path) -> Path | None:
    """The one foreign checkpoint in a folder without a checkpoint of our own; None if there is none."""
    if (folder / own.CONFIG).exists() or (folder / own.WEIGHTS).exists():
        return None
    near = [*folder.iterdir(), *(folder / "model").glob("*")]
    found = sorted(p for p in near if p.suffix in _SUFFIXES and p.is_file())
    if len(found) > 1:
        names = ", ".join(p.name for p in found[:6])
        raise CheckpointError(f"{folder}: holds {len(found)} checkpoints ({names}); name one of them")
    return found[0] if found else None
