"""The shape of a view: a part of what the page shows."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from app.visitor import Visitor
from app.workbench.decoding import Decoding
from app.workbench.edits import Edit
from app.workbench.workbench import Workbench


@dataclass(frozen=True)
class Shown:
    """The decoding that a page shows, the alignment of its errors, and the edits that it lists."""

    decoding: Decoding
    alignment: str
    edits: tuple[Edit, ...] = ()

    def edits_kept(self, bench: Workbench) -> int:
        """How many of a workbench's edits, from the first on, the page has already."""
        pairs = zip(self.edits, bench.version.edits, strict=False)
        return next(
            (at for at, (one, other) in enumerate(pairs) if one is not other),
            min(len(self.edits), bench.version.count),
        )


@dataclass(frozen=True)
class View:
    """A part of the page.

    Attributes
    ----------
    name : the payload's name in the browser
    key : visitor to a value that is equal exactly as long as the payload need not be sent again
    payload : visitor to a JSON-ready dict; arrays packed by `app.payloads.arrays.pack`
    panel : only sent while this panel is open; None means always
    patch : the payload of a page that shows something already, where less will do than for one that does not
    joints_for : what it does that only joints allow, the first half of a sentence; "" where none are needed
    """

    name: str
    key: Callable[[Visitor], Hashable]
    payload: Callable[[Visitor], Any]
    panel: str | None = None
    patch: Callable[[Visitor, Shown], Any] | None = None
    joints_for: str = ""
