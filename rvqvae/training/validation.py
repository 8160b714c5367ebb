"""How good a run is by now: errors in millimetres and codes used on clips it is not trained on."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.evaluation.evaluation import evaluate
from rvqvae.motion import Clip


@dataclass(frozen=True)
class Validation:
    """A validation's figures.

    Attributes
    ----------
    entry : for each data set its errors with all layers and the codes used in each layer, for the log
    score : mean root-aligned error in mm over the data sets, the less the better; None without any
    words : the same in a line
    """

    entry: dict[str, dict[str, Any]]
    score: float | None
    words: str


def validate(checkpoint: Checkpoint, data: dict[str, list[Clip]]) -> Validation:
    """Evaluate a checkpoint with all its layers on data sets by name."""
    results = {
        name: evaluate(checkpoint, clips, [checkpoint.config.num_quantizers]) for name, clips in data.items()
    }
    entry = {
        name: {**result["layers"][0], "used": [layer["used"] for layer in result["codebook"]]}
        for name, result in results.items()
    }
    errors = {name: one["mpjpe_root_mm"] for name, one in entry.items()}
    return Validation(
        entry,
        float(np.mean(list(errors.values()))) if errors else None,
        ", ".join(f"{n} {e:.1f} mm root, {min(entry[n]['used'])}+ codes" for n, e in errors.items()),
    )
