"""What the page is handed last: a link, a file, a look, a place to go to, or an offer."""

from typing import Any, Literal, NotRequired, TypedDict

from app.payloads.packed import PackedArray


class Nothing(TypedDict):
    number: int
    kind: Literal[""]


class Link(TypedDict):
    number: int
    kind: Literal["link"]
    text: str


class FileToSave(TypedDict):
    """Its content is `text`, `base64`, or at an `address` of this server."""

    number: int
    kind: Literal["file"]
    name: str
    text: NotRequired[str]
    base64: NotRequired[str]
    address: NotRequired[str]
    type: NotRequired[str]


class Code(TypedDict):
    """Python for the clipboard."""

    number: int
    kind: Literal["code"]
    text: str


class Restored(TypedDict):
    number: int
    kind: Literal["restored"]
    joints: list[str]
    time: float
    picture: str
    tab: str
    notes: NotRequired[str]


class TabToOpen(TypedDict):
    number: int
    kind: Literal["tab"]
    tab: str


class RowToOpen(TypedDict):
    """A row of a table is on the workbench; a layer, perhaps a step of it, is to be selected."""

    number: int
    kind: Literal["row"]
    tab: str
    layer: int | None
    step: int | None


class Figure(TypedDict):
    """A body in one frame: joints (1, J, 3) and the pairs of them that bones join."""

    joints: PackedArray
    bones: list[list[int]]


class Offer(TypedDict):
    """Something to agree to: a button, the command that it gives, perhaps the body that it is about."""

    number: int
    kind: Literal["offer"]
    words: str
    label: str
    command: dict[str, Any]
    figure: NotRequired[Figure]


NotificationPayload = Nothing | Link | Code | FileToSave | Restored | TabToOpen | RowToOpen | Offer
