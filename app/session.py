"""A visitor's letters to the server and the answers: commands in, changed views out."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.library import Library, read_own_clip
from app.take import SourceClip, StudioError
from app.views import VIEWS
from app.workbench import Workbench


@dataclass
class Session:
    """One open page.

    Attributes
    ----------
    uploads_folder : where Gradio puts this server's uploads; files elsewhere are refused
    own_clips : the visitor's files, by key
    sent : for each view the key of what the page shows
    """

    library: Library
    uploads_folder: Path
    workbench: Workbench = field(init=False)
    own_clips: dict[str, SourceClip] = field(default_factory=dict)
    sent: dict[str, Any] = field(default_factory=dict)
    last_letter: int = 0

    def __post_init__(self):
        clip, checkpoint = self.library.opening
        self.workbench = Workbench.of(self.library.take(self.library.clip(clip), checkpoint))

    def page_shows_opening(self) -> None:
        """Note that the page already has every view of the opening state."""
        self.sent = {view.name: view.key(self) for view in VIEWS}

    def answer(self, letter: dict) -> dict:
        """Apply a letter's commands in order; a refused one ends it and leaves the work as it was.

        Parameters
        ----------
        letter : {"letter": number, "commands": [{"name": …, …}], "resume": the page's state or None}

        Returns
        -------
        dict
            {"letter": number, "notice": a sentence or "", "views": the payloads that changed}
        """
        notice = ""
        number = int(letter["letter"])
        if self.last_letter == 0 and number > 1 and letter.get("resume"):
            notice = self._resume(letter["resume"])
        if number > self.last_letter:
            self.last_letter = number
            try:
                for command in letter["commands"]:
                    notice = self._apply(dict(command)) or notice
            except StudioError as error:
                notice = str(error)
        else:
            self.sent.clear()  # the page missed the first answer to this letter
        return {"letter": number, "notice": notice, "views": self.changed_views()}

    def changed_views(self) -> dict[str, dict]:
        """Payloads of the views whose content differs from what the page has."""
        changed = {}
        for view in VIEWS:
            key = view.key(self)
            if view.name not in self.sent or self.sent[view.name] != key:
                changed[view.name] = view.payload(self)
                self.sent[view.name] = key
        return changed

    def _resume(self, state: dict) -> str:
        """Return to the state of a page whose session the server has lost."""
        self.sent.clear()
        try:
            self._choose(state.get("clip", ""), state.get("checkpoint", ""))
            self.workbench = self.workbench.with_layers(tuple(bool(on) for on in state.get("layers", ())))
            self.workbench = self.workbench.with_alignment(state.get("alignment", ""))
        except StudioError as error:
            return f"The server was restarted and your work could not be brought back whole. {error}"
        return ""

    def _apply(self, command: dict) -> str:
        name = command.pop("name", None)
        if name not in COMMANDS:
            raise StudioError(
                f"The page asked for {name!r}, which this server does not know; reload the page."
            )
        try:
            return COMMANDS[name](self, **command) or ""
        except (TypeError, KeyError) as error:
            raise StudioError(f"The page asked for {name} in a way that cannot be read ({error}).") from error

    def _choose(self, clip_key: str, checkpoint_key: str) -> None:
        clip = self.own_clips.get(clip_key) or self.library.clip(clip_key)
        self.workbench = self.workbench.with_take(self.library.take(clip, checkpoint_key))


def choose_clip(session: Session, clip: str) -> None:
    """Work on another clip."""
    session._choose(clip, session.workbench.take.checkpoint_key)


def choose_checkpoint(session: Session, checkpoint: str) -> None:
    """Work with another checkpoint."""
    session._choose(session.workbench.take.clip.key, checkpoint)


def open_file(session: Session, path: str, file_name: str) -> str:
    """Work on a file that the visitor uploaded; returns what was left out, in words."""
    real = Path(path).resolve()
    if not real.is_relative_to(session.uploads_folder.resolve()) or not real.is_file():
        raise StudioError("That file was not uploaded from this page; choose it with the upload button.")
    name = Path(file_name).name
    key = f"own-{len(session.own_clips) + 1}"
    clip, remark = read_own_clip(real, name, key)
    session.workbench = session.workbench.with_take(
        session.library.take(clip, session.workbench.take.checkpoint_key)
    )
    session.own_clips[key] = clip
    return remark


def set_layers(session: Session, layers: list[bool]) -> None:
    """Switch layers on and off, all at once."""
    session.workbench = session.workbench.with_layers(tuple(bool(on) for on in layers))


def set_alignment(session: Session, alignment: str) -> None:
    """Measure errors in another alignment."""
    session.workbench = session.workbench.with_alignment(alignment)


COMMANDS = {
    "choose_clip": choose_clip,
    "choose_checkpoint": choose_checkpoint,
    "open_file": open_file,
    "set_layers": set_layers,
    "set_alignment": set_alignment,
}
