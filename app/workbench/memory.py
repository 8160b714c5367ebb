"""What workbenches that were left keep: edits always, and what can be computed again while there is room."""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
import torch

from app.workbench.decoding import Decoding
from app.workbench.encoded_clip import EncodedClip
from app.workbench.workbench import Workbench

MOST_BYTES = 64 << 20  # of one visitor
EDIT_BYTES = 600  # of a version and its edit beside the tokens, as Python keeps them

Key = TypeVar("Key", bound=Hashable)


def let_go(left: dict[Key, Workbench], most_bytes: int = MOST_BYTES) -> None:
    """Forget what can be computed again, of those that were left the longest ago, until the rest fits."""
    sizes = {key: computed_bytes(bench) for key, bench in left.items()}
    total = sum(sizes.values())
    for key, size in sizes.items():
        if total <= most_bytes:
            return
        left[key] = without_computed(left[key])
        total -= size


def computed_bytes(bench: Workbench) -> int:
    """What a workbench holds that it could compute again; what visitors share does not count."""
    decodings = [bench.decoding, bench.left, bench.pinned.decoding if bench.pinned else None]
    holders = [*decodings, *([] if _is_shared(bench) else [bench.encoded])]
    arrays = {id(array): array.nbytes for one in holders if one is not None for array in _computed(one)}
    return sum(arrays.values())


def undo_bytes(benches: Iterable[Workbench]) -> int:
    """What undo and redo lead back to."""
    tokens: dict[int, int] = {}
    seen: set[int] = set()
    for bench in benches:
        for last in (*bench.past, bench.version, *bench.future):
            for version in last.line():
                if id(version) in seen:
                    break
                seen.add(id(version))
                tokens[id(version.tokens)] = version.tokens.nbytes
    return sum(tokens.values()) + EDIT_BYTES * len(seen)


def without_computed(bench: Workbench) -> Workbench:
    """The same work, of which nothing is computed."""
    encoded = bench.encoded if _is_shared(bench) else replace(bench.encoded)
    pinned = bench.pinned
    if pinned is not None:
        pinned = replace(pinned, decoding=_uncomputed(pinned.decoding, encoded))
    decoding = _uncomputed(bench.decoding, encoded)
    return replace(bench, encoded=encoded, decoding=decoding, left=None, pinned=pinned)


def _uncomputed(decoding: Decoding, encoded: EncodedClip) -> Decoding:
    return Decoding(encoded, decoding.tokens, decoding.layers, decoding.off)


def _is_shared(bench: Workbench) -> bool:
    return bench.encoded.recorded and not bench.encoded.clip.own


def _computed(holder: EncodedClip | Decoding) -> Iterator[np.ndarray | torch.Tensor]:
    for name, value in vars(holder).items():
        if name not in ("tokens", "given"):
            yield from _arrays(value)


def _arrays(value: Any) -> Iterator[np.ndarray | torch.Tensor]:
    if isinstance(value, np.ndarray | torch.Tensor):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _arrays(part)
