"""Tokens on disk as they come, one JSON line a clip, so that an interrupted run loses little.

Every rank writes a journal of its own beside the table; all of them are read when a run begins, whatever the
number of ranks that wrote them. Memory holds where a clip's line is, never its tokens.
"""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from rvqvae.tokens import TokenRow

JOURNAL_SUFFIX = ".partial"


class Line(NamedTuple):
    """Where a clip's tokens are noted: its id, the journal, and where in it the line begins."""

    id: str
    journal: Path
    start: int


class Journal:
    """One rank's journal.

    Parameters
    ----------
    out : the table that the journals are beside
    rank : number of the rank that writes this one
    head : what the run is made with; a journal with another head is of another run
    """

    def __init__(self, out: Path, rank: int, head: dict[str, Any]):
        self.path = out.with_name(out.name + JOURNAL_SUFFIX + (f".{rank}" if rank else ""))
        self._head = head

    def __enter__(self) -> "Journal":
        self._file = open(self.path, "ab")
        # Whatever follows the last line end was being written when an earlier run stopped.
        self._file.truncate(_whole(self.path))
        if self.path.stat().st_size == 0:
            self._write(self._head)
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def add(self, file: Path, index: int, row: TokenRow) -> None:
        """Note the tokens of a file's clip, handed to the system before this returns."""
        clip = {"id": row.id, "frames": row.frames, "tokens": row.tokens.tolist()}
        self._write({"file": str(file), "index": index, **clip})

    def _write(self, entry: dict[str, Any]) -> None:
        self._file.write(json.dumps(entry).encode() + b"\n")
        self._file.flush()


class JournalRows(Sequence[TokenRow]):
    """Rows of a token table that stay in the journals until they are asked for."""

    def __init__(self, lines: Sequence[Line]):
        self._lines = lines

    def __len__(self) -> int:
        return len(self._lines)

    def __getitem__(self, index: int) -> TokenRow:  # type: ignore[override]  # no slices
        with open(self._lines[index].journal, "rb") as file:
            return self._row(file, self._lines[index])

    def __iter__(self) -> Iterator[TokenRow]:
        with ExitStack() as stack:
            paths = {line.journal for line in self._lines}
            files = {path: stack.enter_context(open(path, "rb")) for path in paths}
            for line in self._lines:
                yield self._row(files[line.journal], line)

    @staticmethod
    def _row(file: BinaryIO, line: Line) -> TokenRow:
        file.seek(line.start)
        entry = json.loads(file.readline())
        return TokenRow(entry["id"], np.array(entry["tokens"], dtype=np.int64), entry["frames"])


def journals(out: Path) -> list[Path]:
    """The journals that runs of any number of ranks left beside a table."""
    pattern = re.compile(re.escape(out.name + JOURNAL_SUFFIX) + r"(\.[0-9]+)?")
    return sorted(path for path in out.parent.iterdir() if pattern.fullmatch(path.name))


def read_journals(out: Path, head: dict[str, Any]) -> dict[tuple[str, int], Line]:
    """What the journals beside a table hold: (file, number of the clip within it) to its line.

    Raises
    ------
    ValueError
        If one was begun with another checkpoint or joint map, or is no journal.
    """
    return {place: line for path in journals(out) for place, line in _lines(path, head)}


def _lines(path: Path, head: dict[str, Any]) -> Iterator[tuple[tuple[str, int], Line]]:
    end, start = _whole(path), 0
    with open(path, "rb") as file:
        while start < end:
            try:
                entry = json.loads(file.readline())
                if start:
                    yield (entry["file"], entry["index"]), Line(entry["id"], path, start)
            except (ValueError, KeyError, TypeError):
                raise ValueError(f"{path}: not the journal of an interrupted run; delete it") from None
            if not start and entry != head:
                _refuse(path, entry, head)
            start = file.tell()


def _refuse(path: Path, found: object, head: dict[str, Any]) -> None:
    if not isinstance(found, dict) or "fingerprint" not in found:
        raise ValueError(f"{path}: not the journal of an interrupted run; delete it")
    other_map = "" if found.get("joint_map") == head.get("joint_map") else " and another joint map"
    raise ValueError(
        f"{path}: an interrupted run with {found.get('checkpoint')} ({found['fingerprint']}){other_map} left "
        "it; go on with the same, or delete the file to start anew"
    )


def _whole(path: Path) -> int:
    """Bytes up to the end of the last whole line."""
    size = path.stat().st_size
    with open(path, "rb") as file:
        while size:
            begin = max(0, size - 65_536)
            file.seek(begin)
            at = file.read(size - begin).rfind(b"\n")
            if at >= 0:
                return begin + at + 1
            size = begin
    return 0
