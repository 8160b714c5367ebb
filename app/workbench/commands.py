"""What is seen of the work, edits of tokens, their undoing, and the state to compare with."""

from app.command import command
from app.errors import StudioError
from app.values import as_int
from app.visitor import Visitor
from app.workbench.average import Meaning
from app.workbench.edits import Borrow, FillRandom, Paste, Restore, SetCode, Shuffle
from app.workbench.region import Region


@command(replaceable=True)
def set_layers(visitor: Visitor, layers: list[bool], joined: bool = False) -> None:
    """Switch layers on and off, all at once; what is joined goes on with the switching before it."""
    bench = visitor.workbench
    visitor.workbench = bench.switch(tuple(bool(on) for on in layers), bench.off, joined=bool(joined))


@command(replaceable=True)
def set_off(visitor: Visitor, means: Meaning) -> None:
    """Let layers that are off, and dropped tokens, add nothing or their layer's average code."""
    visitor.workbench = visitor.workbench.switch(visitor.workbench.layers, means)


@command
def treat_later_layers(visitor: Visitor, repair: bool) -> None:
    """Keep or repair the layers after the latest edit."""
    visitor.workbench = visitor.workbench.treat(bool(repair))


@command(replaceable=True)
def set_alignment(visitor: Visitor, alignment: str) -> None:
    """Measure errors in another alignment."""
    visitor.workbench = visitor.workbench.with_alignment(alignment)


@command(silent=True)
def inspect_cell(visitor: Visitor, layer: int | None, step: int | None) -> None:
    """Show the nearest codes of a cell, or of none."""
    if layer is None or step is None:
        visitor.cell = None
        return
    cell = Region.read([layer, layer, step, step])
    cell.check(visitor.workbench.encoded)
    visitor.cell = (cell.first_layer, cell.first_step)


@command(silent=True)
def show_panel(visitor: Visitor, panel: str, shown: bool = True) -> None:
    """Send, or stop sending, the views of a panel."""
    (visitor.open_panels.add if shown else visitor.open_panels.discard)(str(panel))


@command
def set_code(visitor: Visitor, region: list[int], code: int, repair: bool) -> None:
    """Put one code into every cell of a block."""
    visitor.workbench = visitor.workbench.edit(SetCode(Region.read(region), bool(repair), as_int(code)))


@command
def step_code(visitor: Visitor, region: list[int], by: int, repair: bool) -> None:
    """Step one cell's code through the codes nearest to it."""
    visitor.workbench = visitor.workbench.step_code(Region.read(region), as_int(by), bool(repair))


@command
def drop(visitor: Visitor, region: list[int], repair: bool) -> None:
    """Drop every token of a block."""
    visitor.workbench = visitor.workbench.edit(SetCode(Region.read(region), bool(repair), -1))


@command
def restore(visitor: Visitor, region: list[int], repair: bool) -> None:
    """Put the encoder's own codes back."""
    visitor.workbench = visitor.workbench.edit(Restore(Region.read(region), bool(repair)))


@command
def paste(visitor: Visitor, layer: int, step: int, codes: list[list[int]], repair: bool) -> None:
    """Put a copied block at a cell."""
    rows = tuple(tuple(as_int(code) for code in row) for row in codes)
    if not rows or not rows[0]:
        raise StudioError("There is nothing to paste; select some tokens and copy them first.")
    region = Region(layer, layer + len(rows) - 1, step, step + len(rows[0]) - 1)
    visitor.workbench = visitor.workbench.edit(Paste(region, bool(repair), rows))


@command
def borrow(visitor: Visitor, first_layer: int, last_layer: int, clip: str, repair: bool) -> None:
    """Take whole layers from another clip."""
    bench = visitor.workbench
    given = visitor.catalog.tokens(str(clip), bench.encoded.checkpoint_key)
    steps = min(bench.tokens.shape[1], given.shape[1])
    region = Region.read([first_layer, last_layer, 0, steps - 1])
    visitor.workbench = bench.edit(Borrow(region, bool(repair), str(clip)))


@command
def fill_random(visitor: Visitor, region: list[int], seed: int, repair: bool) -> None:
    """Fill a block with codes drawn as the training data use them."""
    visitor.workbench = visitor.workbench.edit(FillRandom(Region.read(region), bool(repair), as_int(seed)))


@command
def shuffle(visitor: Visitor, region: list[int], seed: int, repair: bool) -> None:
    """Put a block's steps in another order."""
    visitor.workbench = visitor.workbench.edit(Shuffle(Region.read(region), bool(repair), as_int(seed)))


@command
def undo(visitor: Visitor) -> None:
    """Take back the last edit or reset."""
    visitor.workbench = visitor.workbench.undo()


@command
def redo(visitor: Visitor) -> None:
    """Do again what undo took back."""
    visitor.workbench = visitor.workbench.redo()


@command
def reset(visitor: Visitor) -> None:
    """The encoder's own tokens; undo brings the edits back."""
    visitor.workbench = visitor.workbench.reset()


@command
def pin(visitor: Visitor) -> None:
    """Put the present state aside as B."""
    visitor.workbench = visitor.workbench.pin()


@command
def unpin(visitor: Visitor) -> None:
    """Compare with nothing."""
    visitor.workbench = visitor.workbench.unpin()


@command
def show_both(visitor: Visitor, both: bool) -> None:
    """Show the later layers kept and repaired at once."""
    visitor.workbench = visitor.workbench.with_both(bool(both))
