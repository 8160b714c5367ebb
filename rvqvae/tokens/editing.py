"""A token table opened for editing, as it is: what every kind of file can do.

`read_tokens` refuses a table for its first bad token. Here each row says for itself what is wrong with it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from rvqvae.tokens.files import write_tokens
from rvqvae.tokens.table import TokenFileError, TokenRow, TokenTable

WORDS = ("sentence", "gloss")

# Tokens (Q, n) of the rows that were edited, by the row's index.
Edits = Mapping[int, np.ndarray]


@dataclass(frozen=True)
class SheetRow:
    """One row as far as it can be read.

    Attributes
    ----------
    number : as a spreadsheet numbers it; the header is row 1
    tokens : (Q, n) int64 array, or None where they cannot be read
    frames : int or None, of the clip that they were made from
    extra : dict, the other columns
    problem : why there are no tokens; empty if there are
    column : str or None, the column to blame
    """

    number: int
    id: str
    tokens: np.ndarray | None
    frames: int | None = None
    extra: dict[str, str] = field(default_factory=dict)
    problem: str = ""
    column: str | None = None


class TokenSheet:
    """What every sheet can do; made by `read_sheet`.

    Attributes
    ----------
    ids : the id of each row
    words : what each row says in words, its sentence and gloss
    layers : residual layers of its columns, or of its first row
    problem : what is wrong with its columns; empty if nothing is
    checkpoint, fingerprint : str or None, what made the tokens
    """

    ids: Sequence[str]
    words: Sequence[str]
    layers: int
    problem: str = ""
    checkpoint: str | None = None
    fingerprint: str | None = None

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def bytes(self) -> int:
        """About what it takes in memory."""
        raise NotImplementedError

    def row(self, index: int) -> SheetRow:
        """The row of this index, counted from 0."""
        raise NotImplementedError

    def index_of(self, number: int) -> int | None:
        """The row that a spreadsheet calls by this number."""
        raise NotImplementedError

    def table(self, edits: Edits, progress: Callable[[int], None] = lambda rows: None) -> TokenTable:
        """All rows with the edits.

        Raises
        ------
        TokenFileError
            Naming the first row that cannot be read.
        """
        rows = []
        for index in range(len(self)):
            progress(index)
            row = self.row(index)
            if row.tokens is None:
                place = f"row {row.number}" + (f", column {row.column}" if row.column else "")
                raise TokenFileError(place, row.problem)
            rows.append(TokenRow(row.id, edits.get(index, row.tokens), row.frames, row.extra))
        return TokenTable(rows, self.checkpoint, self.fingerprint)

    def write(
        self, path: str | Path, edits: Edits, progress: Callable[[int], None] = lambda rows: None
    ) -> None:
        """Write the sheet with the edits, in the format of the path's suffix.

        Raises
        ------
        TokenFileError
            If the suffix is none of `.csv`, `.json` and `.npz`, or a row does not fit into that format.
        """
        write_tokens(path, self.table(edits, progress))


def words_of(fields: Mapping[str, str]) -> str:
    """What a row says in words, for a person to find it by."""
    return " · ".join(fields[name] for name in WORDS if fields.get(name, "").strip())
