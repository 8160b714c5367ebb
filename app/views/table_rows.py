"""A page of the rows of a table."""

import numpy as np

from app.tables.checking import JOB, found_rows, listed_rows
from app.tables.shelf import PAGE_ROWS
from app.tables.take import frames_of, misfit
from app.views.view import View

LONGEST = 160  # characters of an id or a sentence
CODES_SHOWN = 6


def payload(session) -> dict:
    """The rows that are looked at, at most `PAGE_ROWS`, with what the present checkpoint makes of them."""
    tables = session.tables
    if tables.shown is None:
        return {"table": None, "rows": []}
    table, listed = tables.table, listed_rows(session)
    page = _page(tables.glance.page, len(listed))
    found, checkpoint = found_rows(session), session.workbench.take.checkpoint
    return {
        "table": table.key,
        "text": tables.glance.text,
        "which": tables.glance.which,
        "page": page,
        "pages": _pages(len(listed)),
        "first": page * PAGE_ROWS,
        "matching": len(listed),
        "of": len(table.sheet),
        "fps": checkpoint.fps,
        "rows": [
            _row(table, index, checkpoint, index in found)
            for index in listed[page * PAGE_ROWS : (page + 1) * PAGE_ROWS]
        ],
    }


def _row(table, index: int, checkpoint, has_finding: bool) -> dict:
    row, tokens = table.row(index), table.tokens(index)
    shown = {
        "index": index,
        "number": row.number,
        "id": _cut(row.id),
        "words": _cut(table.sheet.words[index]),
        "edited": index in table.edited,
        "found": has_finding,
        "problem": _cut(f"{row.column}: {row.problem}" if row.column else row.problem),
    }
    if tokens is None:
        return {**shown, "steps": None, "frames": None, "codes": ""}
    return {
        **shown,
        "layers": len(tokens),
        "steps": tokens.shape[1],
        "frames": frames_of(tokens, row.frames, checkpoint),
        "codes": _codes(tokens[0]),
        "problem": _cut(misfit(tokens, checkpoint)),
    }


def _codes(first_layer: np.ndarray) -> str:
    """The beginning of a row's first layer."""
    more = " …" if len(first_layer) > CODES_SHOWN else ""
    return " ".join(map(str, first_layer[:CODES_SHOWN].tolist())) + more


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _pages(count: int) -> int:
    return max(1, -(-count // PAGE_ROWS))


def _page(wanted: int, count: int) -> int:
    return min(wanted, _pages(count) - 1)


def key(session):
    """The table, what is looked at, which rows differ and how they begin, and the checkpoint."""
    tables = session.tables
    if tables.shown is None:
        return None
    edited = tuple((index, _codes(tokens[0])) for index, tokens in sorted(tables.table.edited.items()))
    glance = tables.glance.text, tables.glance.which, tables.glance.page
    checked = tables.checked, session.jobs.result(JOB, tables.checked) is not None
    return tables.shown, glance, edited, checked, session.workbench.take.checkpoint_key


VIEW = View("table_rows", key, payload, panel="tables")
