"""What the page was handed last: a link, a file, a look or a place to go to, or an offer."""

from app.views.view import View


def payload(session) -> dict:
    """The parcel, or {"kind": ""} where nothing was handed over."""
    return session.parcel or {"number": 0, "kind": ""}


VIEW = View("parcel", lambda session: session.parcel and session.parcel["number"], payload)
