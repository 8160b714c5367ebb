"""Links and files that bring a state back."""

from app import sharing
from app.shared_state import read_look, state_of
from app.tables.shelf import MissingTableError


def make_link(session, **look) -> None:
    """Hand over the state as text for a link."""
    state = state_of(session.workbench, read_look(**look))
    session.hand_over("link", text=sharing.to_link(state))


def make_file(session, **look) -> None:
    """Hand over the state as a file, with the clip if it is the visitor's own."""
    state = state_of(session.workbench, read_look(**look), with_own_clip=True)
    name = f"{session.workbench.take.clip.title}-state{sharing.FILE_SUFFIX}".replace(" ", "-").lower()
    session.hand_over("file", name=name, text=sharing.to_file(state))


def open_link(session, text: str) -> None:
    """Make the page look as a link says; where that takes a table, as soon as the table is open."""
    state = sharing.from_link(text)
    try:
        session.show_state(state)
    except MissingTableError:
        session.tables.awaited = state
        raise


COMMANDS = (
    make_link,
    make_file,
    open_link,
)
