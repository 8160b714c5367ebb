"""What callers send, read and checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.edits import from_value
from app.library import Library
from app.own_clips import read_own_clip
from app.take import SourceClip, StudioError, Take
from app.workbench import Workbench


@dataclass(frozen=True)
class Endpoints:
    """Endpoints over a library of clips and checkpoints."""

    library: Library

    def checkpoint_key(self, checkpoint: str) -> str:
        """The key of a checkpoint; the page's own where none is named."""
        return checkpoint or self.library.opening[1]

    def clip(self, clip: str | dict) -> SourceClip:
        """A clip of the library by its key, or of a file that was sent along."""
        if isinstance(clip, str):
            return self.library.clip(clip)
        if not isinstance(clip, dict) or not isinstance(clip.get("path"), str):
            raise StudioError("A clip is a key of list_library, or a motion file sent with handle_file.")
        path = Path(clip["path"])
        read, _ = read_own_clip(path, str(clip.get("orig_name") or path.name))
        return read

    def take(self, clip: str | dict, checkpoint: str) -> Take:
        """A clip through a checkpoint."""
        return self.library.take(self.clip(clip), self.checkpoint_key(checkpoint))

    def bench(
        self,
        clip: str | dict,
        checkpoint: str,
        *,
        layers: Sequence[int] | None = None,
        edits: Sequence[dict] = (),
        alignment: str = "root",
    ) -> Workbench:
        """A workbench as it stands after choosing layers and making edits."""
        take = self.take(clip, checkpoint)
        bench = Workbench.of(take, lambda donor: self.take(donor, checkpoint).tokens)
        if layers is not None:
            bench = bench.with_layers(switches(layers, take.num_layers))
        for edit in edits:
            bench = bench.edit(from_value(edit))
        return bench.with_alignment(alignment)


def switches(layers: Sequence[int], count: int) -> tuple[bool, ...]:
    """Which of `count` layers are on, of a list of those that are, numbered from 1."""
    wrong = [layer for layer in layers if layer not in range(1, count + 1)]
    if wrong:
        raise StudioError(f"There is no layer {wrong[0]!r}; layers run from 1 to {count}.")
    return tuple(layer in layers for layer in range(1, count + 1))
