import numpy as np
import pytest

from app.session import Session
from app.views import VIEWS

ALWAYS = {view.name for view in VIEWS if view.panel is None}
ON_A_CLIP = {
    "session",
    "clip",
    "tokens",
    "reconstruction",
    "compared",
    "edits",
    "cell",
    "blast",
    "ladder",
    "codebook",
}


def letter(number, *commands, resume=None):
    return {"letter": number, "commands": list(commands), "resume": resume}


def test_the_first_answer_holds_every_view(session):
    assert set(session.changed_views()) == ALWAYS
    assert session.changed_views() == {}


def test_only_changed_views_are_sent(session):
    session.page_shows_opening()
    answer = session.answer(letter(1, {"name": "set_layers", "layers": [True] + [False] * 5}))
    assert set(answer["views"]) == {"session", "tokens", "reconstruction", "blast"}
    answer = session.answer(letter(2, {"name": "set_alignment", "alignment": "global"}))
    assert set(answer["views"]) == {"session", "reconstruction", "compared", "ladder"}
    answer = session.answer(letter(3, {"name": "choose_clip", "clip": "run"}))
    assert set(answer["views"]) == ON_A_CLIP


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
    assert set(again["views"]) == ALWAYS


def test_a_lost_session_returns_to_what_the_page_shows(session, library, tmp_path):
    session.answer(
        letter(1, {"name": "choose_clip", "clip": "kick"}, {"name": "show_panel", "panel": "feet"})
    )
    session.answer(letter(2, {"name": "set_code", "region": [0, 0, 2, 4], "code": 3, "repair": False}))
    resume = VIEWS[1].payload(session)["resume"]
    fresh = Session(library, tmp_path)
    answer = fresh.answer(letter(3, {"name": "set_alignment", "alignment": "global"}, resume=resume))
    assert answer["notice"] == ""
    np.testing.assert_array_equal(fresh.workbench.tokens, session.workbench.tokens)
    assert fresh.workbench.take.clip.key == "kick"
    assert fresh.workbench.alignment == "global"
    assert set(answer["views"]) == ALWAYS | {"feet"}


def test_a_panel_is_sent_while_it_is_open(session):
    session.page_shows_opening()
    assert set(session.answer(letter(1, {"name": "show_panel", "panel": "feet"}))["views"]) >= {"feet"}
    edit = {"name": "set_code", "region": [0, 0, 2, 4], "code": 3, "repair": False}
    assert "feet" in session.answer(letter(2, edit))["views"]
    session.answer(letter(3, {"name": "show_panel", "panel": "feet", "shown": False}))
    assert "feet" not in session.answer(letter(4, {"name": "undo"}))["views"]


def test_another_clip_keeps_the_layers_and_another_number_of_layers_starts_with_all(session):
    layers = [True, True, False, False, False, False]
    session.answer(
        letter(1, {"name": "set_layers", "layers": layers}, {"name": "choose_clip", "clip": "run"})
    )
    assert session.workbench.layers == tuple(layers)
    session.answer(letter(2, {"name": "choose_checkpoint", "checkpoint": "second"}))
    assert session.workbench.layers == (True,) * 4


def test_work_on_a_clip_waits_there(session):
    edit = {"name": "set_code", "region": [0, 0, 2, 4], "code": 3, "repair": False}
    session.answer(letter(1, {"name": "choose_clip", "clip": "kick"}, edit))
    tokens = session.workbench.tokens
    session.answer(letter(2, {"name": "choose_clip", "clip": "walk"}))
    assert session.workbench.version.edits == ()
    session.answer(letter(3, {"name": "choose_clip", "clip": "kick"}))
    assert session.workbench.tokens is tokens
    session.answer(letter(4, {**edit, "code": 9}, {"name": "choose_clip", "clip": "kick"}))
    assert session.workbench.tokens[0, 2] == 9


def test_a_refused_command_does_not_stop_those_after_it(session):
    refused = {"name": "set_code", "region": [0, 0, 2, 2], "code": 999, "repair": False}
    answer = session.answer(letter(1, refused, {**refused, "code": 9}))
    assert "no code 999" in answer["notice"]
    assert session.workbench.tokens[0, 2] == 9


def test_layers_of_a_shorter_clip_are_taken_and_named_as_far_as_it_lasts(session):
    session.choose("walk", "first")
    steps = session.tokens_of("kick", "first").shape[1]
    assert steps < session.workbench.tokens.shape[1]
    borrow = {"name": "borrow", "first_layer": 0, "last_layer": 0, "clip": "kick", "repair": False}
    assert session.answer({"letter": 1, "commands": [borrow], "resume": None})["notice"] == ""
    bench = session.workbench
    assert bench.version.edits[0].words(bench.take) == f"layer 1, steps 0 to {steps - 1} taken from kick"
    np.testing.assert_array_equal(bench.tokens[0, :steps], session.tokens_of("kick", "first")[0])
    np.testing.assert_array_equal(bench.tokens[0, steps:], bench.take.tokens[0, steps:])


def test_a_burst_in_one_letter_ends_on_its_last_edit(session):
    session.page_shows_opening()
    codes = [int(code) for code in np.random.default_rng(0).integers(0, 64, 30)]
    edits = [{"name": "set_code", "region": [0, 0, 2, 2], "code": code, "repair": False} for code in codes]
    session.answer(letter(1, *edits))
    assert session.workbench.tokens[0, 2] == codes[-1]
    assert len(session.workbench.version.edits) == 30


def test_a_cell_shows_the_codes_nearest_to_its_residual(session):
    answer = session.answer(letter(1, {"name": "inspect_cell", "layer": 2, "step": 7}))
    cell, take = answer["views"]["cell"], session.workbench.take
    codebook = take.codebook(2).numpy()
    residual = take.latent[:, 7].numpy() - sum(
        take.codebook(layer).numpy()[:, take.tokens[layer, 7]] for layer in range(2)
    )
    distances = np.linalg.norm(codebook - residual[:, None], axis=0)
    assert cell["code"] == take.tokens[2, 7] == distances.argmin()
    assert cell["distance"] == pytest.approx(distances.min(), rel=1e-4)
    assert [one["code"] for one in cell["next"]] == list(np.argsort(distances)[1:6])


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ({"name": "choose_clip", "clip": "nothing"}, "There is no clip named 'nothing'"),
        ({"name": "choose_checkpoint", "checkpoint": "x"}, "There is no checkpoint named 'x'"),
        ({"name": "set_layers", "layers": [True]}, "1 layer switches were given"),
        ({"name": "set_layers"}, "in a way that cannot be read"),
        ({"name": "launch"}, "does not know"),
        ({"name": "undo"}, "There is nothing to undo"),
        ({"name": "set_code", "region": [0, 0, 0, 0], "code": 64, "repair": False}, "codes run from 0 to 63"),
        ({"name": "set_code", "region": [0, 0], "code": 6, "repair": False}, "in a way that cannot be read"),
        ({"name": "set_code", "region": [0, 0, 0, 0.5], "code": 6, "repair": False}, "not a whole number"),
        ({"name": "inspect_cell", "layer": 9, "step": 0}, "this clip has layers 1 to 6"),
        ({"name": "paste", "layer": 0, "step": 0, "codes": [], "repair": False}, "nothing to paste"),
        ({"name": "open_link", "text": "nonsense"}, "not made by this page"),
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
