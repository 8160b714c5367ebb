"""What a page can ask for, by name. Each takes the session and the command's values, and returns a notice."""

from pathlib import Path

from app import sharing
from app.edits import Borrow, FillRandom, Paste, Region, Restore, SetCode, Shuffle
from app.library import read_own_clip
from app.take import StudioError

STATE_SUFFIX = ".json"


def choose_clip(session, clip: str) -> None:
    """Work on another clip."""
    session.choose(clip, session.workbench.take.checkpoint_key)


def choose_checkpoint(session, checkpoint: str) -> None:
    """Work with another checkpoint."""
    session.choose(session.workbench.take.clip.key, checkpoint)


def open_file(session, path: str, file_name: str) -> str:
    """Work on a clip that the visitor uploaded, or return to the state in a file; says what was left out."""
    real = Path(path).resolve()
    if not real.is_relative_to(session.uploads_folder.resolve()) or not real.is_file():
        raise StudioError("That file was not uploaded from this page; choose it with the upload button.")
    name = Path(file_name).name
    if real.suffix == STATE_SUFFIX:
        session.show_state(sharing.from_file(real.read_bytes()))
        return ""
    clip, remark = read_own_clip(real, name)
    session.choose(session.add_own_clip(clip), session.workbench.take.checkpoint_key)
    return remark


def set_layers(session, layers: list[bool]) -> None:
    """Switch layers on and off, all at once."""
    session.workbench = session.workbench.with_layers(tuple(bool(on) for on in layers))


def set_alignment(session, alignment: str) -> None:
    """Measure errors in another alignment."""
    session.workbench = session.workbench.with_alignment(alignment)


def set_code(session, region: list[int], code: int, repair: bool) -> None:
    """Put one code into every cell of a block."""
    session.workbench = session.workbench.edit(SetCode(_region(region), bool(repair), _whole(code)))


def step_code(session, region: list[int], by: int, repair: bool) -> None:
    """Step one cell's code through the codes nearest to it."""
    session.workbench = session.workbench.step_code(_region(region), _whole(by), bool(repair))


def drop(session, region: list[int], repair: bool) -> None:
    """Drop every token of a block."""
    session.workbench = session.workbench.edit(SetCode(_region(region), bool(repair), -1))


def restore(session, region: list[int], repair: bool) -> None:
    """Put the encoder's own codes back."""
    session.workbench = session.workbench.edit(Restore(_region(region), bool(repair)))


def paste(session, layer: int, step: int, codes: list[list[int]], repair: bool) -> None:
    """Put a copied block at a cell."""
    block = tuple(tuple(_whole(code) for code in row) for row in codes)
    if not block or not block[0]:
        raise StudioError("There is nothing to paste; select some tokens and copy them first.")
    region = Region(layer, layer + len(block) - 1, step, step + len(block[0]) - 1)
    session.workbench = session.workbench.edit(Paste(region, bool(repair), block))


def borrow(session, first_layer: int, last_layer: int, clip: str, repair: bool) -> None:
    """Take whole layers from another clip."""
    region = _region([first_layer, last_layer, 0, session.workbench.tokens.shape[1] - 1])
    session.workbench = session.workbench.edit(Borrow(region, bool(repair), str(clip)))


def fill_random(session, region: list[int], seed: int, repair: bool) -> None:
    """Fill a block with codes drawn as the training data use them."""
    session.workbench = session.workbench.edit(FillRandom(_region(region), bool(repair), _whole(seed)))


def shuffle(session, region: list[int], seed: int, repair: bool) -> None:
    """Put a block's steps in another order."""
    session.workbench = session.workbench.edit(Shuffle(_region(region), bool(repair), _whole(seed)))


def undo(session) -> None:
    """Take back the last edit or reset."""
    session.workbench = session.workbench.undo()


def redo(session) -> None:
    """Do again what undo took back."""
    session.workbench = session.workbench.redo()


def reset(session) -> None:
    """The encoder's own tokens; undo brings the edits back."""
    session.workbench = session.workbench.reset()


def pin(session) -> None:
    """Put the present state aside as B."""
    session.workbench = session.workbench.pin()


def unpin(session) -> None:
    """Compare with nothing."""
    session.workbench = session.workbench.unpin()


def show_both(session, both: bool) -> None:
    """Show the later layers kept and repaired at once."""
    session.workbench = session.workbench.with_both(bool(both))


def inspect_cell(session, layer: int | None, step: int | None) -> None:
    """Show the nearest codes of a cell, or of none."""
    if layer is None or step is None:
        session.cell = None
        return
    cell = _region([layer, layer, step, step])
    cell.check(session.workbench.take)
    session.cell = (cell.first_layer, cell.first_step)


def show_panel(session, panel: str, shown: bool = True) -> None:
    """Send, or stop sending, the views of a panel."""
    (session.open_panels.add if shown else session.open_panels.discard)(str(panel))


def make_link(session, joints: list[str], time: float) -> None:
    """Hand over the state as text for a link."""
    state = sharing.state_of(session.workbench, joints, time)
    session.hand_over("link", text=sharing.to_link(state))


def make_file(session, joints: list[str], time: float) -> None:
    """Hand over the state as a file, with the clip if it is the visitor's own."""
    state = sharing.state_of(session.workbench, joints, time, with_own_clip=True)
    name = f"{session.workbench.take.clip.title}-state{STATE_SUFFIX}".replace(" ", "-").lower()
    session.hand_over("file", name=name, text=sharing.to_file(state))


def open_link(session, text: str) -> None:
    """Make the page look as a link says."""
    session.show_state(sharing.from_link(text))


COMMANDS = {
    command.__name__: command
    for command in (
        choose_clip,
        choose_checkpoint,
        open_file,
        set_layers,
        set_alignment,
        set_code,
        step_code,
        drop,
        restore,
        paste,
        borrow,
        fill_random,
        shuffle,
        undo,
        redo,
        reset,
        pin,
        unpin,
        show_both,
        inspect_cell,
        show_panel,
        make_link,
        make_file,
        open_link,
    )
}


def _region(bounds: list[int]) -> Region:
    return Region(*(_whole(bound) for bound in bounds))


def _whole(number) -> int:
    if isinstance(number, bool) or not isinstance(number, int | float) or int(number) != number:
        raise StudioError(f"{number!r} is not a whole number.")
    return int(number)
