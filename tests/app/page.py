"""A visitor's page, written to as the browser writes."""

import json
import shutil
import time
from pathlib import Path

from app.connection import Connection
from app.visitor import Visitor

PATIENCE = 120
PANELS = ("information", "lattice", "beam", "relabel")


class Page:
    """One open page: the latest payload of each view, and what the server last said."""

    def __init__(self, visitor: Visitor):
        self.visitor, self.connection = visitor, Connection(visitor)
        self.views, self.notice, self.number = self.connection.changed_views(), "", 0
        for panel in PANELS:
            self.say("show_panel", panel=panel)

    def say(self, name, **values):
        self.number += 1
        answer = self.connection.answer({"number": self.number, "commands": [{"name": name, **values}]})
        json.dumps(answer, allow_nan=False)
        self.views |= merged(answer["views"], self.views)
        self.notice = answer["notice"]

    def wait(self, name):
        deadline = time.monotonic() + PATIENCE
        while any(job[0] == name and job[1] in ("waiting", "running") for job in self.visitor.jobs.states()):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        self.say("look")

    def job(self, name):
        return self.views["jobs"]["jobs"][name]


def merged(changed, shown):
    """Views of which the lists of edits are whole, as the browser makes them (widgets/shared/merge.js)."""
    changed = dict(changed)
    if "edits" in changed:
        changed["edits"] = _whole(changed["edits"], shown["edits"])
    if "session" in changed:
        resume = _whole(changed["session"]["resume"], shown["session"]["resume"])
        changed["session"] = {**changed["session"], "resume": resume}
    return changed


def _whole(came, before):
    return {**came, "kept": 0, "edits": before["edits"][: came["kept"]] + came["edits"]}


def send(connection: Connection, *commands: dict) -> dict:
    """The answer to commands that a page sends together."""
    return connection.answer({"number": connection.last_request + 1, "commands": list(commands)})


def upload(connection: Connection, *files: Path) -> dict:
    """The command that opens files as Gradio leaves them: each in a folder of its own below the uploads."""
    sent = []
    for number, file in enumerate(files):
        place = connection.visitor.uploads_folder / f"{connection.last_request}-{number}" / file.name
        place.parent.mkdir()
        shutil.copyfile(file, place)
        sent.append({"path": str(place), "file_name": file.name})
    return {"name": "open_checkpoint", "files": sent}
