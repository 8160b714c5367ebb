"""A table checked as a submission: what was found, and which rows that leaves to look at."""

from collections.abc import Callable, Hashable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from app.command import command
from app.errors import StudioError, in_the_files_name
from app.jobs import Job
from app.parsing.tables import check_submission, read_ids
from app.payloads.tables import TableCheckPayload
from app.tables.open_tables import Checked
from app.values import as_int
from app.view import View
from app.visitor import Visitor
from rvqvae.tokens import Finding, TokenFileError

JOB = "table check"
OFTEN = 64  # rows between two reports of progress
PAGE = 50
LONGEST = 300  # characters of a sentence


def findings(visitor: Visitor) -> tuple[Finding, ...]:
    """Of the latest check; none while it runs."""
    return visitor.jobs.result(JOB, visitor.tables.checked) or ()


def found_rows(visitor: Visitor) -> set[int]:
    """Rows of the table that is looked at in which something was found."""
    tables = visitor.tables
    if tables.checked is None or tables.checked.table != tables.shown:
        return set()
    rows = (tables.table.sheet.index_of(one.row) for one in findings(visitor) if one.row is not None)
    return {index for index in rows if index is not None}


def share_of(job: Job, total: int) -> Callable[[int], None]:
    """What tells a job how many of so many rows are done."""
    return lambda done: None if done % OFTEN else job.progress(done / max(1, total))


@command
def check_table(visitor: Visitor, ids_path: str = "", ids_name: str = "") -> None:
    """Check the table as it is now as a submission, in the background.

    Parameters
    ----------
    ids_path : an uploaded file of the ids that must be there; empty accepts any
    """
    table, ids = visitor.tables.table, None
    if ids_path:
        file = visitor.uploaded(ids_path)
        try:
            ids = tuple(read_ids(file))
        except TokenFileError as error:
            raise StudioError(in_the_files_name(error, file, Path(ids_name).name)) from error
    about = Checked(table.key, table.changes, ids, Path(ids_name).name)
    edits, title = dict(table.edited), table.title

    def work(job: Job) -> tuple[Finding, ...]:
        job.progress(0.0, "checking")
        with TemporaryDirectory() as folder:
            file = Path(folder) / "table.csv"
            try:
                table.sheet.write(file, edits)
                found, _ = check_submission(file, ids, rows=len(table.sheet), progress=job.progress)
                return tuple(found)
            except TokenFileError as error:
                raise StudioError(f"{title}: {in_the_files_name(error, file, '')}") from error

    visitor.tables.checked = about
    visitor.tables.glance = replace(visitor.tables.glance, findings_page=0)
    visitor.jobs.start(JOB, about, work)


@command
def look_at_findings(visitor: Visitor, page: int) -> None:
    """Look at another page of the check's findings."""
    visitor.tables.glance = replace(visitor.tables.glance, findings_page=max(0, as_int(page)))


def payload(visitor: Visitor) -> TableCheckPayload:
    """A page of findings, how many there are, and whether the table changed since."""
    tables = visitor.tables
    checked = tables.checked
    if checked is None or checked.table != tables.shown:
        return {"state": None, "findings": []}
    found = findings(visitor)
    pages = max(1, -(-len(found) // PAGE))
    page = min(tables.glance.findings_page, pages - 1)
    return {
        "state": visitor.jobs.state(JOB, checked),
        "stale": checked.changes != tables.table.changes,
        "against": checked.ids_from,
        "ids": None if checked.ids is None else len(checked.ids),
        "wrong": sum(one.wrong for one in found),
        "suspicious": sum(not one.wrong for one in found),
        "rows": len(found_rows(visitor)),
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


def key(visitor: Visitor) -> Hashable:
    """The check, how far it is, whether it still holds, and the page."""
    tables = visitor.tables
    checked = tables.checked
    if checked is None or checked.table != tables.shown:
        return None
    state, stale = visitor.jobs.state(JOB, checked), checked.changes != tables.table.changes
    return checked, state, stale, tables.glance.findings_page


VIEWS = (View("table_check", key, payload, panel="tables"),)
