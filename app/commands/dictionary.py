"""The dictionary of codes."""

from app import dictionary
from app.commands.reading import whole
from app.take import StudioError


def look_up(session, layer: int, code: int) -> None:
    """Open the page of a code."""
    take, layer, code = session.workbench.take, whole(layer), whole(code)
    if not 0 <= layer < take.num_layers:
        raise StudioError(
            f"There is no layer {layer + 1}; this checkpoint has layers 1 to {take.num_layers}."
        )
    if not 0 <= code < take.num_codes:
        raise StudioError(
            f"There is no code {code} in layer {layer + 1}; codes run from 0 to {take.num_codes - 1}."
        )
    session.entry = dictionary.Entry(layer, code)


def read_clips(session) -> None:
    """Look for codes in all of the library's clips, and stay with the code that is open."""
    session.entry = dictionary.open_entry(session)
    dictionary.read_clips(session)


COMMANDS = (look_up, read_clips)
