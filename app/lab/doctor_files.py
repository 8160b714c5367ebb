"""What the doctor found, as files: the report, and the repaired copy of a checkpoint."""

import base64
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from zipfile import ZIP_STORED, ZipFile

from app.command import command
from app.errors import StudioError
from app.lab.doctor import repaired_of, shown
from app.values import file_stem
from app.visitor import Visitor

if TYPE_CHECKING:  # the doctor's own imports take long, and the page opens without them
    from rvqvae.doctor import Report

REPORT_FILES = {
    "html": (".html", "text/html"),
    "json": (".json", "application/json"),
    "text": (".txt", "text/plain"),
}


@command(silent=True)
def save_repaired(visitor: Visitor) -> None:
    """Give the page the repaired copy of the checkpoint shown as a ZIP file of this project's own format."""
    from rvqvae.doctor.saving import save_repaired as save

    examined, _, _ = repaired_of(visitor)
    folder = Path(tempfile.mkdtemp(prefix="repaired-", dir=visitor.uploads_folder))
    stem = file_stem(f"{examined.title}-repaired")
    save(cast("Report", examined.report), folder / stem)
    with ZipFile(folder / f"{stem}.zip", "w", ZIP_STORED) as archive:
        for file in sorted((folder / stem).iterdir()):
            archive.write(file, f"{stem}/{file.name}")
            file.unlink()
    visitor.notify_file(folder / f"{stem}.zip")


@command(silent=True)
def save_report(visitor: Visitor, kind: str) -> None:
    """Give the page the report that is shown, as "html", "json" or "text"."""
    from rvqvae.doctor import format_report
    from rvqvae.doctor.html import html_report

    examined = shown(visitor)
    report = examined.report
    if report is None:
        raise StudioError("There is no report yet; let the doctor finish first.")
    if kind not in REPORT_FILES:
        raise StudioError(f"There is no report as {kind!r}; choose one of {', '.join(REPORT_FILES)}.")
    suffix, mime = REPORT_FILES[kind]
    write: dict[str, Callable[[Any], str]] = {
        "html": html_report,
        "json": lambda report: json.dumps(report.to_dict(), indent=2) + "\n",
        "text": lambda report: format_report(report) + "\n",
    }
    text = write[kind](report)
    name = f"{file_stem(examined.title)}-report{suffix}"
    visitor.notify("file", name=name, base64=base64.b64encode(text.encode()).decode(), type=mime)
