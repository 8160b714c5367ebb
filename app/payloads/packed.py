"""Arrays as they are sent, and words that many views use."""

from typing import Literal, NotRequired, TypedDict

JobState = Literal["waiting", "running", "done", "failed", "cancelled"]
Alignment = Literal["local", "root", "global", "raw", "standardised"]
Dtype = Literal["i16", "u16", "i32", "f32", "u8"]


class Columns(TypedDict):
    """What each column of a packed array is scaled by, and its middle, which unpacking adds."""

    scale: "PackedArray"
    middle: "PackedArray"


class PackedArray(TypedDict):
    """An array as `app.payloads.arrays.pack` makes it."""

    dtype: Dtype
    shape: list[int]
    scale: float
    data: str
    origin: NotRequired["PackedArray"]
    columns: NotRequired[Columns]
