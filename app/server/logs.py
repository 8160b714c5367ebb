"""The server's log: a line of JSON an event, without what visitors call their files or have in them."""

import json
import logging
import os
import traceback
from pathlib import Path

FULL = "STUDIO_LOG"  # set to "full" where nobody but the owner uses the page: messages and values too


class Formatter(logging.Formatter):
    """Time, level, what happened in our own words, and the kind and place of an error."""

    def format(self, record: logging.LogRecord) -> str:
        """One line; `record.args` and the words of an error may be a visitor's, and stay out."""
        line = {
            "time": self.formatTime(record),
            "level": record.levelname.lower(),
            "where": record.name,
            "what": str(record.msg),
        }
        if record.exc_info and record.exc_info[1] is not None:
            steps = traceback.extract_tb(record.exc_info[2])[-6:]
            line["error"] = type(record.exc_info[1]).__name__
            line["at"] = " < ".join(f"{Path(step.filename).name}:{step.lineno}" for step in reversed(steps))
        return json.dumps(line)


def begin() -> None:
    """Have everything of the studio's own logged so."""
    if os.environ.get(FULL) == "full":
        return
    handler = logging.StreamHandler()
    handler.setFormatter(Formatter())
    for name in ("app", "rvqvae"):
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.propagate = False
