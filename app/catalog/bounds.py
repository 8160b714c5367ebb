"""How much visitors may have open, each of them and all together."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Protocol
from weakref import WeakSet

from app.errors import StudioError


class Sized(Protocol):
    """Something that takes memory."""

    @property
    def bytes(self) -> int:
        """How much."""


@dataclass(frozen=True)
class Bound:
    """Of one kind of things that visitors open.

    Attributes
    ----------
    things : what they are called
    most : how many one visitor may have open
    most_bytes : what those of one visitor may take
    most_of_all : bytes that those of all visitors together may take
    help : how to make room, the second half of a sentence
    everyones : those that visitors have open; whoever keeps one adds it
    """

    things: str
    most: int
    most_bytes: int
    most_of_all: int
    help: str
    everyones: "WeakSet[Sized]" = field(default_factory=WeakSet)

    def check(self, new: Sized, beside: Collection[Sized]) -> None:
        """Refuse a new one for which there is no room beside those that its visitor has open.

        Raises
        ------
        StudioError
            With how to make room.
        """
        if len(beside) >= self.most:
            raise StudioError(
                f"{self.most} {self.things} of yours are open, which is as many as fit; {self.help}."
            )
        if sum(other.bytes for other in beside) + new.bytes > self.most_bytes:
            raise StudioError(f"Your open {self.things} leave no room for this one; {self.help}.")
        if sum(other.bytes for other in self.everyones) + new.bytes > self.most_of_all:
            raise StudioError(
                f"Other visitors' {self.things} fill this server's memory; try again later, or run the "
                "studio on your own machine."
            )
