"""Pickles of strangers: what they describe, built of tensors' descriptions, numbers, texts and containers.

No class or function that a pickle names is imported or called: `pickled_names` says what stands in its place.
"""

import io
import pickle
import pickletools
from collections.abc import Callable

from rvqvae.checkpoints.containers.pickled_names import RefusedPickleError, Storage, look_up

MAX_BYTES = 4 << 20
MAX_STEPS = 2_000_000
_LARGEST_HASH, _MOST_LONG = (1 << 61) - 2, 64
_REFUSED = {
    "EXT1",
    "EXT2",
    "EXT4",
    "INST",
    "PERSID",
    "BYTEARRAY8",
    "NEXT_BUFFER",
    "READONLY_BUFFER",
}


def unpickle(content: bytes, find_storage: Callable[[tuple[object, ...]], Storage]) -> object:
    """What a pickle describes.

    Parameters
    ----------
    content : the pickle
    find_storage : the storage that a persistent id of `torch.save` names

    Raises
    ------
    RefusedPickleError
        If it is larger than any that is read, or holds anything but tensors and plain values.
    Exception
        Of many kinds, if it is damaged.
    """
    _scan(content)
    return _Unpickler(content, find_storage).load()


def _scan(content: bytes) -> None:
    """Refuse what would take memory or time before anything is built."""
    if len(content) > MAX_BYTES:
        raise RefusedPickleError(f"a list of tensors of {len(content)} bytes; at most {MAX_BYTES} are read")
    long = 0
    for step, (code, argument, _) in enumerate(pickletools.genops(content)):
        if code.name in _REFUSED:
            raise RefusedPickleError(f"pickle's {code.name}, which torch.save does not write")
        if step > MAX_STEPS:
            raise RefusedPickleError(f"a list of tensors of over {MAX_STEPS} steps")
        # Numbers that hash alike, as only such can be made to, turn a dictionary into a list.
        long += isinstance(argument, int) and abs(argument) > _LARGEST_HASH
        if long > _MOST_LONG:
            raise RefusedPickleError("numbers of more than 61 bits")
        # Python's reader makes room for as many objects as the highest number says.
        if code.name.endswith("PUT") and isinstance(argument, int) and argument > step:
            raise RefusedPickleError("a list of tensors that numbers more objects than it holds")


class _Unpickler(pickle.Unpickler):
    def __init__(self, content: bytes, find_storage: Callable[[tuple[object, ...]], Storage]):
        super().__init__(io.BytesIO(content))
        self._find_storage = find_storage

    def persistent_load(self, pid: object) -> Storage:
        if not isinstance(pid, tuple):
            raise RefusedPickleError("a part of the file has no name")
        return self._find_storage(pid)

    def find_class(self, module: str, name: str) -> object:
        return look_up(module, name)
