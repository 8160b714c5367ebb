"""A visitor's letters to the server and the answers: commands in, changed views out."""

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import Any

from app import sharing
from app.clinic import Clinic
from app.commands import COMMANDS
from app.contest import Contest
from app.decoding import Decoding
from app.dictionary import Entry
from app.jobs import Jobs
from app.lab import NEED_JOINTS, Lab
from app.lessons.visit import Visit
from app.library import Library
from app.own_checkpoints import Shelf
from app.shared_state import SharedState
from app.skeletons import Skeletons
from app.tables.shelf import Tables
from app.tables.table import split_key
from app.take import OWN, SourceClip, StudioError, Take
from app.views import VIEWS
from app.workbench import Workbench


@dataclass
class Session:
    """One open page.

    Attributes
    ----------
    uploads_folder : where Gradio puts this server's uploads; files elsewhere are refused
    own_clips : the visitor's files, by key
    skeletons : of those that were BVH
    shelf : the visitor's own checkpoints
    tables : the visitor's tables of tokens
    clinic : what the doctor looks at
    contest : which checkpoints are compared, on what
    desks : the work left on other clips and checkpoints, by their keys; nothing is lost by choosing another
    cell : the selected cell (layer, step) whose nearest codes the page shows
    entry : the code that was looked up in the dictionary
    magnified_step : the step under the microscope
    open_panels : panels whose views are sent
    parcel : what the page was handed last: a link, a file, a look or a place to go to, or an offer
    sent : for each view the key of what the page shows
    jobs : long work in the background
    lab : what the laboratory looks at
    visit : how far the visitor is in a lesson, if one is open
    page_has : the decoding that the page shows, and the alignment of its errors
    """

    library: Library
    uploads_folder: Path
    workbench: Workbench = field(init=False)
    own_clips: dict[str, SourceClip] = field(default_factory=dict)
    skeletons: Skeletons = field(default_factory=Skeletons)
    shelf: Shelf = field(default_factory=Shelf)
    tables: Tables = field(default_factory=Tables)
    clinic: Clinic = field(default_factory=Clinic)
    contest: Contest = field(default_factory=Contest)
    desks: dict[tuple[str, str], Workbench] = field(default_factory=dict)
    cell: tuple[int, int] | None = None
    entry: Entry | None = None
    magnified_step: int = 0
    open_panels: set[str] = field(default_factory=set)
    parcel: dict | None = None
    jobs: Jobs = field(default_factory=Jobs)
    lab: Lab = field(default_factory=Lab)
    visit: Visit | None = None
    sent: dict[str, Any] = field(default_factory=dict)
    page_has: tuple[Decoding, str] | None = None
    _one_letter_at_a_time: Lock = field(default_factory=Lock, repr=False)
    last_letter: int = 0

    def __post_init__(self):
        clip, checkpoint = self.library.opening
        self.workbench = self._fresh_desk(clip, checkpoint)

    def page_shows_opening(self) -> None:
        """Note that the page already has every view of the opening state."""
        self.sent = {view.name: view.key(self) for view in self._views()}
        self.page_has = (self.workbench.decoding, self.workbench.alignment)

    def answer(self, letter: dict) -> dict:
        """Apply a letter's commands in order; a refused one leaves the work as it was and the rest go on.

        Parameters
        ----------
        letter : {"letter": number, "commands": [{"name": …, …}], "resume": the page's state or None}

        Returns
        -------
        dict
            {"letter": number, "notice": a sentence or "", "views": the payloads that changed}
        """
        with self._one_letter_at_a_time:
            return self._answer(letter)

    def _answer(self, letter: dict) -> dict:
        notice = ""
        number = int(letter["letter"])
        if self.last_letter == 0 and number > 1 and letter.get("resume"):
            notice = self._resume(letter["resume"])
        if number > self.last_letter:
            self.last_letter = number
            for command in letter["commands"]:
                try:
                    notice = self._apply(dict(command)) or notice
                except StudioError as error:
                    notice = str(error)
                self.tables.write_back(self.workbench)
                if self.visit is not None:
                    self.visit = self.visit.after(self.workbench, self.cell)
        else:
            self._page_has_nothing()  # it missed the first answer to this letter
        return {"letter": number, "notice": notice, "views": self.changed_views()}

    def changed_views(self) -> dict[str, dict]:
        """Payloads of the views whose content differs from what the page has."""
        changed = {}
        for view in self._views():
            key = view.key(self)
            if view.name not in self.sent or self.sent[view.name] != key:
                changed[view.name] = view.payload(self)
                self.sent[view.name] = key
        self.page_has = (self.workbench.decoding, self.workbench.alignment)
        return changed

    def choose(self, clip_key: str, checkpoint_key: str) -> None:
        """Go to a clip and a checkpoint, and to the work done there before; layers stay as they are."""
        before = self.workbench
        left = before.take.clip.key, before.take.checkpoint_key
        self.desks.pop(left, None)  # the latest left is the last
        if not self.tables.may_forget(before):
            self.desks[left] = before
        bench = self.desks.get((clip_key, checkpoint_key)) or self._fresh_desk(clip_key, checkpoint_key)
        bench = self.tables.enter(bench)
        if len(bench.layers) == len(before.layers):
            bench = bench.with_layers(before.layers)
        if before.alignment in bench.take.measure.ways:
            bench = bench.with_alignment(before.alignment)
        self.workbench = bench
        self.cell = None

    def show_state(self, state: SharedState) -> None:
        """Make the page look as a link or a file says; all of it or nothing."""
        before = self.workbench, self.cell, dict(self.own_clips), dict(self.desks)
        tables = replace(self.tables, kept=dict(self.tables.kept))
        try:
            clip_key = state.clip
            if state.own_clip is not None:
                clip_key = self.add_own_clip(state.own_clip)
            elif state.row is not None:
                clip_key = self.tables.key_of(clip_key, state.row)
            elif clip_key not in self.library.clips:
                raise StudioError(
                    f"This state is about the clip {clip_key!r}, which this page does not have."
                )
            self._check_has(state.checkpoint)
            self.choose(clip_key, state.checkpoint)
            if self.workbench.take.checkpoint.fingerprint != state.fingerprint:
                raise StudioError(
                    f"This state was made with another checkpoint named {state.checkpoint!r}; "
                    "its codes mean something else here, so nothing was changed."
                )
            bench = self.workbench.with_layers(state.layers).with_alignment(state.alignment)
            bench = bench.with_edits(state.edits).unpin()
            if state.pinned is not None:
                bench = bench.with_pinned(state.pinned.edits, state.pinned.layers)
            self.workbench = bench.with_both(state.both)
        except Exception:
            self.workbench, self.cell, self.own_clips, self.desks = before
            self.tables = tables
            raise
        self.hand_over("restored", **asdict(state.look))

    def hand_over(self, kind: str, **values) -> None:
        """Give the page something to keep; the number tells two like parcels apart."""
        number = self.parcel["number"] + 1 if self.parcel else 1
        self.parcel = {"number": number, "kind": kind, **values}

    def add_own_clip(self, clip: SourceClip) -> str:
        """Keep a visitor's clip; returns its key."""
        key = f"{OWN}{len(self.own_clips) + 1}"
        self.own_clips[key] = SourceClip(**{**vars(clip), "key": key})
        return key

    def clip(self, key: str) -> SourceClip:
        """Any clip that this visitor can choose."""
        return self.own_clips.get(key) or self.library.clip(key)

    def tokens_of(self, clip_key: str, checkpoint_key: str):
        """(Q, n) unedited tokens of any clip that this visitor can choose."""
        return self.take(clip_key, checkpoint_key).tokens

    def take(self, clip_key: str, checkpoint_key: str) -> Take:
        """Any clip through any checkpoint that this visitor can choose."""
        own = self.shelf.kept.get(checkpoint_key)
        if split_key(clip_key) is not None:
            checkpoint = own.checkpoint if own else self.library.checkpoint(checkpoint_key)
            source = own.source if own else self.library.checkpoints[checkpoint_key].folder
            return self.tables.take(clip_key, checkpoint_key, checkpoint, source)
        clip = self.clip(clip_key)
        return own.take(clip) if own else self.library.take(clip, checkpoint_key)

    def _page_has_nothing(self) -> None:
        self.sent.clear()
        self.page_has = None

    def _views(self):
        refused = () if self.workbench.take.has_joints else NEED_JOINTS
        panels = self.open_panels.difference(refused)
        return [view for view in VIEWS if view.panel is None or view.panel in panels]

    def _check_has(self, checkpoint_key: str) -> None:
        if checkpoint_key in self.library.checkpoints or checkpoint_key in self.shelf.kept:
            return
        if checkpoint_key.startswith(OWN):
            raise StudioError(
                "This state was made with a checkpoint of its maker's own; open that checkpoint here, "
                "then this state again."
            )
        raise StudioError(
            f"This state was made with the checkpoint {checkpoint_key!r}, which this page does not have."
        )

    def _fresh_desk(self, clip_key: str, checkpoint_key: str) -> Workbench:
        take = self._with_rate(self.take(clip_key, checkpoint_key))
        return Workbench.of(take, lambda donor: self.tokens_of(donor, checkpoint_key))

    def _with_rate(self, take: Take) -> Take:
        """The take, at the checkpoint's frame rate where the clip's file did not say one."""
        if take.clip.fps is not None:
            return take
        self.own_clips[take.clip.key] = replace(take.clip, fps=take.checkpoint.fps)
        return self.take(take.clip.key, take.checkpoint_key)

    def _resume(self, state: dict) -> str:
        """Return to the state of a page whose session the server has lost."""
        self._page_has_nothing()
        try:
            self.open_panels = {str(panel) for panel in state.get("panels", ())}
            self.show_state(sharing.from_file(str(state.get("state", "")).encode()))
            self.parcel = None
            for command in state.get("then", ()):
                self._apply(dict(command))
        except StudioError as error:
            return f"The server was restarted and your work could not be brought back. {error}"
        return ""

    def _apply(self, command: dict) -> str:
        name = command.pop("name", None)
        if name not in COMMANDS:
            raise StudioError(
                f"The page asked for {name!r}, which this server does not know; reload the page."
            )
        try:
            return COMMANDS[name](self, **command) or ""
        except StudioError:
            raise
        except (TypeError, KeyError, ValueError) as error:
            raise StudioError(f"The page asked for {name} in a way that cannot be read ({error}).") from error
