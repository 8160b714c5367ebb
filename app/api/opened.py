"""Checkpoints that programs opened, each for the caller that did."""

import secrets
from collections import OrderedDict
from threading import Lock

from app.catalog.entry import CheckpointEntry
from app.catalog.keys import is_own
from app.catalog.own_checkpoints import OwnCheckpoints
from app.errors import StudioError

MOST = 4  # of all callers together: pages must find room too
BEFORE_SECRET = "."  # in no key of a visitor's own


class Opened:
    """The latest of them; the one that was used the longest ago makes room for a new one.

    Callers with a name of their own find theirs by key. Others, as agents are, get a name that nobody can
    guess with the key of each checkpoint that they open: whoever has it may use the checkpoint.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], CheckpointEntry] = OrderedDict()
        self._lock = Lock()

    def of(self, caller: str) -> dict[str, CheckpointEntry]:
        """A named caller's checkpoints by key."""
        with self._lock:
            return {key: own for (owner, key), own in self._kept.items() if owner == caller}

    def find(self, caller: str, name: str) -> CheckpointEntry:
        """The checkpoint that `keep` gave this name, noted as in use.

        Raises
        ------
        StudioError
            If it is not open, or not the caller's.
        """
        place = _owner_and_key(caller, name)
        with self._lock:
            if place not in self._kept:
                raise StudioError(
                    f"The checkpoint {place[1]!r} is not open for you any more; open it again with "
                    "open_checkpoint, and name it as that answers."
                )
            self._kept.move_to_end(place)
            return self._kept[place]

    def keep(self, caller: str, own: CheckpointEntry) -> str:
        """Keep a checkpoint for its caller; returns what names it in other calls.

        Raises
        ------
        StudioError
            If it could not be loaded, or there is no room.
        """
        if own.checkpoint is None:
            raise StudioError(own.refusal)
        owner = caller or secrets.token_hex(16)
        with self._lock:
            self._kept.pop((owner, own.key), None)
            while len(self._kept) >= MOST:
                self._kept.popitem(last=False)
            OwnCheckpoints().keep(own)  # counts it among the checkpoints in memory
            self._kept[owner, own.key] = own
        return own.key if caller else f"{own.key}{BEFORE_SECRET}{owner}"

    def forget(self, caller: str, name: str) -> None:
        """Put a caller's checkpoint away."""
        with self._lock:
            if self._kept.pop(_owner_and_key(caller, name), None) is None:
                raise StudioError("That checkpoint is none of yours, or is put away already.")


def _owner_and_key(caller: str, name: str) -> tuple[str, str]:
    key, dot, secret = name.partition(BEFORE_SECRET)
    return (secret, key) if dot and is_own(key) else (caller, name)
