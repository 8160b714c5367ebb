"""A token CSV opened for editing: what no edit has touched is written back byte for byte."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np

from rvqvae.motion.sheet import Edits, SheetRow, TokenSheet, words_of
from rvqvae.motion.token_csv import (
    BASE,
    EXPECTED,
    ID,
    RESIDUAL,
    csv_lines,
    layer_columns,
    long_fields,
    parse_codes,
    shown,
)
from rvqvae.motion.token_table import TokenFileError, check_rows
from rvqvae.motion.tokens import check_suffix

_BOM = "\ufeff"


class CsvSheet(TokenSheet):
    """Rows of a CSV, as text; a row's tokens are only read when it is asked for."""

    def __init__(self, path: Path):
        with open(path, "rb") as file:
            self._bom = _BOM if file.read(3) == _BOM.encode() else ""
        with csv_lines(path) as (header, head, records):
            self._header, self._head = header, head
            named = [name for name in header if name == BASE or name.startswith(RESIDUAL)]
            if ID not in header and not named:
                raise TokenFileError(f"{path}: found the columns {shown(header)}; {EXPECTED}")
            self._columns = layer_columns(max(len(set(named)), 1))
            self.layers = len(self._columns)
            self.problem = self._wrong_columns()
            self.ids, self.words, self._numbers = [], [], []
            self._texts: list[str] = []
            for number, values, text in records:
                check_rows(path, len(self.ids) + 1)
                if not values and self._texts:  # an empty line stays with the row above it
                    self._texts[-1] += text
                elif not values:
                    self._head += text
                else:
                    self._add(number, values, text)
        self._at = {number: index for index, number in enumerate(self._numbers)}

    @property
    def bytes(self) -> int:
        return sum(map(len, self._texts))

    def row(self, index: int) -> SheetRow:
        number, header = self._numbers[index], self._header
        values = _values(self._texts[index])
        problem, column, layers = self.problem, None, []
        if not problem and len(values) != len(header):
            problem = f"has {len(values)} fields; expected {len(header)} as in the header"
        fields = dict(zip(header, values, strict=False))
        if not problem:
            layers, problem, column = self._layers(fields)
        kept = {name: value for name, value in fields.items() if name not in (ID, *self._columns)}
        tokens = None if problem else np.stack(layers)
        return SheetRow(number, self.ids[index], tokens, None, kept, problem, column)

    def index_of(self, number: int) -> int | None:
        return self._at.get(number)

    def write(
        self, path: str | Path, edits: Edits, progress: Callable[[int], None] = lambda rows: None
    ) -> None:
        path = Path(path)
        check_suffix(path)
        if path.suffix != ".csv":
            super().write(path, edits, progress)
            return
        part = path.with_name(f"{path.stem}.part{path.suffix}")
        with open(part, "w", encoding="utf-8", newline="") as file:
            file.write(self._bom + self._head)
            for index, text in enumerate(self._texts):
                progress(index)
                file.write(self._edited(index, edits[index]) if index in edits else text)
        part.replace(path)

    def _wrong_columns(self) -> str:
        missing = [name for name in (ID, *self._columns) if name not in self._header]
        twice = [name for name in self._header if self._header.count(name) > 1]
        if missing:
            return f"the table has no column {missing[0]}; {EXPECTED}"
        return f"the table has the column {twice[0][:80]!r} more than once" if twice else ""

    def _add(self, number: int, values: list[str], text: str) -> None:
        fields = dict(zip(self._header, values, strict=False))
        self.ids.append(fields.get(ID, ""))
        self.words.append(words_of(fields))
        self._numbers.append(number)
        self._texts.append(text)

    def _layers(self, fields: dict[str, str]) -> tuple[list[np.ndarray], str, str | None]:
        layers = []
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
