"""Tables of tokens: opened, looked through, their rows taken to the workbench, checked and saved."""

import mimetypes
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from app import matching
from app.commands.reading import uploaded, whole
from app.exports import file_stem
from app.jobs import Job
from app.tables import checking
from app.tables.shelf import PAGE_ROWS, Checked, Glance
from app.tables.table import ALL, EDITED, FOUND, MisfitError, read_table, split_key
from app.take import StudioError
from rvqvae.motion.submission import Finding, check_submission, read_ids
from rvqvae.motion.token_csv import layer_columns
from rvqvae.motion.token_table import TokenFileError
from rvqvae.motion.tokens import SUFFIXES

TAB = "tables"
SAVE = "table file"
OFTEN = 64  # rows between two reports of progress
LONGEST_TEXT = 200


def open_table(session, path: str, file_name: str) -> str:
    """Look at a table that the visitor uploaded; a table of one row goes to the workbench at once."""
    table = read_table(uploaded(session, path), Path(file_name).name)
    session.tables.keep(table)
    session.hand_over("tab", tab=TAB)
    awaited = session.tables.awaited
    if awaited is not None and (split_key(awaited.clip) or ("",))[0] == table.key:
        session.tables.awaited = None
        session.show_state(awaited)
        return ""
    if len(table.sheet) == 1:
        return open_row(session, table.key, 0)
    return table.warning(session.workbench.take.checkpoint)


def show_table(session, table: str) -> None:
    """Look at another open table."""
    session.tables.show(str(table))


def close_table(session, table: str, sure: bool = False) -> str:
    """Put a table away; one with edits that no saved file holds is only closed when asked twice."""
    kept = session.tables.kept.get(str(table))
    if kept is not None and kept.unsaved and not sure:
        count = len(kept.edited)
        rows = "edited row is" if count == 1 else "edited rows are"
        words = f"{kept.title}: {count} {rows} in no saved file."
        again = {"name": "close_table", "table": table, "sure": True}
        session.hand_over("offer", words=words, label="Close it all the same", command=again)
        return words
    here = split_key(session.workbench.take.clip.key)
    if kept is not None and here is not None and here[0] == kept.key:
        matching.show_clip(session, session.library.opening[0])
    session.tables.close(str(table))
    session.desks = {
        keys: desk for keys, desk in session.desks.items() if (split_key(keys[0]) or ("",))[0] != table
    }
    return ""


def look_in_table(session, text: str = "", which: str = ALL, page: int = 0) -> None:
    """Look at rows whose id or sentence holds a text, at those that were edited or found, page by page."""
    if which not in (ALL, EDITED, FOUND):
        raise StudioError(f"There are no {which!r} rows; choose one of {ALL}, {EDITED}, {FOUND}.")
    glance = session.tables.glance
    wanted = replace(glance, text=str(text)[:LONGEST_TEXT], which=which, page=max(0, whole(page)))
    session.tables.glance = wanted


def look_at_findings(session, page: int) -> None:
    """Look at another page of the check's findings."""
    session.tables.glance = replace(session.tables.glance, findings_page=max(0, whole(page)))


def open_row(
    session, table: str, row: int, mend: bool = False, layer: int | None = None, step: int | None = None
) -> str:
    """Take a row to the workbench, and a layer or a cell of it under the cursor if one is named.

    A row with codes that the checkpoint does not have is offered with those dropped first.
    """
    session.tables.show(str(table))
    kept, index = session.tables.table, whole(row)
    if mend:
        kept.row(index)
        kept.mended.add(index)
    try:
        session.choose(f"{kept.key}-{index}", session.workbench.take.checkpoint_key)
    except MisfitError as error:
        again = {"name": "open_row", "table": kept.key, "row": index, "mend": True}
        again |= {"layer": layer, "step": step}
        session.hand_over("offer", words=str(error), label="Open with these dropped", command=again)
        return str(error)
    session.hand_over(
        "row",
        tab=TAB,
        layer=None if layer is None else whole(layer),
        step=None if step is None else whole(step),
    )
    return kept.warning(session.workbench.take.checkpoint)


