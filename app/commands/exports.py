"""Files of the present state: tokens, motion, films."""

import base64
import mimetypes
from pathlib import Path
from tempfile import TemporaryDirectory

from app.commands.reading import whole
from app.exports import FILMS, check_export, write_export
from app.take import StudioError

JOB = "film"


def save_export(session, kind: str) -> None:
    """Hand over tokens or motion as a file."""
    with TemporaryDirectory() as folder:
        file = write_export(str(kind), session.workbench, Path(folder))
        content = base64.b64encode(file.read_bytes()).decode("ascii")
    session.hand_over("file", name=file.name, base64=content, type=_type(file))


def save_film(session, kind: str, view: str, request: int) -> None:
    """Draw a film of the present state in the background; asked again with the same number, hand it over."""
    made = session.jobs.result(JOB, whole(request))
    if made is not None:
        _, file = made
        session.hand_over("file", name=file.name, address=f"gradio_api/file={file}", type=_type(file))
        return
    if kind not in FILMS:
        raise StudioError(f"There is no film {kind!r}; choose one of {', '.join(FILMS)}.")
    bench = session.workbench
    check_export(kind, bench.take)

    def draw(job) -> tuple[TemporaryDirectory, Path]:
        # Within the uploads, since Gradio hands out files from there; it goes when its job is forgotten.
        folder = TemporaryDirectory(prefix="film-", dir=session.uploads_folder, ignore_cleanup_errors=True)
        job.progress(0.0, "drawing")
        return folder, write_export(kind, bench, Path(folder.name), view=str(view), progress=job.progress)

    session.jobs.start(JOB, whole(request), draw)


def _type(file: Path) -> str:
    return mimetypes.guess_type(file.name)[0] or "application/octet-stream"


COMMANDS = (save_export, save_film)
