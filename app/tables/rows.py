"""The rows of a table: looked through page by page, taken to the workbench, and written back."""

from collections.abc import Hashable
from dataclasses import replace

import numpy as np

from app.catalog.keys import RowKey
from app.command import after_every_command, command
from app.errors import StudioError
from app.payloads.tables import TableRow, TableRowsPayload
from app.tables.check import JOB, findings, found_rows
from app.tables.fit import frames_of, misfit
from app.tables.open_tables import PAGE_ROWS, Glance
from app.tables.table import ALL, EDITED, FOUND, MisfitError, OpenTable
from app.values import as_int
from app.view import View
from app.visitor import Visitor
from rvqvae import Checkpoint
from rvqvae.tokens.csv_format import layer_columns

PANEL = "tables"
LONGEST_TEXT = 200
LONGEST = 160  # characters of an id or a sentence
CODES_SHOWN = 6
MOST_SKIPPED = 1_000


@command
def look_in_table(visitor: Visitor, text: str = "", which: str = ALL, page: int = 0) -> None:
    """Look at rows whose id or sentence holds a text, at those that were edited or found, page by page."""
    if which not in (ALL, EDITED, FOUND):
        raise StudioError(f"There are no {which!r} rows; choose one of {ALL}, {EDITED}, {FOUND}.")
    glance = visitor.tables.glance
    wanted = replace(glance, text=str(text)[:LONGEST_TEXT], which=which, page=max(0, as_int(page)))
    visitor.tables.glance = wanted


@command
def open_row(
    visitor: Visitor,
    table: str,
    row: int,
    mend: bool = False,
    layer: int | None = None,
    step: int | None = None,
) -> str:
    """Take a row to the workbench, and a layer or a cell of it under the cursor if one is named.

    A row with codes that the checkpoint does not have is offered with those dropped first.
    """
    visitor.tables.show(str(table))
    kept, index = visitor.tables.table, as_int(row)
    if mend:
        kept.row(index)
        kept.mended.add(index)
    try:
        visitor.choose(RowKey(kept.key, index).text, visitor.workbench.encoded.checkpoint_key)
    except MisfitError as error:
        again = {"name": "open_row", "table": kept.key, "row": index, "mend": True}
        again |= {"layer": layer, "step": step}
        visitor.notify("offer", words=str(error), label="Open with these dropped", command=again)
        return str(error)
    visitor.notify(
        "row",
        tab=PANEL,
        layer=None if layer is None else as_int(layer),
        step=None if step is None else as_int(step),
    )
    return kept.warning(visitor.workbench.encoded.checkpoint)


@command
def step_row(visitor: Visitor, by: int) -> str:
    """Take the next row, with -1 the one before, of those that are looked at, past what cannot be decoded."""
    here = RowKey.parse(visitor.workbench.encoded.clip.key)
    if here is None or here.table not in visitor.tables.kept or as_int(by) not in (-1, 1):
        raise StudioError("No row of an open table is in the player; choose one from its table.")
    visitor.tables.show(here.table)
    listed = _listed(visitor)
    after = [index for index in listed if (index - here.index) * by > 0][:: as_int(by)]
    for index in after[:MOST_SKIPPED]:
        tokens = visitor.tables.table.tokens(index)
        if tokens is not None and not misfit(tokens, visitor.workbench.encoded.checkpoint):
            _turn_to(visitor, index)
            return open_row(visitor, here.table, index)
    return f"This is the {'last' if by > 0 else 'first'} of these rows that can be decoded."


@command
def go_to_finding(visitor: Visitor, finding: int) -> str:
    """Take the row of a finding to the workbench, and its token or its layer under the cursor."""
    tables, number = visitor.tables, as_int(finding)
    found_now = findings(visitor)
    if not 0 <= number < len(found_now):
        raise StudioError("That finding is not there any more; check the table again.")
    found = found_now[number]
    tables.show(tables.checked.table if tables.checked else "")
    index = None if found.row is None else tables.table.sheet.index_of(found.row)
    if index is None:
        raise StudioError(f"No row of the table is to blame: {found}.")
    _turn_to(visitor, index)
    columns = layer_columns(tables.table.sheet.layers)
    layer = columns.index(found.column) if found.column in columns else None
    return open_row(visitor, tables.table.key, index, layer=layer, step=found.token)


@after_every_command
def write_back(visitor: Visitor) -> None:
    """Note the tokens of the row that is on the workbench in its table."""
    visitor.tables.write_back(visitor.workbench)


def _listed(visitor: Visitor) -> list[int]:
    """Rows that are looked at, on all pages."""
    tables = visitor.tables
    return tables.table.find(tables.glance.text, tables.glance.which, found_rows(visitor))


def _turn_to(visitor: Visitor, index: int) -> None:
    """Look at the page that a row is on; at all rows if it is not among those looked at."""
    tables = visitor.tables
    listed = _listed(visitor)
    if index not in listed:
        tables.glance = Glance(findings_page=tables.glance.findings_page)
        listed = _listed(visitor)
    tables.glance = replace(tables.glance, page=listed.index(index) // PAGE_ROWS)


def payload(visitor: Visitor) -> TableRowsPayload:
    """The rows that are looked at, at most `PAGE_ROWS`, with what the present checkpoint makes of them."""
    tables = visitor.tables
    if tables.shown is None:
        return {"table": None, "rows": []}
    table, listed = tables.table, _listed(visitor)
    page = _page(tables.glance.page, len(listed))
    found, checkpoint = found_rows(visitor), visitor.workbench.encoded.checkpoint
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


def _row(table: OpenTable, index: int, checkpoint: Checkpoint, has_finding: bool) -> TableRow:
    row, tokens = table.row(index), table.tokens(index)
    shown: TableRow = {
        "index": index,
        "number": row.number,
        "id": _cut(row.id),
        "words": _cut(table.sheet.words[index]),
        "edited": index in table.edited,
        "found": has_finding,
        "problem": _cut(f"{row.column}: {row.problem}" if row.column else row.problem),
        "steps": None,
        "frames": None,
        "codes": "",
    }
    if tokens is None:
        return shown
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


def key(visitor: Visitor) -> Hashable:
    """The table, what is looked at, which rows differ and how they begin, and the checkpoint."""
    tables = visitor.tables
    if tables.shown is None:
        return None
    edited = tuple((index, _codes(tokens[0])) for index, tokens in sorted(tables.table.edited.items()))
    glance = tables.glance.text, tables.glance.which, tables.glance.page
    checked = tables.checked, visitor.jobs.result(JOB, tables.checked) is not None
    return tables.shown, glance, edited, checked, visitor.workbench.encoded.checkpoint_key


VIEWS = (View("table_rows", key, payload, panel="tables"),)
