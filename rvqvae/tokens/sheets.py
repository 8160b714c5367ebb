"""The kinds of token tables that can be edited, and opening one.

Of a CSV, what no edit has touched is written back byte for byte.
"""

import csv
import io
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from rvqvae.atomic import in_one_stroke
from rvqvae.tokens.csv_format import EXPECTED, ID, is_layer, layer_columns, long_fields, parse_codes
from rvqvae.tokens.csv_text import CsvText, read_csv_text
from rvqvae.tokens.editing import Edits, SheetRow, TokenSheet, words_of
from rvqvae.tokens.files import check_suffix, read_tokens
from rvqvae.tokens.packing import PackedRows
from rvqvae.tokens.table import TokenFileError, TokenRow, TokenTable

MAX_ROW = 4 << 20  # characters of a row that is taken apart: a day of motion has a tenth of that


def read_sheet(path: str | Path) -> TokenSheet:
    """Open a `.csv`, `.json` or `.npz` token table.

    Raises
    ------
    TokenFileError
        If it is no token table at all, too large, or holds no rows. A bad row of a CSV is no reason.
    """
    path = Path(path)
    sheet = CsvSheet(read_csv_text(path)) if path.suffix == ".csv" else ArraySheet(read_tokens(path))
    if not len(sheet):
        raise TokenFileError(path, "holds no rows; expected at least one")
    return sheet


class ArraySheet(TokenSheet):
    """Rows of our own token files, or of any `TokenTable`."""

    def __init__(
        self, table: TokenTable, ids: Sequence[str] | None = None, words: Sequence[str] | None = None
    ):
        self._rows = table.rows
        self.ids = [row.id for row in table.rows] if ids is None else ids
        self.words = [words_of(row.extra) for row in table.rows] if words is None else words
        self.layers = len(table.rows[0].tokens)
        self.checkpoint, self.fingerprint = table.checkpoint, table.fingerprint

    @property
    def rows(self) -> Sequence[TokenRow]:
        """The table's rows."""
        return self._rows

    @property
    def bytes(self) -> int:
        if isinstance(self._rows, PackedRows):
            return self._rows.bytes
        return sum(row.tokens.nbytes for row in self._rows)

    def row(self, index: int) -> SheetRow:
        row = self._rows[index]
        return SheetRow(index + 2, row.id, row.tokens, row.frames, row.extra)

    def index_of(self, number: int) -> int | None:
        return number - 2 if 0 <= number - 2 < len(self) else None


class CsvSheet(TokenSheet):
    """Rows of a CSV, as text; a row's tokens are only read when it is asked for."""

    def __init__(self, text: CsvText):
        self.text = text
        self._header, self._head, self._bom, self._texts = text.header, text.head, text.bom, text.texts
        self._columns = layer_columns(max(len({name for name in text.header if is_layer(name)}), 1))
        self.layers = len(self._columns)
        self.problem = self._wrong_columns()
        self.ids, self.words = text.ids, text.words

    @property
    def bytes(self) -> int:
        return sum(texts.bytes for texts in (self.text.texts, self.text.ids, self.text.words))

    def row(self, index: int) -> SheetRow:
        number, header = int(self.text.numbers[index]), self._header
        text, count = self._texts[index], int(self.text.fields[index])
        problem, column = self.problem, None
        layers: list[np.ndarray] = []
        if not problem and count != len(header):
            problem = f"has {count} fields; expected {len(header)} as in the header"
        if not problem and len(text) > MAX_ROW:
            problem = f"has {len(text)} characters; at most {MAX_ROW} are read"
        apart = count == len(header) and len(text) <= MAX_ROW
        fields = dict(zip(header, _values(text), strict=False)) if apart else {}
        if not problem:
            layers, problem, column = self._layers(fields)
        kept = {name: value for name, value in fields.items() if name not in (ID, *self._columns)}
        tokens = None if problem else np.stack(layers)
        return SheetRow(number, self.ids[index], tokens, None, kept, problem, column)

    def index_of(self, number: int) -> int | None:
        at = int(np.searchsorted(self.text.numbers, number))
        return at if at < len(self) and self.text.numbers[at] == number else None

    def write(
        self, path: str | Path, edits: Edits, progress: Callable[[int], None] = lambda rows: None
    ) -> None:
        path = Path(path)
        check_suffix(path)
        if path.suffix != ".csv":
            super().write(path, edits, progress)
            return
        in_one_stroke(path, lambda part: self._write_csv(part, edits, progress))

    def _write_csv(self, path: Path, edits: Edits, progress: Callable[[int], None]) -> None:
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(self._bom + self._head)
            for index, text in enumerate(self._texts):
                progress(index)
                file.write(self._edited(index, edits[index]) if index in edits else text)

    def _wrong_columns(self) -> str:
        counts = Counter(self._header)
        missing = [name for name in (ID, *self._columns) if name not in counts]
        twice = [name for name, count in counts.items() if count > 1]
        if missing:
            return f"the table has no column {missing[0]}; {EXPECTED}"
        return f"the table has the column {twice[0][:80]!r} more than once" if twice else ""

    def _layers(self, fields: dict[str, str]) -> tuple[list[np.ndarray], str, str | None]:
        layers: list[np.ndarray] = []
        for name in self._columns:
            try:
                layers.append(parse_codes(fields[name]))
            except ValueError as error:
                return [], str(error), name
            found, first = len(layers[-1]), len(layers[0])
            if found != first or not found:
                expected = f"{first or 'at least 1'}, the same in every layer"
                return [], f"found {found} tokens; expected {expected}", name
        return layers, "", None

    def _edited(self, index: int, tokens: np.ndarray) -> str:
        """A row's text with other tokens; layers that stay the same keep their very characters."""
        text, before = self._texts[index], self.row(index).tokens
        spans = _field_spans(text)
        for layer in reversed(np.argsort([self._header.index(name) for name in self._columns])):
            if before is not None and np.array_equal(tokens[layer], before[layer]):
                continue
            first, stop = spans[self._header.index(self._columns[layer])]
            quote = '"' if text[first:stop].startswith('"') else ""
            codes = " ".join(map(str, tokens[layer].tolist()))
            text = f"{text[:first]}{quote}{codes}{quote}{text[stop:]}"
        return text


def _values(text: str) -> list[str]:
    with long_fields():
        return next(csv.reader(io.StringIO(text, newline="")))


def _field_spans(text: str) -> list[tuple[int, int]]:
    """Where each field of a CSV row begins and stops, quotes included, as the csv module reads it."""
    spans, first, quoted, closed = [], 0, False, -1
    for at, char in enumerate(text):
        if char == '"' and (quoted or at == first or at == closed + 1):
            closed = at if quoted else -1  # a doubled quote closes and opens again
            quoted = not quoted
        elif not quoted and char in ",\r\n":
            spans.append((first, at))
            first = at + 1
            if char != ",":
                return spans
    return [*spans, (first, len(text))]
