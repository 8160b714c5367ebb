"""What one visitor can choose: the library's clips and checkpoints, and the visitor's own.

Whether something is shipped or the visitor's own is decided here, and nowhere else.
"""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import numpy as np

from app.catalog.bounds import Bound
from app.catalog.entry import CheckpointEntry
from app.catalog.keys import RowKey, is_own, own_key
from app.catalog.library import Library
from app.catalog.own_checkpoints import OwnCheckpoints
from app.errors import StudioError
from app.tables.open_tables import Tables
from app.workbench.encoded_clip import EncodedClip, SourceClip
from rvqvae import Checkpoint
from rvqvae.motion import FeatureLayout

if TYPE_CHECKING:
    from app.workbench.shared_state import SharedState

OWN_CLIPS = Bound("clips", 12, 64 << 20, 2 << 30, "open this page anew for others")


@dataclass
class Catalog:
    """A visitor's.

    Attributes
    ----------
    library : what is shipped
    own_clips : the visitor's files, by key, oldest first
    own_checkpoints : those that the visitor opened
    tables : of tokens, whose rows can be chosen too
    described : where joints lie in features of a width whose layout has no name, as the visitor says
    """

    library: Library
    own_clips: dict[str, SourceClip] = field(default_factory=dict)
    own_checkpoints: OwnCheckpoints = field(default_factory=OwnCheckpoints)
    tables: Tables = field(default_factory=Tables)
    described: dict[int, FeatureLayout] = field(default_factory=dict)
    _with_body: dict[str, Checkpoint] = field(default_factory=dict, repr=False)
    # Encoded clips of the visitor's own are kept by whoever works on them, and shared meanwhile.
    _encoded: "WeakValueDictionary[tuple[str, str], EncodedClip]" = field(
        default_factory=WeakValueDictionary, repr=False
    )

    def clip(self, key: str) -> SourceClip:
        """The clip of this key; rows of tables are none."""
        return self.own_clips.get(key) or self.library.clip(key)

    def clips(self) -> list[SourceClip]:
        """All clips, the visitor's own last."""
        return [*self.library.clips.values(), *self.own_clips.values()]

    def fitting(self, width: int) -> list[SourceClip]:
        """All clips of so many features a frame."""
        return [clip for clip in self.clips() if clip.width == width]

    def checkpoints(self) -> dict[str, CheckpointEntry]:
        """All checkpoints by key, the visitor's own last."""
        return self.library.checkpoints | self.own_checkpoints.kept

    def entry(self, key: str) -> CheckpointEntry:
        """The checkpoint of this key, loaded or not."""
        return self.own_checkpoints.kept.get(key) or self.library.entry(key)

    def checkpoint(self, key: str) -> Checkpoint:
        """The checkpoint of this key, loaded, with a body where the visitor described one."""
        return self.loaded(self.entry(key))

    def loaded(self, entry: CheckpointEntry) -> Checkpoint:
        """The same of an entry."""
        checkpoint = entry.load()
        layout = self.described.get(checkpoint.config.input_dim)
        if layout is None or checkpoint.body is not None:
            return checkpoint
        kept = self._with_body.get(entry.key)
        if kept is None or kept.model is not checkpoint.model or kept.described is not layout:
            kept = self._with_body[entry.key] = replace(checkpoint, described=layout)
        return kept

    def encoded(self, clip_key: str, checkpoint_key: str) -> EncodedClip:
        """Any clip, or row of a table, through any checkpoint."""
        entry, row = self.entry(checkpoint_key), RowKey.parse(clip_key)
        checkpoint = self.loaded(entry)
        if row is not None:
            return _through(self.tables.encoded(row, entry), checkpoint)
        clip = self.clip(clip_key)
        kept = self._encoded.get((clip_key, checkpoint_key))
        if kept is None or kept.clip is not clip or kept.checkpoint is not checkpoint:
            kept = self._encoded[clip_key, checkpoint_key] = _through(entry.encoded(clip), checkpoint)
        return kept

    def opened(self, clip_key: str, checkpoint_key: str) -> EncodedClip:
        """The same, at the checkpoint's frame rate from now on where the clip's file did not say one."""
        encoded = self.encoded(clip_key, checkpoint_key)
        if encoded.clip.fps is not None:
            return encoded
        self.put_clip(replace(encoded.clip, fps=encoded.checkpoint.fps))
        return self.encoded(clip_key, checkpoint_key)

    def tokens(self, clip_key: str, checkpoint_key: str) -> np.ndarray:
        """(Q, n) unedited tokens of any clip through any checkpoint."""
        return self.encoded(clip_key, checkpoint_key).tokens

    def add_clip(self, clip: SourceClip) -> str:
        """Keep a visitor's clip; returns its key.

        Raises
        ------
        StudioError
            If there is no room.
        """
        added = replace(clip, key=own_key(len(self.own_clips) + 1))
        OWN_CLIPS.check(added, self.own_clips.values())
        self.put_clip(added)
        return added.key

    def put_clip(self, clip: SourceClip) -> None:
        """Put another reading of a visitor's clip in the place of the one before."""
        OWN_CLIPS.everyones.add(clip)
        self.own_clips[clip.key] = clip

    def find(self, state: "SharedState") -> tuple[str, str]:
        """Keys of the clip and the checkpoint that a state is about; what it brings along is kept here.

        Raises
        ------
        StudioError
            If this page does not have them.
        """
        clip = state.clip
        if state.layout is not None:
            self.described[state.layout.width] = state.layout
        if state.own_clip is not None:
            clip = self.add_clip(state.own_clip)
        elif state.row is not None:
            clip = self.tables.key_of(clip, state.row)
        elif clip not in self.own_clips and clip not in self.library.clips:
            raise StudioError(f"This state is about the clip {clip!r}, which this page does not have.")
        if state.checkpoint not in self.checkpoints():
            raise StudioError(_missing(state.checkpoint))
        return clip, state.checkpoint

    def copy(self) -> "Catalog":
        """The same, which later additions do not change."""
        tables = replace(self.tables, kept=dict(self.tables.kept))
        return replace(self, own_clips=dict(self.own_clips), tables=tables, described=dict(self.described))

    def restore(self, before: "Catalog") -> None:
        """Hold again what an earlier copy holds; who holds this catalog need not know."""
        self.own_clips, self.tables, self.described = before.own_clips, before.tables, before.described


def _through(encoded: EncodedClip, checkpoint: Checkpoint) -> EncodedClip:
    """The encoded clip through a checkpoint that has a body besides."""
    return encoded if encoded.checkpoint is checkpoint else replace(encoded, checkpoint=checkpoint)


def _missing(checkpoint: str) -> str:
    if is_own(checkpoint):
        return (
            "This state was made with a checkpoint of its maker's own; open that checkpoint here, then this "
            "state again."
        )
    return f"This state was made with the checkpoint {checkpoint!r}, which this page does not have."
