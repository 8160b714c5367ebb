import numpy as np
import pytest

from app.views import VIEWS


def letter(number, *commands, resume=None):
    return {"letter": number, "commands": list(commands), "resume": resume}


def test_the_first_answer_holds_every_view(session):
    assert set(session.changed_views()) == {view.name for view in VIEWS}
    assert session.changed_views() == {}


def test_only_changed_views_are_sent(session):
    session.page_shows_opening()
    answer = session.answer(letter(1, {"name": "set_layers", "layers": [True] + [False] * 5}))
    assert set(answer["views"]) == {"session", "tokens", "reconstruction"}
    answer = session.answer(letter(2, {"name": "set_alignment", "alignment": "global"}))
    assert set(answer["views"]) == {"session", "reconstruction", "ladder"}
    answer = session.answer(letter(3, {"name": "choose_clip", "clip": "run"}))
    assert set(answer["views"]) == {"session", "clip", "tokens", "reconstruction", "ladder", "codebook"}


def test_commands_of_a_letter_are_applied_in_order(session):
    session.answer(
        letter(
            1,
            {"name": "choose_clip", "clip": "jump"},
            {"name": "set_layers", "layers": [False] * 6},
            {"name": "set_layers", "layers": [True] * 5 + [False]},
        )
    )
    assert session.workbench.take.clip.key == "jump"
    assert session.workbench.layers == (True,) * 5 + (False,)


def test_a_letter_that_comes_twice_is_applied_once_and_answered_whole(session):
    session.page_shows_opening()
    first = letter(1, {"name": "choose_clip", "clip": "run"})
    session.answer(first)
    session.answer(letter(2, {"name": "choose_clip", "clip": "walk"}))
    again = session.answer(first)
    assert session.workbench.take.clip.key == "walk"
    assert set(again["views"]) == {view.name for view in VIEWS}


def test_a_lost_session_returns_to_what_the_page_shows(session):
    resume = {
        "clip": "kick",
        "checkpoint": "second",
        "layers": [True, False, True, True],
        "alignment": "local",
    }
    answer = session.answer(letter(7, {"name": "set_alignment", "alignment": "global"}, resume=resume))
    assert answer["notice"] == ""
    assert session.workbench.take.clip.key == "kick"
    assert session.workbench.layers == (True, False, True, True)
    assert session.workbench.alignment == "global"
    assert set(answer["views"]) == {view.name for view in VIEWS}


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ({"name": "choose_clip", "clip": "nothing"}, "There is no clip named 'nothing'"),
        ({"name": "choose_checkpoint", "checkpoint": "x"}, "There is no checkpoint named 'x'"),
        ({"name": "set_layers", "layers": [True]}, "1 layer switches were given"),
        ({"name": "set_layers"}, "in a way that cannot be read"),
        ({"name": "launch"}, "does not know"),
        ({"name": "open_file", "path": "/etc/hostname", "file_name": "x.npy"}, "not uploaded from this page"),
    ],
)
def test_a_refused_command_leaves_the_work_and_says_why(session, command, sentence):
    session.page_shows_opening()
    before = session.workbench
    answer = session.answer(letter(1, command))
    assert sentence in answer["notice"]
    assert session.workbench is before
    assert answer["views"] == {}


def test_an_uploaded_clip_is_the_visitors_alone(session, library, tmp_path):
    np.save(tmp_path / "mine.npy", library.clip("walk").features)
    session.page_shows_opening()
    opened = {"name": "open_file", "path": str(tmp_path / "mine.npy"), "file_name": "mine.npy"}
    answer = session.answer(letter(1, opened))
    assert answer["notice"] == ""
    assert answer["views"]["clip"]["title"] == "mine"
    assert answer["views"]["clip"]["trained"] is None
    assert answer["views"]["library"]["clips"][-1]["key"] == "own-1"
    assert "own-1" not in library.clips
