"""States of the page: made from choices and edits, and read."""

import json
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from app import sharing
from app.edit_values import to_value
from app.endpoints.arguments import Endpoints
from app.endpoints.editing import errors_of
from app.shared_state import SharedState, state_of
from app.take import StudioError


class Keeping(Endpoints):
    """Endpoints about links and state files."""

    NAMES: ClassVar = ("share", "read_state")
    LONG: ClassVar = ()

    def share(
        self,
        clip: str | dict,
        layers: list | None = None,
        edits: list | None = None,
        checkpoint: str = "",
        alignment: str = "",
    ) -> dict:
        """A state of the page: what follows its address in a link (None for a file of one's own, which no
        link holds), and the content of a state file, which the page opens."""
        bench = self.bench(clip, checkpoint, layers=layers, edits=edits, alignment=alignment)
        state = state_of(bench, with_own_clip=True)
        link = None if state.own_clip else f"?state={sharing.to_link(state)}"
        return {"link": link, "state": json.loads(sharing.to_file(state))}

    def read_state(self, state: str | dict) -> dict:
        """What a link or a state file holds: choices, edits as of edit, and what they come to."""
        session = self.session()
        session.show_state(_read(state))
        bench = session.workbench
        return {
            "clip": bench.take.clip.key,
            "title": bench.take.clip.title,
            "checkpoint": bench.take.checkpoint_key,
            "layers": [layer for layer, on in enumerate(bench.layers, start=1) if on],
            "edits": [to_value(edit) for edit in bench.version.edits],
            "tokens": bench.tokens.tolist(),
            "frames": bench.take.frames,
            "fps": bench.take.clip.fps,
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
