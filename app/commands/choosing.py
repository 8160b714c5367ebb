"""What to work on and what of it to see."""

from pathlib import Path

from app import matching, sharing, skeletons
from app.commands.joints import open_bvh
from app.commands.reading import block, uploaded
from app.commands.tables import open_table
from app.own_clips import ConvertibleError, read_own_clip
from app.tables.table import is_table


def choose_clip(session, clip: str) -> str:
    """Work on another clip, and with another checkpoint where the present one does not take it."""
    return matching.show_clip(session, clip)


def choose_checkpoint(session, checkpoint: str) -> str:
    """Work with another checkpoint, and with another clip where the present one does not fit."""
    return matching.show_checkpoint(session, checkpoint)


def open_file(session, path: str, file_name: str, convert: bool = False) -> str:
    """Work on a clip that the visitor uploaded, open a table of tokens, or return to the state in a file.

    It says what was done to it. A clip that fits no checkpoint here, but can be converted, is offered for
    that first.
    """
    real = uploaded(session, path)
    name = Path(file_name).name
    if is_table(real):
        return open_table(session, path, file_name)
    if real.suffix == sharing.FILE_SUFFIX:
        session.show_state(sharing.from_file(real.read_bytes()))
        return ""
    if real.suffix.lower() == skeletons.SUFFIX:
        return open_bvh(session, real, name)
    try:
        widths = matching.widths(session)
        clip, remark = read_own_clip(real, name, convert=bool(convert), widths=widths)
    except ConvertibleError as error:
        again = {"name": "open_file", "path": path, "file_name": name, "convert": True}
        session.hand_over("offer", words=str(error), label="Convert and open", command=again)
        return str(error)
    said = matching.show_clip(session, session.add_own_clip(clip))
    return " ".join(sentence for sentence in (said, remark) if sentence)


def set_layers(session, layers: list[bool]) -> None:
    """Switch layers on and off, all at once."""
    session.workbench = session.workbench.with_layers(tuple(bool(on) for on in layers))


def set_alignment(session, alignment: str) -> None:
    """Measure errors in another alignment."""
    session.workbench = session.workbench.with_alignment(alignment)


def inspect_cell(session, layer: int | None, step: int | None) -> None:
    """Show the nearest codes of a cell, or of none."""
    if layer is None or step is None:
        session.cell = None
        return
    cell = block([layer, layer, step, step])
    cell.check(session.workbench.take)
    session.cell = (cell.first_layer, cell.first_step)


def show_panel(session, panel: str, shown: bool = True) -> None:
    """Send, or stop sending, the views of a panel."""
    (session.open_panels.add if shown else session.open_panels.discard)(str(panel))


COMMANDS = (
    choose_clip,
    choose_checkpoint,
    open_file,
    set_layers,
    set_alignment,
    inspect_cell,
    show_panel,
)
