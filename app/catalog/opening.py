"""What a visitor opens: files of motion, tables and states, and checkpoints; and puts away."""

from pathlib import Path
from typing import Any

from app.catalog import arrays, bodies, own_checkpoints, skeletons
from app.catalog.choosing import choose_checkpoint, choose_clip
from app.catalog.entry import CheckpointEntry
from app.catalog.own_clips import ConvertibleError, OtherJointsError, read_own_clip
from app.command import Done, command
from app.errors import StudioError
from app.jobs import Job
from app.lab.doctor import Diagnoses
from app.parsing.saved import read_saved
from app.stage import workspace
from app.tables.files import open_table
from app.tables.table import is_table
from app.visitor import Visitor
from app.workbench import sharing
from app.workbench.clip_values import MOST_BYTES

FETCHING = "checkpoint"


@command
def open_file(visitor: Visitor, path: str, file_name: str, convert: bool = False) -> str:
    """Work on a clip that the visitor uploaded, open a table of tokens, or return to the
    state or the workspace in a file.

    It says what was done to it. A clip that fits no checkpoint here, but can be converted, is offered for
    that first.
    """
    real = visitor.uploaded(path)
    name = Path(file_name).name
    if workspace.is_workspace(real):
        return workspace.open_workspace(visitor, real)
    if is_table(real):
        return open_table(visitor, path, file_name)
    if real.suffix == sharing.FILE_SUFFIX:
        saved = read_saved(real, MOST_BYTES)
        if saved.describes and skeletons.asks_for_names(visitor):
            return skeletons.name_joints(visitor, saved.text, name)
        if saved.describes:
            return bodies.open_description(visitor, saved.text, name)
        visitor.show_state(sharing.from_saved(saved))
        return ""
    if real.suffix.lower() == skeletons.SUFFIX:
        return skeletons.open_bvh(visitor, real, name)
    try:
        widths = {entry.takes for entry in visitor.catalog.checkpoints().values()}
        own = read_own_clip(real, name, convert=bool(convert), widths=widths)
    except ConvertibleError as error:
        again = {"name": "open_file", "path": path, "file_name": name, "convert": True}
        visitor.notify("offer", words=str(error), label="Convert and open", command=again)
        return str(error)
    except OtherJointsError:
        return skeletons.ask_about_array(visitor, real, name)
    key = visitor.catalog.add_clip(own.clip)
    said = choose_clip(visitor, key)
    said = " ".join(sentence for sentence in (said, own.remark) if sentence)
    if said and own.told:
        said += f" {name}: {own.told}."
    said = bodies.offer_body(visitor, said)
    arrays.offer_turn(visitor, key, (real, name), own, said)
    if said:
        return said
    told = f" {own.told}." if own.told else ""
    return Done(f"{own.clip.title} is open: {len(own.clip.features)} frames.{told}")


@command
def open_checkpoint(visitor: Visitor, files: list[dict[str, Any]]) -> str:
    """Work with a checkpoint whose files were uploaded together; says what had to be assumed.

    files : [{"path": …, "file_name": …}, …]
    """
    chosen = [(visitor.uploaded(file["path"]), str(file["file_name"])) for file in files]
    return _use(visitor, own_checkpoints.from_uploads(chosen))


@command
def open_checkpoint_at(visitor: Visitor, where: str, token: str = "") -> str:
    """Fetch a checkpoint by its Hub id or path in the background, and use it as soon as it is there.

    token : of the visitor's own account at the Hub, used for this once and kept nowhere
    """
    where, trusted = str(where).strip(), visitor.library.paths_allowed
    own_checkpoints.check_where(where, paths_allowed=trusted)
    fetched = visitor.jobs.result(FETCHING, where)
    if fetched is not None and fetched.key in visitor.own_checkpoints.kept:
        return choose_checkpoint(visitor, fetched.key)

    def fetch(job: Job) -> CheckpointEntry:
        job.progress(0.0, f"loading {where}")
        own = own_checkpoints.load(where, Path(where).name, trusted=trusted, token=str(token))
        job.progress(1.0)
        return own

    visitor.jobs.start(FETCHING, where, fetch, deliver=_use, again=True)
    return ""


@command
def forget_checkpoint(visitor: Visitor, checkpoint: str) -> None:
    """Put away one of the visitor's own checkpoints, and the work done with it."""
    if checkpoint not in visitor.own_checkpoints.kept:
        raise StudioError("That checkpoint is none of yours, or is put away already.")
    if visitor.workbench.encoded.checkpoint_key == checkpoint:
        choose_checkpoint(visitor, visitor.library.opening[1])
    visitor.workbenches = {
        keys: workbench for keys, workbench in visitor.workbenches.items() if keys[1] != checkpoint
    }
    del visitor.own_checkpoints.kept[checkpoint]


def _use(visitor: Visitor, own: CheckpointEntry) -> str:
    visitor.own_checkpoints.keep(own)
    visitor.room(Diagnoses).chosen = own.key  # for as long as the workbench does not show it
    if own.refusal:
        raise StudioError(f"{own.refusal} The Doctor tab says what is known about it.")
    said = choose_checkpoint(visitor, own.key)
    if visitor.workbench.encoded.checkpoint_key == own.key:
        visitor.room(Diagnoses).chosen = None
    remarks = own.load().info.get("remarks", ())
    known = f"{own.title} is open. To know: {'; '.join(remarks)}." if remarks else ""
    return bodies.offer_body(visitor, " ".join(sentence for sentence in (said, known) if sentence))
