"""`state.pt`: all that a run needs to go on bit for bit, written in one stroke."""

from pathlib import Path
from typing import Any

import torch

from rvqvae.atomic import in_one_stroke
from rvqvae.errors import FileError

STATE = "state.pt"


class ResumeError(FileError):
    """A run that cannot be resumed as asked."""


def write_state(folder: Path, state: dict[str, Any]) -> None:
    """Write a run's state into its folder, so that a stop while writing leaves the one before."""
    folder.mkdir(parents=True, exist_ok=True)
    in_one_stroke(folder / STATE, lambda part: torch.save(state, part))


def read_state(
    folder: Path, device: torch.device, *, config: dict[str, Any], settings: dict[str, Any]
) -> dict[str, Any]:
    """A run's state, if it was made with these hyperparameters and settings.

    Raises
    ------
    ResumeError
        If there is none, or it was made with others.
    """
    path = folder / STATE
    if not path.is_file():
        raise ResumeError(path, "no such file; start the run without --resume")
    state = torch.load(path, map_location=device, weights_only=True)
    for now, then in ((config, state["config"]), (settings, state["settings"])):
        changed = [k for k in now if then.get(k) != now[k]]
        if changed:
            key = changed[0]
            raise ResumeError(
                path, f"made with {key} = {then.get(key)}, not {now[key]}; resume with the same"
            )
    return state


def random_states(device: torch.device) -> dict[str, Any]:
    """The states of PyTorch's generators."""
    return {
        "random": torch.get_rng_state(),
        "random_cuda": torch.cuda.get_rng_state() if device.type == "cuda" else None,
    }


def restore_random_states(state: dict[str, Any], device: torch.device) -> None:
    """Set PyTorch's generators to what `random_states` gave."""
    torch.set_rng_state(state["random"].cpu())
    if device.type == "cuda":
        torch.cuda.set_rng_state(state["random_cuda"].cpu())
