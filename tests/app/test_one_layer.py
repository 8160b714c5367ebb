"""A plain VQ-VAE, of a single layer, is a residual one too: every view and every lesson says something."""

import json
import time

import pytest

from app.lessons import LESSONS
from app.library import Library
from app.session import Session
from app.views import VIEWS
from tests.app.conftest import write_checkpoint

WORK = ("analyse_clip", "score_subsets", "compare_beams", "compare", "examine")


@pytest.fixture
def session(tmp_path):
    write_checkpoint(tmp_path, "plain", num_quantizers=1)
    session = Session(Library(checkpoints_folder=tmp_path), tmp_path)
    session.page_shows_opening()
    return session


def send(session, *commands):
    letter = {"letter": session.last_letter + 1, "commands": list(commands), "resume": None}
    answer = session.answer(letter)
    json.dumps(answer)
    assert answer["notice"] == ""
    return answer["views"]


def test_every_view_of_the_laboratory_is_filled(session):
    session.open_panels = {view.panel for view in VIEWS if view.panel}
    send(session, *({"name": name} for name in WORK))
    send(session, {"name": "renumber", "how": "agreeing", "seed": 0, "layer": None})
    deadline = time.monotonic() + 60
    while any(job[1] in ("waiting", "running") for job in session.jobs.states()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert {name: state for name, state, *_ in session.jobs.states() if state != "done"} == {}
    send(session)
    views = {view.name: view.payload(session) for view in VIEWS}
    assert len(views["lattice"]["subsets"]) == 1
    assert [len(side[0]) for side in views["relabel"]["result"]["correlation"]] == [1, 1]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.key)
def test_every_lesson_opens_or_says_why_not(session, lesson):
    shown = send(session, {"name": "open_lesson", "lesson": lesson.key})["lesson"]
    assert shown["unfit"] or shown["question"] or lesson.key == "challenge"
