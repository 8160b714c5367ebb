"""The shape of a view: a part of what the page shows."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from app.visitor import Visitor
from app.workbench.decoding import Decoding
from app.workbench.version import Version


@dataclass(frozen=True)
class Shown:
    """The decoding that a page shows, the alignment of its errors, and the version whose edits it lists."""

    decoding: Decoding
    alignment: str
    version: Version


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
