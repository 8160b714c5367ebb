"""Many texts, and tables of tokens, as a few arrays: for another process, and in little memory."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np

from rvqvae.tokens.table import TokenRow


class Texts(Sequence[str]):
    """Texts as one array of bytes; each is only made when it is asked for.

    Attributes
    ----------
    content : (bytes,) uint8 array, all of them in UTF-8
    ends : (count,) int64 array, where each ends
    """

    def __init__(self, content: np.ndarray, ends: np.ndarray):
        starts = np.concatenate(([0], ends[:-1])) if len(ends) else ends
        last = int(ends[-1]) if len(ends) else 0
        if (
            content.dtype != np.uint8
            or ends.dtype != np.int64
            or last != len(content)
            or (ends < starts).any()
        ):
            raise ValueError("the texts' ends do not fit their content")
        self.content, self.ends = content, ends

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Texts":
        """Pack texts."""
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
        content = np.frombuffer(b"".join(encoded), np.uint8)
        return cls(content, np.cumsum([len(one) for one in encoded], dtype=np.int64))

    def __len__(self) -> int:
        return len(self.ends)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        at = range(len(self))[index]
        start = int(self.ends[at - 1]) if at else 0
        return self.content[start : int(self.ends[at])].tobytes().decode("utf-8", "replace")

    @property
    def bytes(self) -> int:
        """What they take in memory."""
        return self.content.nbytes + self.ends.nbytes


@dataclass(frozen=True, eq=False)
class PackedRows(Sequence[TokenRow]):
    """Rows as a few arrays; each is only made when it is asked for.

    Attributes
    ----------
    ids : of each row
    extra : of each row the other columns, as JSON
    tokens : (all codes,) int32 array, row after row
    shapes : (rows, 2) int64 array, layers and steps of each
    frames : (rows,) int64 array, 0 where they are not known
    """

    ids: Texts
    extra: Texts
    tokens: np.ndarray
    shapes: np.ndarray
    frames: np.ndarray

    def __post_init__(self) -> None:
        sizes = self.shapes.prod(axis=1)
        fits = len(self.ids) == len(self.extra) == len(self.frames) == len(self.shapes)
        if not fits or (self.shapes < 1).any() or sizes.sum() != len(self.tokens):
            raise ValueError("the rows' arrays do not fit each other")
        object.__setattr__(self, "_ends", np.cumsum(sizes))

    @classmethod
    def of(cls, rows: Sequence[TokenRow]) -> "PackedRows":
        """Pack rows."""
        return cls(
            Texts.of(row.id for row in rows),
            Texts.of(json.dumps(row.extra) for row in rows),
            np.concatenate([row.tokens.astype(np.int32).reshape(-1) for row in rows]),
            np.array([row.tokens.shape for row in rows], np.int64),
            np.array([row.frames or 0 for row in rows], np.int64),
        )

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, index: int) -> TokenRow: ...
    @overload
    def __getitem__(self, index: slice) -> list[TokenRow]: ...
    def __getitem__(self, index: int | slice) -> TokenRow | list[TokenRow]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        at = range(len(self))[index]
        shape, end = self.shapes[at], int(self._ends[at])  # type: ignore[attr-defined]
        codes = self.tokens[end - int(shape.prod()) : end].astype(np.int64)
        extra = {str(key): str(value) for key, value in json.loads(self.extra[at]).items()}
        return TokenRow(self.ids[at], codes.reshape(shape), int(self.frames[at]) or None, extra)

    @property
    def bytes(self) -> int:
        """What they take in memory."""
        return (
            self.ids.bytes + self.extra.bytes + self.tokens.nbytes + self.shapes.nbytes + self.frames.nbytes
        )
