"""Tables of tokens."""

from typing import NotRequired, TypedDict

from app.payloads.packed import JobState
from app.payloads.statistics import Choice


class OpenRow(TypedDict):
    table: str
    index: int
    words: str


class TablesPayload(TypedDict):
    tables: list[Choice]
    shown: str | None
    rows: int
    layers: int
    edited: int
    unsaved: bool
    remarks: list[str]
    open_row: OpenRow | None
    awaited: str


class TableRow(TypedDict):
    index: int
    number: int
    id: str
    words: str
    edited: bool
    found: bool
    problem: str
    layers: NotRequired[int]
    steps: int | None
    frames: int | None
    codes: str


class NoRows(TypedDict):
    table: None
    rows: list[TableRow]


class Rows(TypedDict):
    table: str
    text: str
    which: str
    page: int
    pages: int
    first: int
    matching: int
    of: int
    fps: float
    rows: list[TableRow]


TableRowsPayload = NoRows | Rows


class TableFinding(TypedDict):
    number: int
    row: int | None
    column: str | None
    problem: str
    wrong: bool
    leads: bool


class NoCheck(TypedDict):
    state: None
    findings: list[TableFinding]


class Check(TypedDict):
    state: JobState | None
    stale: bool
    against: str
    ids: int | None
    wrong: int
    suspicious: int
    rows: int
    page: int
    pages: int
    first: int
    findings: list[TableFinding]


TableCheckPayload = NoCheck | Check


class TablePair(TypedDict):
    """A row of both tables: the share of each layer's true tokens that agree, and what the others cost."""

    true: int
    id: str
    problem: str
    deleted: int
    inserted: int
    agreement: list[float]
    damage: list[float]
    damage_all: float | None


class TablePairsPayload(TypedDict):
    """Two tables against each other; agreement and damage by layer are means over the rows."""

    predicted: str
    true: str
    state: JobState | None
    done: bool
    unit: str
    alignment: str
    fps: float
    only_predicted: int
    only_true: int
    agreement: list[float]
    damage: list[float]
    page: int
    pages: int
    first: int
    matching: int
    rows: list[TablePair]
