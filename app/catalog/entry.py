"""One checkpoint that can be chosen, shipped or a visitor's own."""

from collections import OrderedDict
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import RLock
from typing import TYPE_CHECKING

from app.catalog import devices
from app.catalog.keys import is_own
from app.errors import StudioError
from app.workbench.encoded_clip import EncodedClip, SourceClip
from rvqvae import Checkpoint, CheckpointError
from rvqvae.motion.layouts import titled

if TYPE_CHECKING:  # the doctor's own imports take long, and the page opens without them
    from rvqvae.doctor import Report

ENCODED_KEPT = 32  # of the library's clips


@dataclass(eq=False)
class CheckpointEntry:
    """A checkpoint, loaded or not yet, or a visitor's files that could not be loaded as one.

    Attributes
    ----------
    source : what `load_checkpoint` loads it from
    checkpoint : None before it is loaded, and where the files were refused
    width : features of a frame that it takes, where that is known before it is loaded
    refusal : why the files were refused, a sentence; "" where they were not
    files : the uploaded ones; they go with the last that uses them
    report : what the doctor said of it; None before
    altered : whether it was changed in memory, so that its source holds another
    serial : tells this entry from another one that was or will be kept under the same key
    """

    key: str
    title: str
    source: str | Path
    checkpoint: Checkpoint | None = None
    width: int | None = None
    refusal: str = ""
    files: "TemporaryDirectory[str] | None" = None
    report: "Report | None" = None
    altered: bool = False
    serial: int = field(default_factory=count().__next__, init=False, repr=False)
    _encoded: "OrderedDict[str, EncodedClip]" = field(default_factory=OrderedDict, repr=False)
    _lock: RLock = field(default_factory=RLock, repr=False)

    @property
    def own(self) -> bool:
        """Whether it is a visitor's own."""
        return is_own(self.key)

    @property
    def takes(self) -> int:
        """Features of a frame that it takes."""
        return self.load().config.input_dim if self.width is None else self.width

    @property
    def bytes(self) -> int:
        """What its model takes in memory."""
        state = self.checkpoint.model.state_dict() if self.checkpoint else {}
        return sum(tensor.numel() * tensor.element_size() for tensor in state.values())

    def load(self) -> Checkpoint:
        """The checkpoint, loaded at its first use.

        Raises
        ------
        StudioError
            If it cannot be used.
        """
        with self._lock:
            if self.refusal:
                raise StudioError(self.refusal)
            if self.checkpoint is None:
                try:
                    self.checkpoint = devices.load(self.source)
                except CheckpointError as error:
                    raise StudioError(f"This checkpoint cannot be used. {error}.") from error
            return self.checkpoint

    def encoded(self, clip: SourceClip) -> EncodedClip:
        """A clip through this checkpoint; the latest of the library's clips are kept, and so shared.

        Raises
        ------
        StudioError
            If the clip does not fit, or the page cannot show what the checkpoint makes.
        """
        checkpoint = self.load()
        check_fits(clip, checkpoint, self.title)
        encoded = EncodedClip(clip, self.key, checkpoint, self.source)
        if clip.own:
            return encoded
        with self._lock:
            kept = self._encoded.pop(clip.key, encoded)
            self._encoded[clip.key] = kept if kept.clip is clip else encoded
            while len(self._encoded) > ENCODED_KEPT:
                self._encoded.popitem(last=False)
            return self._encoded[clip.key]


def check_shown(checkpoint: Checkpoint, title: str) -> None:
    """Refuse a checkpoint whose output cannot be held against its input.

    Raises
    ------
    StudioError
        With what the checkpoint takes and gives, and what can be done.
    """
    config = checkpoint.config
    if config.input_dim != config.output_dim:
        raise StudioError(
            f"{title} takes {titled(config.input_dim)} and gives {titled(config.output_dim or 0)}; this page "
            "compares what a checkpoint gives with what it takes. The Doctor tab can examine it all the same."
        )


def check_fits(clip: SourceClip, checkpoint: Checkpoint, title: str) -> None:
    """Refuse a clip whose features the checkpoint does not take.

    Raises
    ------
    StudioError
        With both widths.
    """
    check_shown(checkpoint, title)
    if clip.width != checkpoint.config.input_dim:
        raise StudioError(
            f"{clip.title} has {titled(clip.width)}; {title} takes {titled(checkpoint.config.input_dim)}, "
            "and no conversion between the two exists. Choose a clip and a checkpoint that fit."
        )
