"""A learner's page, asked as the browser asks it, and what its lessons' tables say."""

import pytest

from app.connection import Connection
from app.lessons.lessons import lesson_payload

PATIENCE_S = 200


class Page:
    """A visitor's page, asked as the browser asks it."""

    def __init__(self, visitor):
        self.visitor, self.connection = visitor, Connection(visitor)
        self.requests = 0
        self.connection.page_shows_opening()

    def does(self, name, **values):
        self.requests += 1
        request = {"number": self.requests, "commands": [{"name": name, **values}], "resume": None}
        return self.connection.answer(request)["notice"]

    def opens(self, lesson, answer=None):
        assert self.does("open_lesson", lesson=lesson) == ""
        if answer is not None:
            assert self.does("answer_lesson", answer=answer) == ""

    def layers(self, *on):
        count = self.encoded.num_layers
        self.does("set_layers", layers=[v + 1 in on for v in range(count)])

    @property
    def encoded(self):
        return self.visitor.workbench.encoded

    @property
    def lesson(self):
        return lesson_payload(self.visitor)

    @property
    def outcome(self):
        return self.lesson["outcome"]

    @property
    def answers(self):
        return [option["key"] for option in self.lesson["question"]["options"]]

    @property
    def done(self):
        return [step["done"] for step in self.lesson["steps"]]

    def waits_for(self, job):
        (thread_job,) = [one for name, one in self.visitor.jobs._jobs.items() if name == job]
        for _ in range(PATIENCE_S * 50):
            if not thread_job.is_open:
                break
            thread_job.stop.wait(0.02)
        assert thread_job.state == "done", thread_job.words


def cells(table):
    return [row["cells"] for row in table["rows"]]


def assert_mm(text, value):
    """The page's text is this number of millimetres, rounded."""
    assert float(text.removesuffix(" mm")) == pytest.approx(value, abs=0.51 if value >= 100 else 0.051)
