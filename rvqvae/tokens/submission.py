"""Checking a Motion-S submission: a CSV of tokens, one row a clip."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rvqvae.tokens.csv_format import ID, csv_records, layer_columns, parse_codes
from rvqvae.tokens.table import TokenFileError, check_rows, check_size

LAYERS, CODES, LEAST, MOST = 6, 512, 40, 800
REPEATED_SHARE, REPEATED_RUN = 0.5, 20


@dataclass(frozen=True)
class Finding:
    """Something wrong, or only suspicious, with a submission.

    Attributes
    ----------
    row : int or None, as a spreadsheet numbers it (the header is row 1); None if no one row is to blame
    column : str or None
    problem : str, a sentence without its place
    wrong : bool, False where it may be meant: a suspicious repetition
    token : int or None, the first token of the column that it is about, from 0
    """

    row: int | None
    column: str | None
    problem: str
    wrong: bool = True
    token: int | None = None

    def __str__(self) -> str:
        place = [f"row {self.row}"] * (self.row is not None) + [f"column {self.column}"] * bool(self.column)
        return f"{', '.join(place)}: {self.problem}" if place else self.problem


def check_submission(
    path: str | Path,
    expected_ids: Iterable[str] | None = None,
    *,
    layers: int = LAYERS,
    codes: int = CODES,
    lengths: tuple[int, int] = (LEAST, MOST),
    progress: Callable[[int], None] = lambda rows: None,
) -> list[Finding]:
    """Everything that is wrong with a submission, in the order of its rows; an empty list is a pass.

    Parameters
    ----------
    path : `.csv` file
    expected_ids : ids that must be there, each once, and no others; None accepts any
    layers, codes : residual layers Q and codes K
    lengths : least and greatest number of tokens in a layer of a row
    progress : called with the number of rows looked at; what it raises ends the check

    Raises
    ------
    TokenFileError
        If the file cannot be read as a CSV at all.
    """
    columns = layer_columns(layers)
    with csv_records(Path(path)) as (header, records):
        findings = list(_header_findings(header, columns))
        if any(finding.wrong for finding in findings):
            return findings
        first_rows: dict[str, int] = {}
        same_tokens: dict[bytes, int] = {}
        for number, values in records:
            check_rows(Path(path), number - 1)
            progress(number - 2)
            if len(values) != len(header):
                findings.append(Finding(number, None, f"has {len(values)} fields; expected {len(header)}"))
                continue
            fields = dict(zip(header, values, strict=True))
            findings += _id_findings(number, fields[ID], first_rows)
            parsed, problems = _parse(number, fields, columns)
            findings += problems
            if not problems:
                findings += _token_findings(number, parsed, codes, lengths)
                findings += _copy_findings(number, parsed, same_tokens)
    if not first_rows:
        findings.append(Finding(None, None, "holds no rows; expected at least one"))
    if expected_ids is not None:
        findings += _coverage_findings(first_rows, list(expected_ids))
    return findings


def read_ids(path: Path) -> list[str]:
    """Ids that a submission must hold: one a line, or the column `id` of a `.csv`.

    Raises
    ------
    TokenFileError
        If the file is too large, no text, or a CSV without such a column.
    """
    check_size(path)
    if path.suffix.lower() == ".csv":
        with csv_records(path) as (header, records):
            if ID not in header:
                raise TokenFileError(path, f"found no column {ID}; expected the ids in a column of that name")
            at = header.index(ID)
            return [values[at].strip() for _, values in records if at < len(values) and values[at].strip()]
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise TokenFileError(path, "not a text file in UTF-8; expected one id a line") from None
    return [line.strip() for line in lines if line.strip()]


def _header_findings(header: Sequence[str], columns: Sequence[str]) -> Iterator[Finding]:
    for name in (ID, *columns):
        if name not in header:
            yield Finding(1, name, "this column is missing")
    for name, times in Counter(header).items():
        if times > 1:
            yield Finding(1, name, f"this column occurs {times} times")
    for name in header:
        if name.startswith("residual_") and name not in columns:
            yield Finding(1, name, f"this column is not expected; {len(columns)} layers are")


def _id_findings(number: int, row_id: str, first_rows: dict[str, int]) -> Iterator[Finding]:
    if not row_id.strip():
        yield Finding(number, ID, "is empty")
    first = first_rows.setdefault(row_id, number)
    if first != number:
        yield Finding(number, ID, f"{row_id[:80]!r} occurred in row {first} already")


def _parse(
    number: int, fields: dict[str, str], columns: Sequence[str]
) -> tuple[dict[str, np.ndarray], list[Finding]]:
    parsed, problems = {}, []
    for name in columns:
        try:
            parsed[name] = parse_codes(fields[name])
        except ValueError as error:
            problems.append(Finding(number, name, str(error)))
    return parsed, problems


def _token_findings(
    number: int, parsed: dict[str, np.ndarray], codes: int, lengths: tuple[int, int]
) -> Iterator[Finding]:
    steps = len(next(iter(parsed.values())))
    least, most = lengths
    for index, (name, row) in enumerate(parsed.items()):
        if index == 0 and not least <= steps <= most:
            yield Finding(number, name, f"has {steps} tokens; expected {least} to {most}")
        if len(row) != steps:
            yield Finding(
                number, name, f"has {len(row)} tokens, but the first layer has {steps}; expected as many"
            )
        outside = np.flatnonzero((row < 0) | (row >= codes))
        if len(outside):
            yield Finding(
                number,
                name,
                f"token {outside[0] + 1} is {row[outside[0]]}; expected 0 to {codes - 1}"
                + (f" ({len(outside)} such tokens)" if len(outside) > 1 else ""),
                token=int(outside[0]),
            )
        elif len(row):
            yield from _repetition_findings(number, name, row)


def _repetition_findings(number: int, name: str, row: np.ndarray) -> Iterator[Finding]:
    code, count = Counter(row.tolist()).most_common(1)[0]
    run, start = _longest_run(row)
    if run >= REPEATED_RUN:
        repeats = f"code {row[start]} repeats {run} times from token {start + 1}"
        yield Finding(number, name, repeats, wrong=False, token=start)
    elif len(row) >= REPEATED_RUN and count > REPEATED_SHARE * len(row):
        share, first = f"code {code} is {count} of its {len(row)} tokens", int((row == code).argmax())
        yield Finding(number, name, share, wrong=False, token=first)


def _longest_run(row: np.ndarray) -> tuple[int, int]:
    """Length and start of the longest run of equal codes."""
    starts = np.flatnonzero(np.r_[True, row[1:] != row[:-1]])
    runs = np.diff(np.r_[starts, len(row)])
    longest = int(runs.argmax())
    return int(runs[longest]), int(starts[longest])


def _copy_findings(
    number: int, parsed: dict[str, np.ndarray], same_tokens: dict[bytes, int]
) -> Iterator[Finding]:
    key = hashlib.sha256(b"|".join(row.tobytes() for row in parsed.values())).digest()
    first = same_tokens.setdefault(key, number)
    if first != number:
        yield Finding(number, None, f"has the same tokens as row {first}", wrong=False)


def _coverage_findings(first_rows: dict[str, int], expected: list[str]) -> Iterator[Finding]:
    wanted = set(expected)
    for row_id, number in first_rows.items():
        if row_id not in wanted:
            yield Finding(number, ID, f"{row_id[:80]!r} is not among the expected ids")
    for row_id in expected:
        if row_id not in first_rows:
            yield Finding(None, ID, f"{row_id[:80]!r} is missing")
