"""Bodies beside each other."""

from typing import TypedDict

from app.payloads.packed import Alignment, PackedArray


class ComparedBody(TypedDict):
    title: str
    joints: PackedArray
    errors: PackedArray
    shades: PackedArray
    differs: PackedArray | None


class CompareBodiesPayload(TypedDict):
    """`shades` are the tokens' colours, 0 to 255; `differs` marks those that are not the first body's, None
    where codes have other numbers."""

    bones: list[list[int]]
    alignment: Alignment
    frames: int
    bodies: list[ComparedBody]
