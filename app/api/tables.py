"""Tables of tokens: read, written back with other tokens in their rows, and checked as a submission."""

import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import gradio as gr
from gradio import FileData

from app.api.arguments import Caller, codes_of
from app.api.endpoint import endpoint
from app.errors import StudioError, in_the_files_name
from app.parsing.tables import check_submission, read_ids
from app.tables import table as tables
from app.values import file_stem
from rvqvae.tokens.files import SUFFIXES

MOST_FINDINGS = 1_000
MOST_ROWS = 10_000  # listed


@endpoint(long=True)
def read_table(request: gr.Request, table: dict) -> dict:
    """Ids of a table's rows and what is wrong with those that cannot be read; {"table", "row"} is a clip
    for the other endpoints, rows counted from 0."""
    caller = Caller.of(request)
    opened = tables.read_table(*caller.uploaded(table))
    rows = [opened.sheet.row(index) for index in range(min(len(opened.sheet), MOST_ROWS))]
    return {
        "rows": len(opened.sheet),
        "ids": [row.id for row in rows],
        "problems": {str(index): row.problem for index, row in enumerate(rows) if row.tokens is None},
    }


@endpoint(long=True)
def save_table(request: gr.Request, table: dict, rows: dict, kind: str = "csv") -> FileData:
    """The table with other tokens (layers x steps) in some rows, as csv, json or npz; all else as it was.

    Parameters
    ----------
    rows : tokens by the row's index from 0, which is a text in JSON: {"0": [[…], …]}
    kind : csv, json or npz
    """
    caller = Caller.of(request)
    opened = tables.read_table(*caller.uploaded(table))
    if f".{kind}" not in SUFFIXES:
        raise StudioError(f"There is no file {kind!r} to save; choose one of csv, json, npz.")
    for index, tokens in rows.items():
        if not str(index).isdecimal():
            raise StudioError(f"{index!r} is no row; rows count from 0.")
        opened.put(int(index), codes_of(tokens))
    folder = Path(tempfile.mkdtemp(prefix="table-", dir=caller.uploads))
    file = folder / f"{file_stem(Path(opened.title).stem)}.{kind}"
    _in_its_name(file, file.name, lambda: opened.sheet.write(file, opened.edited))
    return FileData(path=str(file), orig_name=file.name)


@endpoint(long=True)
def check_tokens(request: gr.Request, table: dict, ids: list | dict | None = None) -> dict:
    """What is wrong or suspicious in a Motion-S submission (.csv), by row (the header is row 1) and
    column.

    Parameters
    ----------
    table : a submission (.csv) that was sent, {"path"}
    ids : those that it must hold, as a list, or as a file of them that was sent, {"path"}; any if null
    """
    caller = Caller.of(request)
    expected = [str(one) for one in ids] if isinstance(ids, list) else None
    if isinstance(ids, dict):
        file, name = caller.uploaded(ids)
        expected = _in_its_name(file, name, lambda: read_ids(file))
    file, name = caller.uploaded(table)
    findings, _ = _in_its_name(file, name, lambda: check_submission(file, expected))
    return {
        "wrong": sum(finding.wrong for finding in findings),
        "suspicious": sum(not finding.wrong for finding in findings),
        "findings": [asdict(finding) for finding in findings[:MOST_FINDINGS]],
    }


def _in_its_name(file: Path, name: str, read: Callable) -> Any:
    """What reading or writing a file gives; a refusal calls it by its own name, not by its place."""
    try:
        return read()
    except StudioError:
        raise
    except ValueError as error:
        raise StudioError(in_the_files_name(error, file, name)) from error
