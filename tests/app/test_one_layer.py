"""A plain VQ-VAE, of a single layer, is a residual one too: every view and every lesson says something."""

import json
import time

import pytest

from app.catalog.library import Library
from app.connection import Connection
from app.lessons.lessons import LESSONS
from app.rooms import VIEWS
from app.visitor import Visitor
from tests.support.checkpoints import write_checkpoint

WORK = ("analyse_clip", "score_subsets", "compare_beams", "compare", "examine")


@pytest.fixture
def connection(tmp_path):
    write_checkpoint(tmp_path, "plain", num_quantizers=1)
    connection = Connection(Visitor(Library(checkpoints_folder=tmp_path), tmp_path))
    connection.page_shows_opening()
    return connection


def send(connection, *commands):
    request = {"number": connection.last_request + 1, "commands": list(commands), "resume": None}
    answer = connection.answer(request)
    json.dumps(answer)
    assert answer["notice"] == ""
    return answer["views"]


def test_every_view_of_the_laboratory_is_filled(connection):
    connection.visitor.open_panels = {view.panel for view in VIEWS if view.panel}
    send(connection, *({"name": name} for name in WORK))
    send(connection, {"name": "renumber", "how": "agreeing", "seed": 0, "layer": None})
    deadline = time.monotonic() + 60
    while any(job[1] in ("waiting", "running") for job in connection.visitor.jobs.states()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert {name: state for name, state, *_ in connection.visitor.jobs.states() if state != "done"} == {}
    send(connection)
    views = {view.name: view.payload(connection.visitor) for view in VIEWS}
    assert len(views["lattice"]["subsets"]) == 1
    assert [len(side[0]) for side in views["relabel"]["result"]["correlation"]] == [1, 1]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.key)
def test_every_lesson_opens_or_says_why_not(connection, lesson):
    shown = send(connection, {"name": "open_lesson", "lesson": lesson.key})["lesson"]
    assert shown["unfit"] or shown["question"] or lesson.key == "challenge"
