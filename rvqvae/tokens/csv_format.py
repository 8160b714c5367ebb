"""Token tables as CSV, with Motion-S's columns.

The columns are `id, base_tokens, residual_1 … residual_{Q-1}` and any others, such as `sentence` and `gloss`,
which are kept; tokens are separated by spaces and -1 is a dropped token.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from rvqvae.tokens.table import MAX_CODE, TokenFileError, TokenRow, TokenTable, check_rows, check_size

MAX_HEADER = 65_536
MAX_FIELD = 4 << 20  # a day of motion has a tenth of that
ID, BASE, RESIDUAL = "id", "base_tokens", "residual_"
_WHOLE = re.compile("-?[0-9]{1,15}")
EXPECTED = f"expected the columns {ID}, {BASE}, {RESIDUAL}1 …"


def layer_columns(layers: int) -> list[str]:
    """Names of the token columns of Q layers."""
    return [BASE, *(f"{RESIDUAL}{v}" for v in range(1, layers))]


def is_layer(name: str) -> bool:
    """Whether a column is named as one of tokens."""
    return name == BASE or name.startswith(RESIDUAL)


def read_csv(path: Path) -> TokenTable:
    """Read a CSV; `TokenFileError` names row and column of what is wrong."""
    with csv_records(path) as (header, records):
        layers = sum(map(is_layer, header))
        missing = {ID, *layer_columns(max(layers, 1))} - set(header)
        if missing or len(set(header)) < len(header):
            raise TokenFileError(path, f"found the columns {shown(header)}; {EXPECTED}, each once")
        rows = []
        for number, values in records:
            check_rows(path, number - 1)
            if len(values) != len(header):
                raise TokenFileError(
                    path, f"row {number} has {len(values)} fields; expected {len(header)} as in the header"
                )
            fields = dict(zip(header, values, strict=True))
            row_id = fields.pop(ID)
            tokens = [_codes(path, number, name, fields.pop(name)) for name in layer_columns(layers)]
            for name, codes in zip(layer_columns(layers), tokens, strict=True):
                if len(codes) != len(tokens[0]) or len(codes) == 0:
                    raise TokenFileError(
                        path,
                        f"row {number}, column {name}: found {len(codes)} tokens; expected "
                        f"{len(tokens[0]) or 'at least 1'}, the same in every layer",
                    )
            rows.append(TokenRow(row_id, np.stack(tokens), None, fields))
    return TokenTable(rows)


def write_csv(path: Path, table: TokenTable) -> None:
    """Write a CSV; all rows need as many layers."""
    layers = {len(row.tokens) for row in table.rows}
    if len(layers) > 1:
        raise TokenFileError(
            "token table", f"rows have {sorted(layers)} layers; a CSV needs the same number in each"
        )
    columns = layer_columns(layers.pop() if layers else 1)
    extra = list(dict.fromkeys(name for row in table.rows for name in row.extra))
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([ID, *columns, *extra])
        for row in table.rows:
            codes = (" ".join(map(str, layer.tolist())) for layer in row.tokens)
            writer.writerow([row.id, *codes, *(row.extra.get(name, "") for name in extra)])


def shown(header: Sequence[str]) -> str:
    """The beginning of a header for a sentence, on one line."""
    return " ".join(", ".join(header[:12]).split())[:200] or "nothing"


@contextmanager
def csv_records(path: Path) -> Iterator[tuple[list[str], Iterator[tuple[int, list[str]]]]]:
    """Header and rows of a CSV, rows numbered as a spreadsheet shows them: the header is row 1.

    Raises
    ------
    TokenFileError
        If it is no text, its header is too long, or the csv module cannot read it.
    """
    with csv_lines(path) as (header, _, records):
        yield header, ((row, values) for row, values, _ in records if values)


@contextmanager
def csv_lines(path: Path) -> Iterator[tuple[list[str], str, Iterator[tuple[int, list[str], str]]]]:
    """The same, each with the text it was read from; empty lines come as rows without values.

    Yields
    ------
    header, its text, and an iterator of (number, values, text)
    """
    check_size(path)
    try:
        with open(path, encoding="utf-8-sig", newline="") as file, long_fields():
            if len(file.readline(MAX_HEADER)) == MAX_HEADER:
                raise TokenFileError(
                    path, f"its first line is longer than {MAX_HEADER} characters; {EXPECTED}"
                )
            file.seek(0)
            taken: list[str] = []
            reader = csv.reader(_noting(file, taken))
            header = [name.strip() for name in next(reader, [])]
            yield header, _drain(taken), ((n, v, _drain(taken)) for n, v in enumerate(reader, start=2))
    except UnicodeDecodeError:
        raise TokenFileError(path, f"not a text file in UTF-8; {EXPECTED}") from None
    except csv.Error as error:
        raise TokenFileError(path, f"not a CSV file ({error}); {EXPECTED}") from None


def _noting(lines: Iterable[str], taken: list[str]) -> Iterator[str]:
    for line in lines:
        taken.append(line)
        yield line


def _drain(taken: list[str]) -> str:
    text = "".join(taken)
    taken.clear()
    return text


def parse_codes(text: str) -> np.ndarray:
    """Whole numbers (n,) separated by spaces.

    Raises
    ------
    ValueError
        Naming the first word that is none.
    """
    words = text.split()
    bad = next((word for word in words if not _WHOLE.fullmatch(word)), None)
    if bad is not None:
        raise ValueError(f"found {bad[:40]!r}; expected whole numbers separated by spaces")
    codes = np.array(words, dtype=np.int64)
    if len(codes) and (codes.min() < -1 or codes.max() > MAX_CODE):
        bad = codes[(codes < -1) | (codes > MAX_CODE)][0]
        raise ValueError(f"found {bad}; expected codes from 0, or -1 for a dropped token")
    return codes


def _codes(path: Path, number: int, column: str, text: str) -> np.ndarray:
    try:
        return parse_codes(text)
    except ValueError as error:
        raise TokenFileError(path, f"row {number}, column {column}: {error}") from None


@contextmanager
def long_fields() -> Iterator[None]:
    """The csv module refuses fields that a clip of a few hours needs; its limit is one for the process."""
    before = csv.field_size_limit(MAX_FIELD)
    try:
        yield
    finally:
        csv.field_size_limit(before)