def check_table(session, ids_path: str = "", ids_name: str = "") -> None:
    """Check the table as it is now as a submission, in the background.

    Parameters
    ----------
    ids_path : an uploaded file of the ids that must be there; empty accepts any
    """
    table, ids = session.tables.table, None
    if ids_path:
        file = uploaded(session, ids_path)
        try:
            ids = tuple(read_ids(file))
        except TokenFileError as error:
            raise StudioError(f"{str(error).replace(str(file), Path(ids_name).name)}.") from error
    about = Checked(table.key, table.changes, ids, Path(ids_name).name)
    edits, title = dict(table.edited), table.title

    def work(job: Job) -> tuple[Finding, ...]:
        job.progress(0.0, "checking")
        with TemporaryDirectory() as folder:
            file = Path(folder) / "table.csv"
            try:
                table.sheet.write(file, edits)
                return tuple(check_submission(file, ids, progress=_share(job, len(table.sheet))))
            except TokenFileError as error:
                raise StudioError(f"{title}: {str(error).replace(f'{file}: ', '')}.") from error

    session.tables.checked = about
    session.tables.glance = replace(session.tables.glance, findings_page=0)
    session.jobs.start(checking.JOB, about, work)


def go_to_finding(session, finding: int) -> str:
    """Take the row of a finding to the workbench, and its token or its layer under the cursor."""
    tables, number = session.tables, whole(finding)
    findings = checking.findings(session)
    if not 0 <= number < len(findings):
        raise StudioError("That finding is not there any more; check the table again.")
    found = findings[number]
    tables.show(tables.checked.table)
    index = None if found.row is None else tables.table.sheet.index_of(found.row)
    if index is None:
        raise StudioError(f"No row of the table is to blame: {found}.")
    _turn_to(session, index)
    columns = layer_columns(tables.table.sheet.layers)
    layer = columns.index(found.column) if found.column in columns else None
    return open_row(session, tables.table.key, index, layer=layer, step=found.token)


def save_table(session, kind: str, request: int) -> None:
    """Write the table as it is now in the background; asked again with the same number, hand it over."""
    made = session.jobs.result(SAVE, whole(request))
    if made is not None:
        _, file, key, changes = made
        with suppress(KeyError):
            session.tables.kept[key].saved = changes
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        session.hand_over("file", name=file.name, address=f"gradio_api/file={file}", type=kind)
        return
    if f".{kind}" not in SUFFIXES:
        raise StudioError(f"There is no file {kind!r} to save; choose one of csv, json, npz.")
    table = session.tables.table
    edits, changes = dict(table.edited), table.changes

    def write(job: Job) -> tuple[TemporaryDirectory, Path, str, int]:
        # Within the uploads, since Gradio hands out files from there; it goes when its job is forgotten.
        folder = TemporaryDirectory(prefix="table-", dir=session.uploads_folder, ignore_cleanup_errors=True)
        file = Path(folder.name) / f"{file_stem(Path(table.title).stem)}.{kind}"
        job.progress(0.0, "writing")
        try:
            table.sheet.write(file, edits, _share(job, len(table.sheet)))
        except TokenFileError as error:
            raise StudioError(f"{table.title} cannot be saved as {kind}: {error}.") from error
        return folder, file, table.key, changes

    session.jobs.start(SAVE, whole(request), write)


def _share(job: Job, total: int):
    return lambda done: None if done % OFTEN else job.progress(done / max(1, total))


def _turn_to(session, index: int) -> None:
    """Look at the page that a row is on; at all rows if it is not among those looked at."""
    tables = session.tables
    listed = checking.listed_rows(session)
    if index not in listed:
        tables.glance = Glance(findings_page=tables.glance.findings_page)
        listed = checking.listed_rows(session)
    tables.glance = replace(tables.glance, page=listed.index(index) // PAGE_ROWS)


COMMANDS = (
    open_table,
    show_table,
    close_table,
    look_in_table,
    look_at_findings,
    open_row,
    check_table,
    go_to_finding,
    save_table,
)
