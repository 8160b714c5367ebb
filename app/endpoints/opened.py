"""Checkpoints that programs opened, each for the caller that did."""

from collections import OrderedDict
from threading import Lock

from app.own_checkpoints import OwnCheckpoint, Shelf
from app.take import StudioError

MOST = 4  # of all callers together: pages must find room too


class Opened:
    """The latest of them; the one that was used the longest ago makes room for a new one."""

    def __init__(self):
        self._kept: OrderedDict[tuple[str, str], OwnCheckpoint] = OrderedDict()
        self._lock = Lock()

    def of(self, caller: str) -> dict[str, OwnCheckpoint]:
        """A caller's checkpoints by key."""
        with self._lock:
            return {key: own for (owner, key), own in self._kept.items() if owner == caller}

    def used(self, caller: str, key: str) -> None:
        """Note that a caller's checkpoint is in use."""
        with self._lock:
            if (caller, key) in self._kept:
                self._kept.move_to_end((caller, key))

    def keep(self, caller: str, own: OwnCheckpoint) -> None:
        """Keep a checkpoint for its caller.

        Raises
        ------
        StudioError
            If it could not be loaded, there is no room, or the caller cannot be told from others.
        """
        if not caller:
            raise StudioError("Checkpoints are kept by session_hash; send one, as gradio_client does.")
        if own.checkpoint is None:
            raise StudioError(own.refusal)
        with self._lock:
            self._kept.pop((caller, own.key), None)
            while len(self._kept) >= MOST:
                self._kept.popitem(last=False)
            Shelf().keep(own)  # counts it among the checkpoints in memory
            self._kept[caller, own.key] = own

    def forget(self, caller: str, key: str) -> None:
        """Put a caller's checkpoint away."""
        with self._lock:
            if self._kept.pop((caller, key), None) is None:
                raise StudioError("That checkpoint is none of yours, or is put away already.")
