"""One open table: its rows as the file has them, and as they were edited."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from app.catalog.entry import CheckpointEntry, check_shown
from app.catalog.keys import RowKey, table_key
from app.errors import StudioError, in_the_files_name
from app.parsing.tables import holds_table, read_sheet
from app.tables.fit import frames_of, misfit, outside
from app.workbench.encoded_clip import SourceClip
from app.workbench.encoded_row import EncodedRow
from rvqvae import Checkpoint
from rvqvae.nn.rows import DROPPED
from rvqvae.tokens import ArraySheet, SheetRow, TokenFileError, TokenRow, TokenSheet, TokenTable
from rvqvae.tokens.files import FORMAT

ALL, EDITED, FOUND = "all", "edited", "found"
SNIFFED = 4096  # bytes of a JSON in which its kind is named
LONGEST = 80  # characters of an id in a sentence


class MisfitError(StudioError):
    """A row that the checkpoint could decode if the tokens that it does not know were dropped."""


@dataclass(eq=False)
class OpenTable:
    """A table and what was done to it.

    Attributes
    ----------
    key : the same wherever the same file is opened, so that a link to a row holds for whoever has it too
    title : the file's name
    edited : tokens of the rows that differ from the file's, by index
    mended : rows whose tokens outside of a checkpoint's codes may be dropped
    changes : how often it changed; tells two states apart
    saved : the changes that the last saved file holds
    """

    key: str
    title: str
    sheet: TokenSheet
    edited: dict[int, np.ndarray] = field(default_factory=dict)
    mended: set[int] = field(default_factory=set)
    changes: int = 0
    saved: int = 0

    @property
    def bytes(self) -> int:
        """What it takes in memory."""
        return self.sheet.bytes

    @property
    def unsaved(self) -> bool:
        """Whether closing it would lose edits."""
        return bool(self.edited) and self.changes != self.saved

    def row(self, index: int) -> SheetRow:
        """A row as the file has it."""
        if not 0 <= index < len(self.sheet):
            raise StudioError(f"{self.title} has no such row.")
        return self.sheet.row(index)

    def tokens(self, index: int) -> np.ndarray | None:
        """(Q, n) a row's tokens as they are now; None where they cannot be read."""
        return self.edited[index] if index in self.edited else self.row(index).tokens

    def put(self, index: int, tokens: np.ndarray) -> None:
        """Write a row's tokens back."""
        if _are_equal(tokens, self.tokens(index)):
            return
        if _are_equal(tokens, self.row(index).tokens):
            del self.edited[index]
        else:
            self.edited[index] = tokens
        self.changes += 1

    def words(self, index: int) -> str:
        """A row as sentences call it."""
        row = self.row(index)
        return f"row {row.number}{f' ({row.id[:LONGEST]})' if row.id.strip() else ''} of {self.title}"

    def find(self, text: str, which: str, found: set[int]) -> list[int]:
        """Rows whose id, sentence or gloss holds a text, in any case.

        Parameters
        ----------
        which : ALL rows, those EDITED, or those FOUND by the check
        found : the latter
        """
        rows = {ALL: range(len(self.sheet)), EDITED: sorted(self.edited), FOUND: sorted(found)}[which]
        text = text.casefold().strip()
        if not text:
            return list(rows)
        ids, words = self.sheet.ids, self.sheet.words
        return [index for index in rows if text in ids[index].casefold() or text in words[index].casefold()]

    def encoded(self, index: int, entry: CheckpointEntry) -> EncodedRow:
        """A row through a checkpoint.

        Raises
        ------
        MisfitError
            If some of its codes are none of the checkpoint's.
        StudioError
            If the row cannot be read, or the checkpoint has another number of layers.
        """
        checkpoint = entry.load()
        check_shown(checkpoint, checkpoint.name)
        row = self.row(index)
        where = self.words(index)
        if row.tokens is None:
            at = f"column {row.column}: " if row.column else ""
            raise StudioError(f"{_capital(where)} cannot be decoded: {at}{row.problem}.")
        tokens, wrong = row.tokens, outside(row.tokens, checkpoint)
        problem = misfit(tokens, checkpoint)
        if problem and wrong.any() and not misfit(np.where(wrong, DROPPED, tokens), checkpoint):
            if index not in self.mended:
                raise MisfitError(f"{_capital(where)} {problem}.")
            tokens, problem = np.where(wrong, DROPPED, tokens), ""
        if problem:
            raise StudioError(f"{_capital(where)} {problem}. Open a checkpoint that fits.")
        frames = frames_of(tokens, row.frames, checkpoint)
        clip = SourceClip(
            key=RowKey(self.key, index).text,
            title=row.id.strip()[:LONGEST] or f"row {row.number}",
            features=checkpoint.decode(tokens, length=frames).astype(np.float32),
            fps=checkpoint.fps,
            trained=None,
            source=". ".join([where, *self._remarks(row, frames, checkpoint)]),
            licence="",
        )
        given = tokens.copy()
        given.flags.writeable = False
        return EncodedRow(clip, entry.key, checkpoint, entry.source, given, where)

    def warning(self, checkpoint: Checkpoint) -> str:
        """A sentence if the table says that another checkpoint made its tokens; else empty."""
        made = TokenTable([], self.sheet.checkpoint, self.sheet.fingerprint)
        warning = made.other_checkpoint(checkpoint.name, checkpoint.fingerprint)
        return f"{_capital(warning)}." if warning else ""

    def _remarks(self, row: SheetRow, frames: int, checkpoint: Checkpoint) -> Iterator[str]:
        yield "No motion was recorded: what stands as the original is these tokens decoded"
        if row.frames is not None and row.frames != frames:
            yield f"The file says {row.frames} frames, which these tokens are not for this checkpoint"
        if warning := self.warning(checkpoint):
            yield warning.removesuffix(".")


def is_table(path: Path) -> bool:
    """Whether a file is to be read as a table of tokens, and not as motion or a saved state."""
    if path.suffix == ".json":
        with open(path, "rb") as file:
            return f'"{FORMAT}"'.encode() in file.read(SNIFFED)
    return path.suffix in (".csv", ".npz") and holds_table(path)


def read_table(path: Path, file_name: str) -> OpenTable:
    """Open a visitor's table.

    Raises
    ------
    StudioError
        In the file's own name, not in that of the server's temporary copy.
    """
    try:
        sheet = read_sheet(path)
    except StudioError as error:
        raise StudioError(f"{file_name}: {error}") from error
    except TokenFileError as error:
        raise StudioError(in_the_files_name(error, path, file_name)) from error
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return OpenTable(table_key(digest), file_name, sheet)


def table_of_row(title: str, row: TokenRow) -> OpenTable:
    """A table of a single row, as a saved state carries it."""
    digest = hashlib.sha256(f"{title}\n{row.id}".encode() + row.tokens.tobytes()).hexdigest()
    return OpenTable(table_key(digest), title, ArraySheet(TokenTable([row])))


def _are_equal(tokens: np.ndarray, other: np.ndarray | None) -> bool:
    return other is not None and np.array_equal(tokens, other)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
