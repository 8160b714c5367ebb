"""The visitor's own files in the browser: what the page keeps, and how another server takes it up."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from app.catalog.keys import is_own
from app.command import after_every_command
from app.errors import StudioError
from app.payloads.choosing import OwnFilesPayload
from app.view import View
from app.visitor import Visitor
from app.workbench import sharing
from app.workbench.clip_values import clip_of, clip_value
from app.workbench.shared_state import SharedState, with_keys
from app.workbench.workbench import Workbench

# The browser keeps work of up to 5 MB (widgets/shared/keeper.js); the rest is for edits.
MOST_BYTES = 4 << 20


@dataclass
class Awaited:
    """Work of a visitor whom the server has lost that waits for a file which the browser could not keep.

    Attributes
    ----------
    state : the work; None where none waits
    clip : title and frames of its clip, where that is what is missing
    """

    state: SharedState | None = None
    clip: tuple[str, int] | None = None

    def for_bench(self, bench: Workbench) -> SharedState | None:
        """What a page keeps in the place of a workbench on which nothing was done yet."""
        return None if bench.version.count else self.state


def payload(visitor: Visitor) -> OwnFilesPayload:
    """Clips as values, as many as the browser keeps, the latest first; names of all other files."""
    clips: dict[str, Any] = {}
    missing: dict[str, dict[str, Any]] = {}
    room = MOST_BYTES
    for key, clip in reversed(visitor.own_clips.items()):
        value = clip_value(clip) if clip.bytes < 2 * room else None
        if value is not None and len(value["features"]) <= room:
            room -= len(value["features"])
            clips[key] = value
        else:
            missing[key] = {"title": clip.title, "frames": len(clip.features)}
    checkpoints = {key: entry.title for key, entry in visitor.own_checkpoints.kept.items()}
    files = {"clips": dict(reversed(clips.items())), "missing": missing, "checkpoints": checkpoints}
    return {"files": files, "too_large": _too_large(missing)}


def _too_large(missing: dict[str, dict[str, Any]]) -> str:
    if not missing:
        return ""
    titles = ", ".join(one["title"] for one in missing.values())
    return (
        f"This browser keeps up to {MOST_BYTES >> 20} MB of your clips, which is too little for {titles}: "
        "save the workspace (Share) before you leave the page."
    )


def key(visitor: Visitor) -> Hashable:
    """The visitor's clips and checkpoints."""
    clips = tuple(visitor.own_clips.items())
    return tuple((key, id(clip.features), clip.fps) for key, clip in clips), tuple(
        visitor.own_checkpoints.kept
    )


def resume(visitor: Visitor, state: SharedState, files: dict[str, Any]) -> str:
    """Show a state, with the clips that the browser kept; says what has to be opened again before.

    Raises
    ------
    StudioError
        If that is no help.
    """
    keys = {}
    try:
        for before, value in dict(files.get("clips", {})).items():
            keys[before] = visitor.add_own_clip(clip_of(value))
        missing, titles = dict(files.get("missing", {})), dict(files.get("checkpoints", {}))
        lost = missing.get(state.clip)
        clip = None if lost is None else (str(lost["title"]), int(lost["frames"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StudioError(sharing.NOT_OURS) from error
    state = with_keys(state, keys)
    words = []
    if is_own(state.checkpoint):
        words.append(f"the checkpoint {titles.get(state.checkpoint, 'of your own')}")
    if clip is not None:
        words.append(f"the clip {clip[0]}")
    if not words:
        visitor.show_state(state)
        return ""
    visitor.keep(Awaited(state, clip))
    what = " and ".join(words)
    return (
        f"The server was restarted. Open {what} again, too large for this browser to keep; "
        "your edits then return."
    )


@after_every_command
def return_when_complete(visitor: Visitor) -> None:
    """Show work that waits once its files are open again."""
    waiting = visitor.room(Awaited)
    state = waiting.for_bench(visitor.workbench)
    if state is None or state.checkpoint not in visitor.catalog.checkpoints():
        return
    if waiting.clip is not None:
        found = [
            key
            for key, clip in visitor.own_clips.items()
            if _named(clip.title, clip.features) == waiting.clip
        ]
        if not found:
            return
        state = with_keys(state, {state.clip: found[-1]})
    visitor.keep(Awaited())
    visitor.show_state(state)


def _named(title: str, features: Any) -> tuple[str, int]:
    return title, len(features)


VIEWS = (View("own_files", key, payload),)
