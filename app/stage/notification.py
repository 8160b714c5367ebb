"""What the page was given last: a link, a file, a look or a place to go to, or an offer."""

from typing import cast

from app.payloads.handing import NotificationPayload
from app.view import View
from app.visitor import Visitor


def payload(visitor: Visitor) -> NotificationPayload:
    """The notification, or {"kind": ""} where nothing was given."""
    return cast(NotificationPayload, visitor.notification or {"number": 0, "kind": ""})


def key(visitor: Visitor) -> int | None:
    """Its number."""
    return visitor.notification["number"] if visitor.notification else None


VIEWS = (View("notification", key, payload),)
