"""A visitor's open tables, which of them is looked at, and how."""

from collections import OrderedDict
from dataclasses import dataclass, field

import numpy as np

from app.catalog.bounds import Bound
from app.catalog.entry import CheckpointEntry
from app.catalog.keys import RowKey, is_row_of
from app.errors import StudioError
from app.tables.fit import misfit
from app.tables.table import ALL, OpenTable, table_of_row
from app.workbench.edits import Paste
from app.workbench.encoded_clip import EncodedClip
from app.workbench.region import Region
from app.workbench.shared_state import SharedRow, SharedState
from app.workbench.workbench import Workbench
from rvqvae import Checkpoint
from rvqvae.tokens import TokenRow

OPEN_TABLES = Bound("tables", 4, 192 << 20, 2 << 30, "close one first")
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
    awaited: SharedState | None = None
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
            OPEN_TABLES.check(table, self.kept.values())
            OPEN_TABLES.everyones.add(table)
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
        for row in [row for row in self.visited if is_row_of(row, key)]:
            del self.visited[row]
        if self.shown == key:
            self.shown, self.glance = next(reversed(self.kept), None), Glance()

    def encoded(self, row: RowKey, entry: CheckpointEntry) -> EncodedClip:
        """A row through a checkpoint."""
        return self._of(row).encoded(row.index, entry)

    def fits(self, row: RowKey, checkpoint: Checkpoint) -> bool:
        """Whether a row's tokens as they are now can be decoded by a checkpoint."""
        tokens = self._of(row).tokens(row.index)
        return tokens is not None and not misfit(tokens, checkpoint)

    def enter(self, bench: Workbench) -> Workbench:
        """A row's workbench with the row's tokens as they are now, edited with whatever checkpoint."""
        encoded = bench.encoded
        row = RowKey.parse(encoded.clip.key)
        if row is None:
            return bench
        self.visited[row.text] = (encoded.clip.title, encoded.frames / encoded.fps)
        self.visited.move_to_end(row.text)
        while len(self.visited) > VISITED:
            self.visited.popitem(last=False)
        return _with_tokens(bench, self._of(row).edited.get(row.index, bench.tokens))

    def write_back(self, bench: Workbench) -> None:
        """Note a row's tokens as the workbench has them."""
        row = RowKey.parse(bench.encoded.clip.key)
        if row is not None and row.table in self.kept:
            self.kept[row.table].put(row.index, bench.tokens)

    def may_forget(self, bench: Workbench) -> bool:
        """Whether a workbench holds nothing that its row does not hold too."""
        untouched = not (bench.past or bench.future or bench.pinned)
        return untouched and RowKey.parse(bench.encoded.clip.key) is not None

    def key_of(self, key: str, row: SharedRow) -> str:
        """Key of the row that a state is about; where its table is not open, a table of that row alone is.

        Raises
        ------
        MissingTableError
            If the state does not carry the tokens either.
        """
        place = RowKey.parse(key)
        if place is not None and place.table in self.kept:
            return key
        if row.tokens is None:
            raise MissingTableError(
                f"This link is about {row.words}, and carries no tokens. Open that table here first; "
                "the link's state is then shown."
            )
        table = table_of_row(row.words, TokenRow(row.id, row.tokens, row.frames))
        self.keep(table)
        return RowKey(table.key, 0).text

    def _of(self, row: RowKey) -> OpenTable:
        if row.table not in self.kept:
            raise StudioError("That row's table is not open here; open the table first.")
        return self.kept[row.table]


def _with_tokens(bench: Workbench, tokens: np.ndarray) -> Workbench:
    if np.array_equal(tokens, bench.tokens):
        return bench
    layers, steps = tokens.shape
    codes = tuple(tuple(row) for row in tokens.tolist())
    return bench.edit(Paste(Region(0, layers - 1, 0, steps - 1), False, codes))
