"""Opening a token table for editing."""

from pathlib import Path

from rvqvae.motion.csv_sheet import CsvSheet
from rvqvae.motion.sheet import Edits, SheetRow, TokenSheet, words_of
from rvqvae.motion.token_table import TokenFileError, TokenTable
from rvqvae.motion.tokens import read_tokens

__all__ = ["ArraySheet", "CsvSheet", "Edits", "SheetRow", "TokenSheet", "read_sheet"]


class ArraySheet(TokenSheet):
    """Rows of our own token files, or of any `TokenTable`."""

    def __init__(self, table: TokenTable):
        self._rows = table.rows
        self.ids = [row.id for row in table.rows]
        self.words = [words_of(row.extra) for row in table.rows]
        self.layers = len(table.rows[0].tokens)
        self.checkpoint, self.fingerprint = table.checkpoint, table.fingerprint

    @property
    def bytes(self) -> int:
        return sum(row.tokens.nbytes for row in self._rows)

    def row(self, index: int) -> SheetRow:
        row = self._rows[index]
        return SheetRow(index + 2, row.id, row.tokens, row.frames, row.extra)

    def index_of(self, number: int) -> int | None:
        return number - 2 if 0 <= number - 2 < len(self) else None


def read_sheet(path: str | Path) -> TokenSheet:
    """Open a `.csv`, `.json` or `.npz` token table.

    Raises
    ------
    TokenFileError
        If it is no token table at all, too large, or holds no rows. A bad row of a CSV is no reason.
    """
    path = Path(path)
    sheet = CsvSheet(path) if path.suffix == ".csv" else ArraySheet(read_tokens(path))
    if not len(sheet):
        raise TokenFileError(f"{path}: holds no rows; expected at least one")
    return sheet
