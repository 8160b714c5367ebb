"""A CSV of tokens as text: read once, its rows not yet taken apart."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rvqvae.tokens.csv_format import EXPECTED, ID, csv_lines, is_layer, shown
from rvqvae.tokens.editing import words_of
from rvqvae.tokens.packing import Texts
from rvqvae.tokens.table import TokenFileError, check_rows

_BOM = "\ufeff"


@dataclass(frozen=True)
class CsvText:
    """What a CSV holds, not yet taken apart.

    Attributes
    ----------
    bom : the mark that it begins with, or ""
    head : text of the header, and of empty lines below it
    header : names of the columns
    ids, words : of each row
    numbers : (rows,) int64 array, as a spreadsheet numbers them
    fields : (rows,) int64 array, how many each row has
    texts : of each row, with the empty lines below it
    """

    bom: str
    head: str
    header: list[str]
    ids: Texts
    words: Texts
    numbers: np.ndarray
    fields: np.ndarray
    texts: Texts


def read_csv_text(path: Path) -> CsvText:
    """Read a CSV once, from its beginning to its end.

    Raises
    ------
    TokenFileError
        If it has no column of a token table, or is no CSV.
    """
    with open(path, "rb") as file:
        bom = _BOM if file.read(3) == _BOM.encode() else ""
    ids: list[str] = []
    words: list[str] = []
    numbers: list[int] = []
    counts: list[int] = []
    texts: list[str] = []
    with csv_lines(path) as (header, head, records):
        if ID not in header and not any(map(is_layer, header)):
            raise TokenFileError(path, f"found the columns {shown(header)}; {EXPECTED}")
        parts = [head]  # of what is read last: empty lines stay with the row above them
        for number, values, text in records:
            if not values:
                parts.append(text)
                continue
            check_rows(path, len(ids) + 1)
            texts.append("".join(parts))
            parts = [text]
            fields = dict(zip(header, values, strict=False))
            ids.append(fields.get(ID, ""))
            words.append(words_of(fields))
            numbers.append(number)
            counts.append(len(values))
        texts.append("".join(parts))
    return CsvText(
        bom,
        texts[0],
        header,
        Texts.of(ids),
        Texts.of(words),
        np.array(numbers, np.int64),
        np.array(counts, np.int64),
        Texts.of(texts[1:]),
    )
