"""Links and files that bring a state back."""

from typing import Any

from app.command import command
from app.tables.open_tables import MissingTableError
from app.visitor import Visitor
from app.workbench import sharing
from app.workbench.shared_state import read_look, state_of


@command(silent=True)
def make_link(visitor: Visitor, **look: Any) -> None:
    """Hand over the state as text for a link."""
    state = state_of(visitor.workbench, read_look(**look))
    visitor.notify("link", text=sharing.to_link(state))


@command(silent=True)
def make_file(visitor: Visitor, **look: Any) -> None:
    """Hand over the state as a file, with the clip if it is the visitor's own."""
    state = state_of(visitor.workbench, read_look(**look), with_own_clip=True)
    name = f"{visitor.workbench.encoded.clip.title}-state{sharing.FILE_SUFFIX}".replace(" ", "-").lower()
    visitor.notify("file", name=name, text=sharing.to_file(state))


@command
def open_link(visitor: Visitor, text: str) -> None:
    """Make the page look as a link says; where that takes a table, as soon as the table is open."""
    state = sharing.from_link(text)
    try:
        visitor.show_state(state)
    except MissingTableError:
        visitor.tables.awaited = state
        raise
