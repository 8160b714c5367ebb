"""Edits of tokens, their undoing, and the state to compare with."""

from app.commands.reading import block, whole
from app.edits import Borrow, FillRandom, Paste, Restore, SetCode, Shuffle
from app.region import Region
from app.take import StudioError


def set_code(session, region: list[int], code: int, repair: bool) -> None:
    """Put one code into every cell of a block."""
    session.workbench = session.workbench.edit(SetCode(block(region), bool(repair), whole(code)))


def step_code(session, region: list[int], by: int, repair: bool) -> None:
    """Step one cell's code through the codes nearest to it."""
    session.workbench = session.workbench.step_code(block(region), whole(by), bool(repair))


def drop(session, region: list[int], repair: bool) -> None:
    """Drop every token of a block."""
    session.workbench = session.workbench.edit(SetCode(block(region), bool(repair), -1))


def restore(session, region: list[int], repair: bool) -> None:
    """Put the encoder's own codes back."""
    session.workbench = session.workbench.edit(Restore(block(region), bool(repair)))


def paste(session, layer: int, step: int, codes: list[list[int]], repair: bool) -> None:
    """Put a copied block at a cell."""
    rows = tuple(tuple(whole(code) for code in row) for row in codes)
    if not rows or not rows[0]:
        raise StudioError("There is nothing to paste; select some tokens and copy them first.")
    region = Region(layer, layer + len(rows) - 1, step, step + len(rows[0]) - 1)
    session.workbench = session.workbench.edit(Paste(region, bool(repair), rows))


def borrow(session, first_layer: int, last_layer: int, clip: str, repair: bool) -> None:
    """Take whole layers from another clip."""
    bench = session.workbench
    given = session.tokens_of(str(clip), bench.take.checkpoint_key)
    steps = min(bench.tokens.shape[1], given.shape[1])
    region = block([first_layer, last_layer, 0, steps - 1])
    session.workbench = bench.edit(Borrow(region, bool(repair), str(clip)))


def fill_random(session, region: list[int], seed: int, repair: bool) -> None:
    """Fill a block with codes drawn as the training data use them."""
    session.workbench = session.workbench.edit(FillRandom(block(region), bool(repair), whole(seed)))


def shuffle(session, region: list[int], seed: int, repair: bool) -> None:
    """Put a block's steps in another order."""
    session.workbench = session.workbench.edit(Shuffle(block(region), bool(repair), whole(seed)))


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


COMMANDS = (
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
)
