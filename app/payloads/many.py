"""Many clips, measured."""

from typing import TypedDict

from app.payloads.packed import JobState


class MeasuredRow(TypedDict):
    index: int
    name: str
    frames: int
    errors: list[float]
    used: list[int]
    bits: float
    slide: list[float] | None
    remarks: str


class NotMeasured(TypedDict):
    name: str
    reason: str


class NothingMeasured(TypedDict):
    batch: None


class Measured(TypedDict):
    """Errors are of the first 1 … Q layers; the interval is of the mean with all of them, over clips."""

    batch: str
    title: str
    checkpoint: str
    state: JobState | None
    complete: bool
    clips: int
    frames: int
    fps: float
    alignments: list[str]
    alignment: str
    unit: str
    order: str
    mean: list[float]
    interval: list[float] | None
    page: int
    pages: int
    first: int
    rows: list[MeasuredRow]
    failed: int
    failures: list[NotMeasured]


ManyPayload = NothingMeasured | Measured
