"""What callers send, read and checked; and the page that their work is done on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np

from app.api.endpoint import serving
from app.api.opened import Opened
from app.catalog.joint_sets import read_skeleton
from app.catalog.keys import RowKey, is_own
from app.catalog.library import Library
from app.catalog.own_clips import read_own_clip
from app.errors import StudioError
from app.tables.table import read_table
from app.values import as_int
from app.visitor import Visitor
from app.workbench.edit_values import from_value
from app.workbench.encoded_clip import MAX_FRAMES, EncodedClip, SourceClip
from app.workbench.workbench import Workbench
from rvqvae import Checkpoint

NO_FILE = "A file is sent with handle_file of gradio_client."


@dataclass(frozen=True)
class Caller:
    """Who calls an endpoint, and what of the server's may be asked for.

    Attributes
    ----------
    uploads : where Gradio puts what callers send
    opened : checkpoints that callers opened
    name : of a `gradio_client.Client`; "" where it has none of its own, as agents have
    """

    library: Library
    uploads: Path
    opened: Opened
    name: str

    @classmethod
    def of(cls, request: gr.Request) -> "Caller":
        """Who sent a request."""
        server = serving.get()
        # Gradio calls for all agents under one name, which is none of theirs.
        is_agent = request.headers.get("x-gradio-user") == "mcp"
        name = "" if is_agent else request.session_hash or ""
        return cls(server.library, server.uploads, server.opened, name)

    def visitor(
        self,
        clip: str | dict = "",
        checkpoint: str = "",
        *,
        layers: Sequence[int] | None = None,
        edits: Sequence[dict] | None = None,
        alignment: str = "",
    ) -> Visitor:
        """A page of the caller's own for this one call, as it stands after these choices and edits."""
        visitor = Visitor(self.library, self.uploads)
        visitor.own_checkpoints.kept.update(self.opened.of(self.name))
        key = clip or visitor.workbench.encoded.clip.key
        if isinstance(key, dict) and "table" in key:
            key = self._row(visitor, key)
        elif not isinstance(key, str):
            key = visitor.catalog.add_clip(self.clip_file(clip))
        visitor.choose(key, self.checkpoint_key(visitor, checkpoint))
        bench = visitor.workbench
        if layers is not None:
            bench = bench.with_layers(switches(layers, bench.encoded.num_layers))
        for edit in edits or ():
            bench = bench.edit(from_value(edit))
        visitor.workbench = bench.with_alignment(alignment) if alignment else bench
        return visitor

    def encoded(self, clip: str | dict, checkpoint: str) -> EncodedClip:
        """A clip through a checkpoint."""
        return self.visitor(clip, checkpoint).workbench.encoded

    def bench(self, clip: str | dict, checkpoint: str, **choices: Any) -> Workbench:
        """A workbench as it stands after choosing layers and making edits; choices as of `visitor`."""
        return self.visitor(clip, checkpoint, **choices).workbench

    def checkpoint(self, checkpoint: str) -> Checkpoint:
        """A checkpoint, loaded."""
        visitor = self.visitor()
        key = self.checkpoint_key(visitor, checkpoint)
        return visitor.catalog.checkpoint(key)

    def checkpoint_key(self, visitor: Visitor, checkpoint: str) -> str:
        """The key of a checkpoint, one of the caller's own or of the library; the page's where none is
        named."""
        if not checkpoint:
            return self.library.opening[1]
        return self.named(visitor, checkpoint)

    def named(self, visitor: Visitor, checkpoint: Any) -> str:
        """The key of a checkpoint as the visitor knows it, of what names it for the caller."""
        name = str(checkpoint)
        if not is_own(name):
            return name
        own = self.opened.find(self.name, name)
        visitor.own_checkpoints.kept[own.key] = own
        return own.key

    def all_named(self, visitor: Visitor, checkpoints: Any) -> Any:
        """The same of a list of them; what is none stays as it is."""
        if not isinstance(checkpoints, list):
            return checkpoints
        return [self.named(visitor, checkpoint) for checkpoint in checkpoints]

    def clip_file(self, clip: str | dict) -> SourceClip:
        """The clip of a file that was sent along, alone or as {"file", "joint_map", "convert"}."""
        if not isinstance(clip, dict):
            raise StudioError("A clip is a key of list_library, or a motion file sent with handle_file.")
        options = clip if "file" in clip else {"file": clip}
        file, name = self.uploaded(options["file"])
        joint_map = options.get("joint_map")
        if joint_map is not None:
            joint_map = read_skeleton(file, name, joint_map).joint_map
        return read_own_clip(file, name, convert=bool(options.get("convert")), joint_map=joint_map).clip

    def _row(self, visitor: Visitor, row: dict) -> str:
        """The key of a row of a table that was sent along, {"table", "row"}; rows count from 0."""
        table = read_table(*self.uploaded(row["table"]))
        visitor.tables.keep(table)
        index = as_int(row.get("row", 0))
        table.row(index)
        return RowKey(table.key, index).text

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
