"""Strangers' states, workspaces and descriptions of skeletons, read in a process of their own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from app import limits
from app.errors import StudioError
from app.parsing import pool
from app.parsing.kinds import UNREADABLE
from app.parsing.tables import sheet_of
from rvqvae.tokens import TokenSheet

MOST_TEXT = limits.LINK_MB * limits.MB  # characters of a state beside its arrays
MOST_WORKSPACE = 4 * MOST_TEXT  # of a workspace beside clips and tables


@dataclass(frozen=True)
class Saved:
    """A state, or a description of a skeleton.

    Attributes
    ----------
    text : its JSON without arrays
    arrays : by the part that they belong to
    describes : whether it is a description
    """

    text: str
    arrays: dict[str, np.ndarray]
    describes: bool


@dataclass(frozen=True)
class SavedTable:
    """A table of a workspace.

    Attributes
    ----------
    edited : tokens of the rows that differ from the sheet's
    """

    sheet: TokenSheet
    edited: dict[int, np.ndarray]


@dataclass(frozen=True)
class SavedWorkspace:
    """A workspace.

    Attributes
    ----------
    text : its JSON without what follows
    clips : features, (values,) each, in the order of the clips
    states : arrays of each state, by the part that they belong to
    tables : in their order
    """

    text: str
    clips: list[np.ndarray]
    states: list[dict[str, np.ndarray]]
    tables: list[SavedTable]


def read_saved(path: str | Path, most_bytes: int) -> Saved:
    """A state or a description.

    Parameters
    ----------
    most_bytes : that an array may unpack to
    """
    found = pool.run("saved", {"path": str(path), "most_bytes": most_bytes, "most_text": MOST_TEXT})
    return Saved(_text(found["text"]), dict(found["arrays"]), bool(found["describes"]))


def read_workspace(path: str | Path, most_bytes: int) -> SavedWorkspace:
    """A workspace; see `read_saved`.

    Raises
    ------
    StudioError
        If it is none, or takes too much to read.
    """
    values = {"path": str(path), "most_bytes": most_bytes, "most_text": MOST_WORKSPACE}
    found = pool.run("workspace", values, written=most_bytes)  # a table is read from a file
    try:
        tables = [_table(table) for table in found["tables"]]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise StudioError(UNREADABLE) from None
    return SavedWorkspace(_text(found["text"]), list(found["clips"]), list(found["states"]), tables)


def _text(content: np.ndarray) -> str:
    return content.tobytes().decode(errors="replace")


def _table(found: dict[str, Any]) -> SavedTable:
    sheet, rows, shapes = sheet_of(found["sheet"]), found["rows"], found["shapes"]
    sizes = shapes.prod(axis=1)
    if (shapes < 1).any() or not ((rows >= 0) & (rows < len(sheet))).all():
        raise ValueError("no rows of this table")
    pieces = np.split(found["tokens"], np.cumsum(sizes)[:-1]) if len(sizes) else []
    every = zip(rows.tolist(), pieces, shapes.tolist(), strict=True)
    return SavedTable(sheet, {row: piece.reshape(shape) for row, piece, shape in every})
