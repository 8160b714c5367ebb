"""A session, written to as the page writes."""

import json
import time

PATIENCE = 120
PANELS = ("information", "lattice", "beam", "relabel")


class Desk:
    """One visitor: the latest payload of each view, and what the server last said."""

    def __init__(self, session):
        self.session = session
        self.views, self.notice, self.number = session.changed_views(), "", 0
        for panel in PANELS:
            self.say("show_panel", panel=panel)

    def say(self, name, **values):
        self.number += 1
        answer = self.session.answer({"letter": self.number, "commands": [{"name": name, **values}]})
        json.dumps(answer, allow_nan=False)
        self.views |= answer["views"]
        self.notice = answer["notice"]

    def wait(self, name):
        deadline = time.monotonic() + PATIENCE
        while any(job[0] == name and job[1] in ("waiting", "running") for job in self.session.jobs.states()):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        self.say("look")

    def job(self, name):
        return self.views["jobs"]["jobs"][name]
