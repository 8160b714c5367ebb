"""What a run leaves in its folder beside `state.pt`: a log, and its checkpoints `best/` and `last/`."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rvqvae.atomic import in_one_stroke
from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.checkpoints.loading import load_checkpoint
from rvqvae.checkpoints.saving import round_to_half, save_copy
from rvqvae.motion import Clip
from rvqvae.nn.distributed import gather_objects, rank
from rvqvae.statistics import measure_use


def _step(line: str) -> float:
    """The step of a line of a log; a line that a killed run left half written is later than any."""
    try:
        return float(json.loads(line).get("step", -1))
    except (ValueError, AttributeError):
        return float("inf")


@dataclass(frozen=True)
class RunFolder:
    """The folder of one run; its name becomes the checkpoints'."""

    path: Path

    def log(self, entry: dict[str, Any]) -> None:
        """Append an entry to `log.jsonl`; later ones, of a run that was resumed since, make room."""
        self.path.mkdir(parents=True, exist_ok=True)
        file, step = self.path / "log.jsonl", entry.get("step")
        before = file.read_text().splitlines() if file.is_file() else []
        kept = [line for line in before if step is None or _step(line) < step]
        if len(kept) < len(before):
            in_one_stroke(file, lambda part: part.write_text("".join(f"{line}\n" for line in kept)))
        with open(file, "a") as log:
            log.write(json.dumps(entry) + "\n")

    def save(self, name: str, checkpoint: Checkpoint) -> None:
        """Write a checkpoint as "best" or "last"."""
        save_copy(self.path / name, checkpoint)

    def finish(self, device: str, clips: Sequence[Clip], *, half: bool) -> None:
        """Add to the best checkpoint how the training data use its codes; `half` stores it in float16.

        Every rank calls this; the first one writes.
        """
        gather_objects(None)  # the first rank may still be writing it
        best = load_checkpoint(self.path / "best", device)
        if half:
            round_to_half(best.model)  # first, so that the codes counted are those of the stored weights
        usage, energies = measure_use(best, clips)
        if rank() > 0:
            return
        save_copy(self.path / "best", best, usage=usage, energies=energies, half=half)
