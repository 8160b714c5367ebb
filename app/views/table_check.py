"""What the submission check found in a table."""

from app.lab import job_state
from app.tables.checking import JOB, findings, found_rows
from app.views.view import View

PAGE = 50
LONGEST = 300  # characters of a sentence


def payload(session) -> dict:
    """A page of findings, how many there are, and whether the table changed since."""
    tables = session.tables
    checked = tables.checked
    if checked is None or checked.table != tables.shown:
        return {"state": None, "findings": []}
    found = findings(session)
    pages = max(1, -(-len(found) // PAGE))
    page = min(tables.glance.findings_page, pages - 1)
    return {
        "state": job_state(session, JOB, checked),
        "stale": checked.changes != tables.table.changes,
        "against": checked.ids_from,
        "ids": None if checked.ids is None else len(checked.ids),
        "wrong": sum(one.wrong for one in found),
        "suspicious": sum(not one.wrong for one in found),
        "rows": len(found_rows(session)),
        "page": page,
        "pages": pages,
        "first": page * PAGE,
        "findings": [
            {
                "number": number,
                "row": one.row,
                "column": one.column,
                "problem": one.problem[:LONGEST],
                "wrong": one.wrong,
                "leads": one.row is not None and tables.table.sheet.index_of(one.row) is not None,
            }
            for number, one in enumerate(found[page * PAGE : (page + 1) * PAGE], start=page * PAGE)
        ],
    }


def key(session):
    """The check, how far it is, whether it still holds, and the page."""
    tables = session.tables
    checked = tables.checked
    if checked is None or checked.table != tables.shown:
        return None
    state, stale = job_state(session, JOB, checked), checked.changes != tables.table.changes
    return checked, state, stale, tables.glance.findings_page


VIEW = View("table_check", key, payload, panel="tables")
