"""Tables of tokens: read, written back with other tokens in their rows, and checked as a submission."""

import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import ClassVar

from gradio import FileData

from app.endpoints.arguments import Endpoints, codes_of
from app.exports import file_stem
from app.tables.table import read_table
from app.take import StudioError
from rvqvae.motion.submission import check_submission, read_ids
from rvqvae.motion.tokens import SUFFIXES

MOST_FINDINGS = 1_000
MOST_ROWS = 10_000  # listed


class Tables(Endpoints):
    """Endpoints about tables of tokens."""

    NAMES: ClassVar = ("read_table", "save_table", "check_tokens")
    LONG: ClassVar = NAMES

    def read_table(self, table: dict) -> dict:
        """Ids of a table's rows and what is wrong with those that cannot be read; {"table", "row"} is a clip
        for the other endpoints, rows counted from 0."""
        opened = read_table(*self.uploaded(table))
        rows = [opened.sheet.row(index) for index in range(min(len(opened.sheet), MOST_ROWS))]
        return {
            "rows": len(opened.sheet),
            "ids": [row.id for row in rows],
            "problems": {str(index): row.problem for index, row in enumerate(rows) if row.tokens is None},
        }

    def save_table(self, table: dict, rows: dict, kind: str = "csv") -> FileData:
        """The table with other tokens (layers x steps) in some rows, as csv, json or npz; all else as it was.

        rows holds the tokens by the row's index from 0, which is a text in JSON.
        """
        opened = read_table(*self.uploaded(table))
        if f".{kind}" not in SUFFIXES:
            raise StudioError(f"There is no file {kind!r} to save; choose one of csv, json, npz.")
        for index, tokens in rows.items():
            if not str(index).isdecimal():
                raise StudioError(f"{index!r} is no row; rows count from 0.")
            opened.put(int(index), codes_of(tokens))
        folder = Path(tempfile.mkdtemp(prefix="table-", dir=self.uploads))
        file = folder / f"{file_stem(Path(opened.title).stem)}.{kind}"
        _in_its_name(file, file.name, lambda: opened.sheet.write(file, opened.edited))
        return FileData(path=str(file), orig_name=file.name)

    def check_tokens(self, table: dict, ids: list | dict | None = None) -> dict:
        """What is wrong or suspicious in a Motion-S submission (.csv), by row (the header is row 1) and
        column.

        ids are those that it must hold, as a list, or as a file of them that is sent along.
        """
        expected = [str(one) for one in ids] if isinstance(ids, list) else None
        if isinstance(ids, dict):
            file, name = self.uploaded(ids)
            expected = _in_its_name(file, name, lambda: read_ids(file))
        file, name = self.uploaded(table)
        findings = _in_its_name(file, name, lambda: check_submission(file, expected))
        return {
            "wrong": sum(finding.wrong for finding in findings),
            "suspicious": sum(not finding.wrong for finding in findings),
            "findings": [asdict(finding) for finding in findings[:MOST_FINDINGS]],
        }


def _in_its_name(file: Path, name: str, read: Callable):
    """What reading or writing a file gives; a refusal calls it by its own name, not by its place."""
    try:
        return read()
    except ValueError as error:
        raise StudioError(f"{str(error).replace(str(file), name)}.") from error
