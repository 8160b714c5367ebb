"""All lessons by name, and the words that they use."""

from app.lessons import LESSONS
from app.lessons.glossary import GLOSSARY
from app.views.view import View


def payload(session) -> dict:
    """The list of lessons and the glossary; the same for everyone."""
    return {
        "list": [
            {"key": one.key, "number": one.number, "title": one.title, "minutes": one.minutes}
            for one in LESSONS
        ],
        "glossary": [
            {"term": term, "symbol": symbol, "meaning": meaning} for term, symbol, meaning in GLOSSARY
        ],
    }


VIEW = View("lessons", lambda session: None, payload)
