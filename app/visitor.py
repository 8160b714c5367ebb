"""A visitor's state, and the only way to change it: `apply(command)`."""

import mimetypes
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from app import limits
from app.catalog.catalog import Catalog
from app.catalog.library import Library
from app.catalog.own_checkpoints import OwnCheckpoints
from app.command import AFTER_EVERY_COMMAND, COMMANDS, Done
from app.errors import StudioError, UnreadableError
from app.jobs import Jobs
from app.tables.open_tables import Tables
from app.workbench.encoded_clip import EncodedClip, SourceClip
from app.workbench.finite import check_finite
from app.workbench.memory import computed_bytes, let_go, undo_bytes
from app.workbench.shared_state import SharedState
from app.workbench.workbench import Workbench

State = TypeVar("State")


@dataclass
class Visitor:
    """One visitor's state.

    Attributes
    ----------
    uploads_folder : where Gradio puts this server's uploads; files elsewhere are refused
    catalog : what the visitor can choose
    workbenches : the work left on other clips and checkpoints, by their keys
    cell : the selected cell (layer, step) whose nearest codes the page shows
    open_panels : panels whose views are sent
    notification : what the page was given last: a link, a file, a look or a place to go to, or an offer
    jobs : long work in the background
    """

    library: Library
    uploads_folder: Path
    catalog: Catalog = field(init=False)
    workbench: Workbench = field(init=False)
    workbenches: dict[tuple[str, str], Workbench] = field(default_factory=dict)
    cell: tuple[int, int] | None = None
    open_panels: set[str] = field(default_factory=set)
    notification: dict[str, Any] | None = None
    jobs: Jobs = field(default_factory=Jobs)
    _rooms: dict[type, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.catalog = Catalog(self.library)
        self.workbench = self._fresh_workbench(*self.library.opening)

    def apply(self, command: dict[str, Any]) -> str:
        """Do what a command says.

        Parameters
        ----------
        command : {"name": …} and the command's values

        Returns
        -------
        str
            A sentence for the visitor, or "".

        Raises
        ------
        StudioError
            If it cannot be done; the state is as it was.
        """
        delivered = self._deliver()
        try:
            said = self._run(command)
        except StudioError as error:
            if not delivered:
                raise
            raise StudioError(f"{delivered} {error}") from error
        finally:
            for hook in AFTER_EVERY_COMMAND:
                hook(self)
        return _joined(delivered, said)

    def room(self, kind: type[State]) -> State:
        """What a room keeps of this visitor, made at its first use."""
        if kind not in self._rooms:
            self._rooms[kind] = kind()
        state: State = self._rooms[kind]
        return state

    def keep(self, state: object) -> None:
        """Put a room's new state in the place of the one before."""
        self._rooms[type(state)] = state

    def choose(self, clip_key: str, checkpoint_key: str) -> None:
        """Go to a clip and a checkpoint, and to the work done there before; layers stay as they are."""
        before = self.workbench
        left = before.encoded.clip.key, before.encoded.checkpoint_key
        self.workbenches.pop(left, None)  # the latest left is the last
        if not self.tables.may_forget(before):
            self.workbenches[left] = before
            let_go(self.workbenches)
        bench = self.workbenches.get((clip_key, checkpoint_key)) or self._fresh_workbench(
            clip_key, checkpoint_key
        )
        bench = self.tables.enter(bench)
        if len(bench.layers) == len(before.layers):
            bench = bench.with_layers(before.layers, before.off)
        if before.alignment in bench.encoded.measure.alignments:
            bench = bench.with_alignment(before.alignment)
        self.workbench = bench
        self.cell = None

    def encode_again(self, concerns: Callable[[EncodedClip], bool]) -> None:
        """Put the work on some encoded clips on what the catalog makes of them now; all of it or nothing."""
        here = self.workbench.encoded
        present = here.clip.key, here.checkpoint_key
        benches = {**self.workbenches, present: self.workbench}
        again = {
            keys: bench.on(self.catalog.encoded(*keys))
            for keys, bench in benches.items()
            if concerns(bench.encoded)
        }
        self.workbench = again.pop(present, self.workbench)
        self.workbenches.update(again)

    def show_state(self, state: SharedState) -> None:
        """Make the page look as a link or a file says; all of it or nothing."""
        before = self.workbench, self.cell, dict(self.workbenches)
        catalog = self.catalog.copy()
        try:
            keys = self.catalog.find(state)
            if state.layout is not None:
                width = state.layout.width
                self.encode_again(lambda one: one.clip.width == width)
            self.choose(*keys)
            if self.workbench.encoded.checkpoint.fingerprint != state.fingerprint:
                raise StudioError(
                    f"This state was made with another checkpoint named {state.checkpoint!r}; "
                    "its codes mean something else here, so nothing was changed."
                )
            bench = self.workbench.with_layers(state.layers, state.off).with_alignment(state.alignment)
            bench = bench.with_edits(state.edits).unpin()
            if state.pinned is not None:
                bench = bench.with_pinned(state.pinned.edits, state.pinned.layers, state.pinned.off)
            self.workbench = bench.with_both(state.both)
        except Exception:
            self.workbench, self.cell, self.workbenches = before
            self.catalog.restore(catalog)
            raise
        self.notify("restored", **asdict(state.look))

    def notify(self, kind: str, **values: Any) -> None:
        """Give the page something to keep; the number tells two like notifications apart."""
        number = self.notification["number"] + 1 if self.notification else 1
        self.notification = {"number": number, "kind": kind, **values}

    def notify_file(self, file: Path) -> None:
        """Give the page a file that lies within the uploads, from where Gradio hands it out."""
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        self.notify("file", name=file.name, address=f"gradio_api/file={file}", type=kind)

    def uploaded(self, path: str) -> Path:
        """A file that this visitor has uploaded.

        Raises
        ------
        StudioError
            If it lies anywhere else on the server.
        """
        if len(str(path)) > limits.PATH_CHARACTERS:
            raise StudioError("That is no path of an uploaded file.")
        real = Path(str(path)).resolve()
        if not real.is_relative_to(self.uploads_folder.resolve()) or not real.is_file():
            raise StudioError("That file was not uploaded from this page; choose it with the upload button.")
        return real

    def _run(self, command: dict[str, Any]) -> str:
        values = dict(command)
        name = values.pop("name", None)
        if name not in COMMANDS:
            raise StudioError(
                f"The page asked for {name!r}, which this server does not know; reload the page."
            )
        try:
            return COMMANDS[name].run(self, **values) or ""
        except StudioError:
            raise
        except (TypeError, KeyError, ValueError) as error:
            raise UnreadableError(
                f"The page asked for {name} in a way that cannot be read ({error})."
            ) from error

    def _deliver(self) -> str:
        """Take what long work has made to where it is wanted; returns what there is to say about it."""
        said = []
        for deliver, result in self.jobs.to_deliver():
            try:
                said.append(deliver(self, result) or "")
            except StudioError as error:
                said.append(str(error))
        return _joined(*said)

    def _fresh_workbench(self, clip_key: str, checkpoint_key: str) -> Workbench:
        # Not bound to this visitor, who would then hold themselves.
        donors = partial(self.catalog.tokens, checkpoint_key=checkpoint_key)
        return check_finite(Workbench.of(self.catalog.opened(clip_key, checkpoint_key), donors))

    @property
    def bytes(self) -> int:
        """About what this takes in memory that nobody else needs: files, tokens, what was computed."""
        catalog = self.catalog
        own: list[Any] = [
            *catalog.own_clips.values(),
            *catalog.own_checkpoints.kept.values(),
            *catalog.tables.kept.values(),
        ]
        benches = [self.workbench, *list(self.workbenches.values())]
        return sum(one.bytes for one in own) + sum(map(computed_bytes, benches)) + undo_bytes(benches)

    @property
    def own_clips(self) -> dict[str, SourceClip]:
        """The visitor's files, by key."""
        return self.catalog.own_clips

    @property
    def own_checkpoints(self) -> OwnCheckpoints:
        """The visitor's own checkpoints."""
        return self.catalog.own_checkpoints

    @property
    def tables(self) -> Tables:
        """The visitor's tables of tokens."""
        return self.catalog.tables

    def add_own_clip(self, clip: SourceClip) -> str:
        """Keep a visitor's clip; returns its key."""
        return self.catalog.add_clip(clip)


def _joined(*sentences: str) -> str:
    """Sentences as one; done, if all of them are."""
    said = [sentence for sentence in sentences if sentence]
    joined = " ".join(said)
    return Done(joined) if said and all(isinstance(one, Done) for one in said) else joined
