"""What is asked about strangers' tables of tokens, in a process of its own."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.parsing.tasks import OFTEN, Progress, packed, task
from rvqvae.archives import list_npz
from rvqvae.motion.csv_motion import holds_motion
from rvqvae.tokens import ArraySheet, CsvSheet, TokenSheet, check_submission, read_ids, read_sheet
from rvqvae.tokens.packing import PackedRows, Texts

MOST_FINDINGS = 10_000


@task
def sheet(path: str, progress: Progress) -> dict[str, Any]:
    """A table of tokens."""
    return sheet_values(read_sheet(path))


def sheet_values(found: TokenSheet) -> dict[str, Any]:
    """A table of tokens as values and arrays."""
    if isinstance(found, CsvSheet):
        text = found.text
        return {
            "kind": "csv",
            "bom": text.bom,
            "head": packed(Texts.of([text.head])),
            "header": text.header,
            "numbers": text.numbers,
            "fields": text.fields,
            **{name: packed(getattr(text, name)) for name in ("ids", "words", "texts")},
        }
    assert isinstance(found, ArraySheet)
    rows = PackedRows.of(found.rows)
    return {
        "kind": "arrays",
        "made_by": [found.checkpoint, found.fingerprint],
        "words": packed(Texts.of(found.words)),
        **{name: packed(getattr(rows, name)) for name in ("ids", "extra")},
        **{name: getattr(rows, name) for name in ("tokens", "shapes", "frames")},
    }


@task
def holds_table(path: str, progress: Progress) -> bool:
    """Whether a `.csv` or `.npz` file is a table of tokens, and no motion."""
    if path.endswith(".csv"):
        return not holds_motion(Path(path))
    return {"ids", "lengths", "tokens"} <= set(list_npz(path))


@task
def ids(path: str, progress: Progress) -> dict[str, Any]:
    """The ids that a submission must hold."""
    return packed(Texts.of(read_ids(Path(path))))


@task
def submission(path: str, rows: int, expected: dict[str, Any] | None, progress: Progress) -> dict[str, Any]:
    """What is wrong with a submission; the first findings, and how many there are."""
    wanted = None if expected is None else list(Texts(expected["content"], expected["ends"]))
    report = lambda done: None if done % OFTEN else progress(done / max(1, rows))  # noqa: E731
    found = check_submission(path, wanted, progress=report)
    told = [json.dumps(asdict(finding)) for finding in found[:MOST_FINDINGS]]
    return {"count": len(found), "findings": packed(Texts.of(told))}
