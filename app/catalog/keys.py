"""Keys of clips and checkpoints, as links, state files and payloads write them; taken apart here alone.

A key is text: "walk" is the library's, "own-3" a visitor's own, "table-0123456789ab-7" a row of a table.
"""

from dataclasses import dataclass

OWN = "own-"  # what the keys of a visitor's own clips and checkpoints begin with
TABLE = "table-"  # what the keys of tables begin with


@dataclass(frozen=True)
class RowKey:
    """The key of a row of a table, counted from 0."""

    table: str
    index: int

    @property
    def text(self) -> str:
        """As it is written."""
        return f"{self.table}-{self.index}"

    @classmethod
    def parse(cls, key: str) -> "RowKey | None":
        """A row's key; None where it is none of a row."""
        table, _, index = key.rpartition("-")
        is_row = key.startswith(TABLE) and index.isascii() and index.isdigit()
        return cls(table, int(index)) if is_row else None


def own_key(name: object) -> str:
    """The key of a visitor's own clip or checkpoint."""
    return f"{OWN}{name}"


def is_own(key: str) -> bool:
    """Whether a clip or checkpoint is a visitor's own."""
    return key.startswith(OWN)


def table_key(digest: str) -> str:
    """The key of a table."""
    return f"{TABLE}{digest[:12]}"


def is_row_of(key: str, table: str) -> bool:
    """Whether a clip is a row of this table."""
    row = RowKey.parse(key)
    return row is not None and row.table == table
