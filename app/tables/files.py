"""Tables of tokens: opened, chosen, saved and closed; and what the page shows of those that are open."""

from collections.abc import Hashable
from pathlib import Path
from tempfile import TemporaryDirectory

from app.catalog.choosing import choose_clip
from app.catalog.keys import RowKey, is_row_of
from app.command import command
from app.errors import StudioError
from app.jobs import Job
from app.lab.tab import TABLES, Tab
from app.payloads.tables import OpenRow, TablesPayload
from app.tables.check import share_of
from app.tables.rows import PANEL, open_row
from app.tables.table import OpenTable, read_table
from app.values import as_int, file_stem
from app.view import View
from app.visitor import Visitor
from rvqvae.tokens import TokenFileError
from rvqvae.tokens.files import SUFFIXES

SAVE = "table file"
Saved = tuple[
    "TemporaryDirectory[str]", Path, str, int
]  # the file, and which changes of which table it holds


@command
def open_table(visitor: Visitor, path: str, file_name: str) -> str:
    """Look at a table that the visitor uploaded; a table of one row goes to the workbench at once."""
    table = read_table(visitor.uploaded(path), Path(file_name).name)
    visitor.tables.keep(table)
    visitor.notify("tab", tab=PANEL)
    awaited = visitor.tables.awaited
    if awaited is not None and is_row_of(awaited.clip, table.key):
        visitor.tables.awaited = None
        visitor.show_state(awaited)
        return ""
    if len(table.sheet) == 1:
        return open_row(visitor, table.key, 0)
    return table.warning(visitor.workbench.encoded.checkpoint)


@command
def show_table(visitor: Visitor, table: str) -> None:
    """Look at another open table."""
    visitor.tables.show(str(table))


@command
def close_table(visitor: Visitor, table: str, sure: bool = False) -> str:
    """Put a table away; one with edits that no saved file holds is only closed when asked twice."""
    kept = visitor.tables.kept.get(str(table))
    if kept is not None and kept.unsaved and not sure:
        count = len(kept.edited)
        rows = "edited row is" if count == 1 else "edited rows are"
        words = f"{kept.title}: {count} {rows} in no saved file."
        again = {"name": "close_table", "table": table, "sure": True}
        visitor.notify("offer", words=words, label="Close it all the same", command=again)
        return words
    if kept is not None and is_row_of(visitor.workbench.encoded.clip.key, kept.key):
        choose_clip(visitor, visitor.library.opening[0])
    visitor.tables.close(str(table))
    visitor.workbenches = {
        keys: workbench
        for keys, workbench in visitor.workbenches.items()
        if not is_row_of(keys[0], str(table))
    }
    return ""


@command
def save_table(visitor: Visitor, kind: str, request: int) -> None:
    """Write the table as it is now in the background, and hand it over as soon as it is written.

    request : a number to tell this order from others; given twice, it is one
    """
    if visitor.jobs.of(SAVE, as_int(request)) is not None:
        return
    if f".{kind}" not in SUFFIXES:
        raise StudioError(f"There is no file {kind!r} to save; choose one of csv, json, npz.")
    table = visitor.tables.table
    edits, changes, uploads = dict(table.edited), table.changes, visitor.uploads_folder

    def write(job: Job) -> Saved:
        # Within the uploads, since Gradio hands out files from there; it goes when its job is forgotten.
        folder = TemporaryDirectory(prefix="table-", dir=uploads, ignore_cleanup_errors=True)
        file = Path(folder.name) / f"{file_stem(Path(table.title).stem)}.{kind}"
        job.progress(0.0, "writing")
        try:
            table.sheet.write(file, edits, share_of(job, len(table.sheet)))
        except TokenFileError as error:
            raise StudioError(f"{table.title} cannot be saved as {kind}: {error}.") from error
        return folder, file, table.key, changes

    visitor.jobs.start(SAVE, as_int(request), write, deliver=_hand_over)


def _hand_over(visitor: Visitor, saved: Saved) -> None:
    _, file, table, changes = saved
    if table in visitor.tables.kept:
        visitor.tables.kept[table].saved = changes
    visitor.notify_file(file)


def payload(visitor: Visitor) -> TablesPayload:
    """Titles of all tables; of the one that is looked at its size, its edits, and what to know about it."""
    tables = visitor.tables
    shown = tables.kept.get(tables.shown or "")
    return {
        "tables": [{"key": table.key, "title": table.title} for table in tables.kept.values()],
        "shown": tables.shown,
        "rows": len(shown.sheet) if shown else 0,
        "layers": shown.sheet.layers if shown else 0,
        "edited": len(shown.edited) if shown else 0,
        "unsaved": shown.unsaved if shown else False,
        "remarks": _remarks(visitor, shown) if shown else [],
        "open_row": _open_row(visitor),
        "awaited": _awaited(visitor),
    }


def _remarks(visitor: Visitor, table: OpenTable) -> list[str]:
    checkpoint = visitor.workbench.encoded.checkpoint
    problem = table.sheet.problem
    columns = f"No row can be decoded: {problem}." if problem else ""
    return [remark for remark in (columns, table.warning(checkpoint)) if remark]


def _awaited(visitor: Visitor) -> str:
    """What the link that waits for its table is about; "" where none does."""
    state = visitor.tables.awaited
    return state.row.words if state and state.row else ""


def _open_row(visitor: Visitor) -> OpenRow | None:
    """The row on the workbench, of whichever table."""
    row = RowKey.parse(visitor.workbench.encoded.clip.key)
    if row is None or row.table not in visitor.tables.kept:
        return None
    words = visitor.tables.kept[row.table].words(row.index)
    return {"table": row.table, "index": row.index, "words": words}


def key(visitor: Visitor) -> Hashable:
    """What is open and edited; the number of edits says whether the file is behind them."""
    tables = visitor.tables
    shown = tables.kept.get(tables.shown or "")
    state = (tuple(sorted(shown.edited)), shown.unsaved) if shown else None
    encoded = visitor.workbench.encoded
    return (
        tuple(tables.kept),
        tables.shown,
        state,
        encoded.clip.key,
        encoded.checkpoint_key,
        _awaited(visitor),
    )


TAB = Tab("tables", "Token tables", TABLES)
VIEWS = (View("tables", key, payload, panel="tables"),)
