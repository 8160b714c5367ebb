"""What the page was handed last: a link, a file, or joints and a time to return to."""

from app.views.view import View


def payload(session) -> dict:
    """The parcel, or {"kind": ""} where nothing was handed over."""
    return session.parcel or {"number": 0, "kind": ""}


VIEW = View("parcel", lambda session: session.parcel and session.parcel["number"], payload)
