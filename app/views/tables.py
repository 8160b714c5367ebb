"""The open tables, and the one that is looked at."""

from app.tables.table import split_key
from app.views.view import View


def payload(session) -> dict:
    """Titles of all tables; of the one that is looked at its size, its edits, and what to know about it."""
    tables = session.tables
    shown = tables.kept.get(tables.shown)
    return {
        "tables": [{"key": table.key, "title": table.title} for table in tables.kept.values()],
        "shown": tables.shown,
        "rows": len(shown.sheet) if shown else 0,
        "layers": shown.sheet.layers if shown else 0,
        "edited": len(shown.edited) if shown else 0,
        "unsaved": shown.unsaved if shown else False,
        "remarks": _remarks(session, shown) if shown else [],
        "open_row": _open_row(session),
        "awaited": tables.awaited.row.words if tables.awaited else "",
    }


def _remarks(session, table) -> list[str]:
    checkpoint = session.workbench.take.checkpoint
    problem = table.sheet.problem
    columns = f"No row can be decoded: {problem}." if problem else ""
    return [remark for remark in (columns, table.warning(checkpoint)) if remark]


def _open_row(session) -> dict | None:
    """The row on the workbench, of whichever table."""
    place = split_key(session.workbench.take.clip.key)
    if place is None or place[0] not in session.tables.kept:
        return None
    table, index = session.tables.kept[place[0]], place[1]
    return {"table": table.key, "index": index, "words": table.words(index)}


def key(session):
    """What is open and edited; the number of edits says whether the file is behind them."""
    tables = session.tables
    shown = tables.kept.get(tables.shown)
    state = (tuple(sorted(shown.edited)), shown.unsaved) if shown else None
    take = session.workbench.take
    return tuple(tables.kept), tables.shown, state, take.clip.key, take.checkpoint_key, tables.awaited is None


VIEW = View("tables", key, payload, panel="tables")
