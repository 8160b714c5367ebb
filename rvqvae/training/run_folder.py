"""What a run leaves in its folder beside `state.pt`: a log, and its checkpoints `best/` and `last/`."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rvqvae.atomic import in_one_stroke, put_back
from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.checkpoints.formats.own import CONFIG, WEIGHTS
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
        """Write a checkpoint as "best" or "last": a kill leaves the one before, whole."""
        self._write(name, checkpoint)

    def finish(self, device: str, clips: Sequence[Clip], *, half: bool) -> None:
        """Add to the best checkpoint how the training data use its codes; `half` stores it in float16.

        Every rank calls this; the first one writes.
        """
        if rank() == 0:
            put_back(self.path / "best")
        gather_objects(None)  # the first rank may still be writing it
        best = load_checkpoint(self.path / "best", device)
        if half:
            round_to_half(best.model)  # first, so that the codes counted are those of the stored weights
        usage, energies = measure_use(best, clips)
        if rank() > 0:
            return
        self._write("best", best, usage=usage, energies=energies, half=half)

    def _write(self, name: str, checkpoint: Checkpoint, **changed: Any) -> None:
        """Write a checkpoint's folder, weights and configuration together; what else lies in it stays."""
        folder = self.path / name

        def write(part: Path) -> None:
            if folder.is_dir():
                shutil.copytree(folder, part, ignore=shutil.ignore_patterns(WEIGHTS, CONFIG))
            save_copy(part, checkpoint, **changed)

        self.path.mkdir(parents=True, exist_ok=True)
        in_one_stroke(folder, write)
