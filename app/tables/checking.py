"""What the submission check of a table came to, and which rows that leaves to look at."""

from rvqvae.motion.submission import Finding

JOB = "table check"


def findings(session) -> tuple[Finding, ...]:
    """Of the latest check; none while it runs."""
    return session.jobs.result(JOB, session.tables.checked) or ()


def found_rows(session) -> set[int]:
    """Rows of the table that is looked at in which something was found."""
    tables = session.tables
    if tables.checked is None or tables.checked.table != tables.shown:
        return set()
    rows = (tables.table.sheet.index_of(one.row) for one in findings(session) if one.row is not None)
    return {index for index in rows if index is not None}


def listed_rows(session) -> list[int]:
    """Rows that are looked at, on all pages."""
    tables = session.tables
    return tables.table.find(tables.glance.text, tables.glance.which, found_rows(session))
