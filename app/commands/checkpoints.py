"""A visitor's own checkpoints: opened from files, from the Hub or, where allowed, by path; and put away."""

from pathlib import Path

from app import matching, own_checkpoints
from app.commands.reading import uploaded
from app.own_checkpoints import OwnCheckpoint
from app.take import StudioError
from rvqvae.hub import is_hub_id

JOB = "checkpoint"


def open_checkpoint(session, files: list[dict]) -> str:
    """Work with a checkpoint whose files were uploaded together; says what had to be assumed.

    files : [{"path": …, "file_name": …}, …]
    """
    chosen = [(uploaded(session, file["path"]), str(file["file_name"])) for file in files]
    return _use(session, own_checkpoints.from_uploads(chosen))


def open_checkpoint_at(session, where: str) -> str:
    """Fetch a checkpoint by its Hub id or path in the background; asked again when that is done, use it."""
    where = str(where).strip()
    fetched = session.jobs.result(JOB, where)
    if fetched is not None:
        return _use(session, fetched)
    check_where(where, paths_allowed=session.library.paths_allowed)

    def fetch(job) -> OwnCheckpoint:
        job.progress(0.0, f"loading {where}")
        own = own_checkpoints.load(where, Path(where).name)
        job.progress(1.0)
        return own

    session.jobs.start(JOB, where, fetch)
    return ""


def check_where(where: str, *, paths_allowed: bool) -> None:
    """Refuse to open what is not on the Hub, where paths are not allowed.

    Raises
    ------
    StudioError
        With what can be done instead.
    """
    if not is_hub_id(where) and not paths_allowed:
        raise StudioError(
            f"{where!r} is no Hub id (owner/name), and this page opens no paths of the machine it runs on; "
            "choose the files instead, or start it with python app.py --allow-paths."
        )


def forget_checkpoint(session, checkpoint: str) -> None:
    """Put away one of the visitor's own checkpoints, and the work done with it."""
    if checkpoint not in session.shelf.kept:
        raise StudioError("That checkpoint is none of yours, or is put away already.")
    if session.workbench.take.checkpoint_key == checkpoint:
        matching.show_checkpoint(session, session.library.opening[1])
    session.desks = {keys: desk for keys, desk in session.desks.items() if keys[1] != checkpoint}
    del session.shelf.kept[checkpoint]


def _use(session, own: OwnCheckpoint) -> str:
    session.shelf.keep(own)
    session.clinic.chosen = own.key  # for as long as the workbench does not show it
    if own.checkpoint is None:
        raise StudioError(f"{own.refusal} The Doctor tab says what is known about it.")
    said = matching.show_checkpoint(session, own.key)
    if session.workbench.take.checkpoint_key == own.key:
        session.clinic.chosen = None
    remarks = own.checkpoint.info.get("remarks", ())
    known = f"{own.title} is open. To know: {'; '.join(remarks)}." if remarks else ""
    return " ".join(sentence for sentence in (said, known) if sentence)


COMMANDS = (open_checkpoint, open_checkpoint_at, forget_checkpoint)
