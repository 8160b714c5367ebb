"""The shape of a view."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class View:
    """A part of the page.

    Attributes
    ----------
    name : the payload's name in the browser
    key : session to a value that is equal exactly as long as the payload need not be sent again
    panel : only sent while this panel is open; None means always
    payload : session to a JSON-ready dict; arrays packed by `app.views.arrays.pack`
    """

    name: str
    key: Callable[[Any], Hashable]
    payload: Callable[[Any], dict]
    panel: str | None = None
