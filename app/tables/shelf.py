"""A visitor's open tables, which of them is looked at, and how."""

from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakSet

import numpy as np

from app.edits import Paste
from app.region import Region
from app.tables.table import ALL, OpenTable, split_key, table_of_row
from app.tables.take import misfit
from app.take import StudioError, Take
from app.workbench import Workbench
from rvqvae import Checkpoint
from rvqvae.motion.token_table import TokenRow

if TYPE_CHECKING:
    from app.shared_state import SharedRow, SharedState

MOST_OPEN = 4
MOST_BYTES = 192 << 20  # of one visitor's tables
MOST_OF_ALL = 2 << 30  # of all visitors together
VISITED = 20
PAGE_ROWS = 25


class MissingTableError(StudioError):
    """A state is about a row of a table that is not open here."""


@dataclass(frozen=True)
class Glance:
    """What of a table is looked at.

    Attributes
    ----------
    text : that the rows' ids or sentences hold
    which : "all", "edited" or "found" rows
    page, findings_page : counted from 0
    """

    text: str = ""
    which: str = ALL
    page: int = 0
    findings_page: int = 0


@dataclass(frozen=True)
class Checked:
    """What the submission check was about: a table, its changes until then, and expected ids or None."""

    table: str
    changes: int
    ids: tuple[str, ...] | None = None
    ids_from: str = ""


@dataclass
class Tables:
    """A visitor's tables.

    Attributes
    ----------
    kept : by key, oldest first
    shown : key of the table that is looked at
    glance : how
    checked : what the latest check was about
    awaited : a state whose table is to be opened first
    visited : seconds and title of the latest opened rows, by key
    """

    kept: dict[str, OpenTable] = field(default_factory=dict)
    shown: str | None = None
    glance: Glance = Glance()
    checked: Checked | None = None
    awaited: "SharedState | None" = None
    visited: OrderedDict[str, tuple[str, float]] = field(default_factory=OrderedDict)

    @property
    def table(self) -> OpenTable:
        """The table that is looked at."""
        if self.shown is None:
            raise StudioError("No table is open; open one first.")
        return self.kept[self.shown]

    def keep(self, table: OpenTable) -> None:
        """Put a table here and look at it; one that is here already is only looked at.

        Raises
        ------
        StudioError
            If there is no room.
        """
        if table.key not in self.kept:
            self._check_room(table)
            _of_all_visitors.add(table)
            self.kept[table.key] = table
        self.show(table.key)

    def show(self, key: str) -> None:
        """Look at a table from its beginning."""
        if key not in self.kept:
            raise StudioError("That table is not open here; open it again.")
        if key != self.shown:
            self.shown, self.glance = key, Glance()

    def close(self, key: str) -> None:
        """Put a table away."""
        if key not in self.kept:
            raise StudioError("That table is not open here, or is closed already.")
        del self.kept[key]
        for row in [row for row in self.visited if split_key(row)[0] == key]:
            del self.visited[row]
        if self.shown == key:
            self.shown, self.glance = next(reversed(self.kept), None), Glance()

    def take(self, row_key: str, checkpoint_key: str, checkpoint: Checkpoint, source: str | Path) -> Take:
        """A row through a checkpoint."""
        table, index = self._place(row_key)
        return table.take(index, checkpoint_key, checkpoint, source)

    def fits(self, row_key: str, checkpoint: Checkpoint) -> bool:
        """Whether a row's tokens as they are now can be decoded by a checkpoint."""
        table, index = self._place(row_key)
        tokens = table.tokens(index)
        return tokens is not None and not misfit(tokens, checkpoint)

    def enter(self, bench: Workbench) -> Workbench:
        """A row's workbench with the row's tokens as they are now, edited with whatever checkpoint."""
        key = bench.take.clip.key
        if split_key(key) is None:
            return bench
        table, index = self._place(key)
        self.visited[key] = (bench.take.clip.title, bench.take.frames / bench.take.clip.fps)
        self.visited.move_to_end(key)
        while len(self.visited) > VISITED:
            self.visited.popitem(last=False)
        return _with_tokens(bench, table.edited.get(index, bench.tokens))

    def write_back(self, bench: Workbench) -> None:
        """Note a row's tokens as the workbench has them."""
        place = split_key(bench.take.clip.key)
        if place is not None and place[0] in self.kept:
            self.kept[place[0]].put(place[1], bench.tokens)

    def may_forget(self, bench: Workbench) -> bool:
        """Whether a workbench holds nothing that its row does not hold too."""
        untouched = not (bench.past or bench.future or bench.pinned)
        return untouched and split_key(bench.take.clip.key) is not None

    def key_of(self, row_key: str, row: "SharedRow") -> str:
        """Key of the row that a state is about; where its table is not open, a table of that row alone is.

        Raises
        ------
        MissingTableError
            If the state does not carry the tokens either.
        """
        place = split_key(row_key)
        if place is not None and place[0] in self.kept:
            return row_key
        if row.tokens is None:
            raise MissingTableError(
                f"This link is about {row.words}, and carries no tokens. Open that table here first; "
                "the link's state is then shown."
            )
        table = table_of_row(row.words, TokenRow(row.id, row.tokens, row.frames))
        self.keep(table)
        return f"{table.key}-0"

    def _place(self, row_key: str) -> tuple[OpenTable, int]:
        place = split_key(row_key)
        if place is None or place[0] not in self.kept:
            raise StudioError("That row's table is not open here; open the table first.")
        return self.kept[place[0]], place[1]

    def _check_room(self, table: OpenTable) -> None:
        if len(self.kept) >= MOST_OPEN:
            raise StudioError(f"{MOST_OPEN} tables are open, which is as many as fit; close one first.")
        if sum(other.sheet.bytes for other in self.kept.values()) + table.sheet.bytes > MOST_BYTES:
            raise StudioError("Your open tables leave no room for this one; close one first.")
        if sum(other.sheet.bytes for other in _of_all_visitors) + table.sheet.bytes > MOST_OF_ALL:
            raise StudioError(
                "Other visitors' tables fill this server's memory; try again later, or run the studio on "
                "your own machine."
            )


def _with_tokens(bench: Workbench, tokens: np.ndarray) -> Workbench:
    if np.array_equal(tokens, bench.tokens):
        return bench
    layers, steps = tokens.shape
    codes = tuple(tuple(row) for row in tokens.tolist())
    return bench.edit(Paste(Region(0, layers - 1, 0, steps - 1), False, codes))


_of_all_visitors: WeakSet[OpenTable] = WeakSet()
