"""What callers send, read and checked; and the page that their work is done on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from app.commands.reading import whole
from app.edit_values import from_value
from app.endpoints.opened import Opened
from app.library import Library
from app.own_clips import read_own_clip
from app.session import Session
from app.skeletons import SUFFIX, read_skeleton
from app.tables.table import read_table
from app.take import MAX_FRAMES, OWN, SourceClip, StudioError, Take
from app.workbench import Workbench
from rvqvae import Checkpoint

NO_FILE = "A file is sent with handle_file of gradio_client."


@dataclass(frozen=True)
class Endpoints:
    """Endpoints over a library of clips and checkpoints.

    Attributes
    ----------
    uploads : where Gradio puts what callers send
    opened : checkpoints that callers opened
    caller : who calls: a `gradio_client.Client`, or a session of Gradio's
    """

    library: Library
    uploads: Path
    opened: Opened
    caller: str

    def session(
        self,
        clip: str | dict = "",
        checkpoint: str = "",
        *,
        layers: Sequence[int] | None = None,
        edits: Sequence[dict] | None = None,
        alignment: str = "",
    ) -> Session:
        """A page of the caller's own for this one call, as it stands after these choices and edits."""
        session = Session(self.library, self.uploads)
        session.shelf.kept.update(self.opened.of(self.caller))
        key = clip or session.workbench.take.clip.key
        if isinstance(key, dict) and "table" in key:
            key = self._row(session, key)
        elif not isinstance(key, str):
            key = session.add_own_clip(self.clip_file(clip))
        session.choose(key, self.checkpoint_key(session, checkpoint))
        bench = session.workbench
        if layers is not None:
            bench = bench.with_layers(switches(layers, bench.take.num_layers))
        for edit in edits or ():
            bench = bench.edit(from_value(edit))
        session.workbench = bench.with_alignment(alignment) if alignment else bench
        return session

    def take(self, clip: str | dict, checkpoint: str) -> Take:
        """A clip through a checkpoint."""
        return self.session(clip, checkpoint).workbench.take

    def bench(self, clip: str | dict, checkpoint: str, **choices) -> Workbench:
        """A workbench as it stands after choosing layers and making edits; choices as of `session`."""
        return self.session(clip, checkpoint, **choices).workbench

    def checkpoint(self, checkpoint: str) -> Checkpoint:
        """A checkpoint, loaded."""
        session = self.session()
        key = self.checkpoint_key(session, checkpoint)
        own = session.shelf.kept.get(key)
        return own.checkpoint if own else self.library.checkpoint(key)

    def checkpoint_key(self, session: Session, checkpoint: str) -> str:
        """The key of a checkpoint, one of the caller's own or of the library; the page's where none is
        named."""
        if not checkpoint:
            return self.library.opening[1]
        key = str(checkpoint)
        if key.startswith(OWN) and key not in session.shelf.kept:
            raise StudioError(
                f"The checkpoint {key!r} is not open for you any more; open it again with open_checkpoint."
            )
        self.opened.used(self.caller, key)
        return key

    def clip_file(self, clip: dict) -> SourceClip:
        """The clip of a file that was sent along, alone or as {"file", "joint_map", "convert"}."""
        if not isinstance(clip, dict):
            raise StudioError("A clip is a key of list_library, or a motion file sent with handle_file.")
        options = clip if "file" in clip else {"file": clip}
        file, name = self.uploaded(options["file"])
        joint_map = options.get("joint_map")
        if joint_map is not None and file.suffix.lower() != SUFFIX:
            raise StudioError(f"{name}: a joint_map is for {SUFFIX} files.")
        if joint_map is not None:
            joint_map = read_skeleton(file, name, joint_map).joint_map
        read, _ = read_own_clip(file, name, convert=bool(options.get("convert")), joint_map=joint_map)
        return read

    def _row(self, session: Session, row: dict) -> str:
        """The key of a row of a table that was sent along, {"table", "row"}; rows count from 0."""
        table = read_table(*self.uploaded(row["table"]))
        session.tables.keep(table)
        index = whole(row.get("row", 0))
        table.row(index)
        return f"{table.key}-{index}"

    def uploaded(self, file: Any) -> tuple[Path, str]:
        """Where a file that was sent along is, and its own name.

        Raises
        ------
        StudioError
            If it is no such file: callers may read nothing else on the server.
        """
        if not isinstance(file, dict) or not isinstance(file.get("path"), str):
            raise StudioError(NO_FILE)
        real = Path(file["path"]).resolve()
        if not real.is_relative_to(self.uploads.resolve()) or not real.is_file():
            raise StudioError(NO_FILE)
        return real, Path(str(file.get("orig_name") or real.name)).name


def codes_of(tokens: Any) -> np.ndarray:
    """(Q, n) int array of tokens that came as lists.

    Raises
    ------
    StudioError
        If they are no such block of whole numbers.
    """
    try:
        codes = np.array(tokens)
    except (ValueError, OverflowError):
        codes = np.array(None)
    if codes.ndim != 2 or not codes.size or not np.issubdtype(codes.dtype, np.integer):
        raise StudioError("Tokens are a list of layers, each a list of as many whole numbers.")
    if codes.shape[1] > MAX_FRAMES:
        raise StudioError(f"{codes.shape[1]} steps are too many; at most {MAX_FRAMES} are read.")
    return codes.astype(np.int64)


def switches(layers: Sequence[int], count: int) -> tuple[bool, ...]:
    """Which of `count` layers are on, of a list of those that are, numbered from 1."""
    wrong = [layer for layer in layers if layer not in range(1, count + 1)]
    if wrong:
        raise StudioError(f"There is no layer {wrong[0]!r}; layers run from 1 to {count}.")
    return tuple(layer in layers for layer in range(1, count + 1))
