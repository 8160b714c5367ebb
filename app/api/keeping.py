"""States of the page: made from choices and edits, and read."""

import json
from urllib.parse import parse_qs, urlsplit

import gradio as gr

from app.api.arguments import Caller
from app.api.editing import errors_of
from app.api.endpoint import endpoint
from app.errors import StudioError
from app.workbench import sharing
from app.workbench.edit_values import to_value
from app.workbench.shared_state import SharedState, state_of


@endpoint
def share(
    request: gr.Request,
    clip: str | dict,
    layers: list | None = None,
    edits: list | None = None,
    checkpoint: str = "",
    alignment: str = "",
) -> dict:
    """A state of the page: what follows its address in a link (None for a file of one's own, which no
    link holds), and the content of a state file, which the page opens."""
    caller = Caller.of(request)
    bench = caller.bench(clip, checkpoint, layers=layers, edits=edits, alignment=alignment)
    state = state_of(bench, with_own_clip=True)
    link = None if state.own_clip else f"?state={sharing.to_link(state)}"
    return {"link": link, "state": json.loads(sharing.to_file(state))}


@endpoint
def read_state(request: gr.Request, state: str | dict, checkpoint: str = "") -> dict:
    """What a link or a state file holds: choices, edits as of edit, and what they come to.

    Parameters
    ----------
    state : a link to the page, or what follows it; or the content of a state file
    checkpoint : what open_checkpoint answered, where the state is of such a one; else left out
    """
    caller = Caller.of(request)
    visitor = caller.visitor()
    if checkpoint:
        caller.named(visitor, checkpoint)
    visitor.show_state(_read(state))
    bench = visitor.workbench
    return {
        "clip": bench.encoded.clip.key,
        "title": bench.encoded.clip.title,
        "checkpoint": bench.encoded.checkpoint_key,
        "layers": [layer for layer, on in enumerate(bench.layers, start=1) if on],
        "edits": [to_value(edit) for edit in bench.version.edits],
        "tokens": bench.tokens.tolist(),
        "frames": bench.encoded.frames,
        "fps": bench.encoded.clip.fps,
        **errors_of(bench),
    }


def _read(state: str | dict) -> SharedState:
    if isinstance(state, dict):
        return sharing.from_file(json.dumps(state).encode())
    if not isinstance(state, str):
        raise StudioError("A state is a link, or the content of a state file.")
    if state.lstrip().startswith("{"):
        return sharing.from_file(state.encode())
    text = parse_qs(urlsplit(state).query).get("state", [state])[0]
    return sharing.from_link(text)
