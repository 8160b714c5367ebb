"""Strangers' tables of tokens and lists of ids, read in a process of their own."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from app import limits
from app.errors import StudioError
from app.parsing import pool
from rvqvae.tokens import ArraySheet, CsvSheet, Finding, TokenSheet, TokenTable
from rvqvae.tokens.csv_text import CsvText
from rvqvae.tokens.packing import PackedRows, Texts
from rvqvae.tokens.table import MAX_ROWS


def read_sheet(path: str | Path) -> TokenSheet:
    """A table of tokens, opened for editing.

    Raises
    ------
    TokenFileError
        As `rvqvae.tokens.read_sheet`.
    StudioError
        If the file takes too much to read.
    """
    return sheet_of(pool.run("sheet", {"path": str(path)}))


def sheet_of(found: dict[str, Any]) -> TokenSheet:
    """A table that came from another process.

    Raises
    ------
    StudioError
        If it is none.
    """
    try:
        return _csv(found) if found["kind"] == "csv" else _arrays(found)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise StudioError("What was read of this file is no table of tokens.") from None


def holds_table(path: str | Path) -> bool:
    """Whether a `.csv` or `.npz` file is a table of tokens, and no motion."""
    return bool(pool.run("holds_table", {"path": str(path)}))


def read_ids(path: str | Path) -> list[str]:
    """The ids that a submission must hold; as `rvqvae.tokens.read_ids`."""
    return list(texts_of(pool.run("ids", {"path": str(path)})))


def check_submission(
    path: str | Path,
    expected: Sequence[str] | None = None,
    *,
    rows: int = 0,
    progress: Callable[..., None] | None = None,
) -> tuple[list[Finding], int]:
    """What is wrong with a submission: the first findings, and how many there are.

    Parameters
    ----------
    rows : of the file, as far as is known
    progress : called from time to time with the share done; what it raises ends the check
    """
    texts = None if expected is None else Texts.of(expected)
    wanted = None if texts is None else {"content": texts.content, "ends": texts.ends}
    found = pool.run(
        "submission",
        {"path": str(path), "rows": rows, "expected": wanted},
        seconds=limits.CHECK_SECONDS,
        progress=progress,
        in_background=True,
    )
    return [Finding(**json.loads(one)) for one in texts_of(found["findings"])], int(found["count"])


def texts_of(values: dict[str, Any]) -> Texts:
    """Texts that came from another process."""
    return Texts(values["content"], values["ends"])


def _csv(found: dict[str, Any]) -> CsvSheet:
    ids, words, texts, head = (texts_of(found[name]) for name in ("ids", "words", "texts", "head"))
    numbers, fields = found["numbers"], found["fields"]
    counts = {len(ids), len(words), len(texts), len(numbers), len(fields)}
    whole = numbers.dtype == fields.dtype == np.int64 and (np.diff(numbers) > 0).all()
    header = [str(name) for name in found["header"]]
    if len(counts) > 1 or not whole or not 0 < len(ids) <= MAX_ROWS or len(head) != 1:
        raise ValueError("its columns do not fit each other")
    bom = "\ufeff" if found["bom"] else ""
    return CsvSheet(CsvText(bom, head[0], header, ids, words, numbers, fields, texts))


def _arrays(found: dict[str, Any]) -> ArraySheet:
    arrays = (found["tokens"], found["shapes"], found["frames"])
    if [array.dtype.str for array in arrays] != ["<i4", "<i8", "<i8"]:
        raise ValueError("not whole numbers")
    rows = PackedRows(texts_of(found["ids"]), texts_of(found["extra"]), *arrays)
    words = texts_of(found["words"])
    if not len(rows) == len(words) <= MAX_ROWS or not len(rows) or (rows.tokens < -1).any():
        raise ValueError("its columns do not fit each other")
    made_by = [None if one is None else str(one)[:200] for one in found["made_by"]]
    return ArraySheet(TokenTable(rows, *made_by), rows.ids, words)
