import gc
import weakref
from dataclasses import replace

import numpy as np
import pytest

from app.catalog.catalog import OWN_CLIPS
from app.connection import Connection
from app.errors import StudioError
from app.rooms import VIEWS
from app.visitor import Visitor
from app.workbench import memory
from rvqvae.tokens import TokenRow, TokenTable, write_tokens

ALWAYS = {view.name for view in VIEWS if view.panel is None}
ON_A_CLIP = {
    "session",
    "clip",
    "tokens",
    "reconstruction",
    "compared",
    "edits",
    "cell",
    "edit_effect",
    "ladder",
    "codebook",
}


def request(number, *commands, resume=None):
    return {"number": number, "commands": list(commands), "resume": resume}


def test_the_first_answer_holds_every_view(connection):
    assert set(connection.changed_views()) == ALWAYS
    assert connection.changed_views() == {}


def test_only_changed_views_are_sent(connection):
    connection.page_shows_opening()
    answer = connection.answer(request(1, {"name": "set_layers", "layers": [True] + [False] * 5}))
    assert set(answer["views"]) == {"session", "tokens", "reconstruction", "edits", "edit_effect"}
    answer = connection.answer(request(2, {"name": "set_alignment", "alignment": "global"}))
    assert set(answer["views"]) == {"session", "reconstruction", "compared", "ladder"}
    answer = connection.answer(request(3, {"name": "choose_clip", "clip": "run"}))
    assert set(answer["views"]) == ON_A_CLIP


def test_commands_of_a_request_are_applied_in_order(connection):
    connection.answer(
        request(
            1,
            {"name": "choose_clip", "clip": "jump"},
            {"name": "set_layers", "layers": [False] * 6},
            {"name": "set_layers", "layers": [True] * 5 + [False]},
        )
    )
    assert connection.visitor.workbench.encoded.clip.key == "jump"
    assert connection.visitor.workbench.layers == (True,) * 5 + (False,)


def test_a_request_that_comes_twice_is_applied_once_and_answered_whole(connection):
    connection.page_shows_opening()
    first = request(1, {"name": "choose_clip", "clip": "run"})
    connection.answer(first)
    connection.answer(request(2, {"name": "choose_clip", "clip": "walk"}))
    again = connection.answer(first)
    assert connection.visitor.workbench.encoded.clip.key == "walk"
    assert set(again["views"]) == ALWAYS


def test_a_lost_session_returns_to_what_the_page_shows(connection, library, tmp_path):
    connection.answer(
        request(1, {"name": "choose_clip", "clip": "kick"}, {"name": "show_panel", "panel": "feet"})
    )
    edit = {"name": "set_code", "region": [0, 0, 2, 4], "code": 3, "repair": False}
    resume = connection.answer(request(2, edit))["views"]["session"]["resume"]
    fresh = Connection(Visitor(library, tmp_path))
    answer = fresh.answer(request(3, {"name": "set_alignment", "alignment": "global"}, resume=resume))
    assert answer["notice"] == ""
    np.testing.assert_array_equal(fresh.visitor.workbench.tokens, connection.visitor.workbench.tokens)
    assert fresh.visitor.workbench.encoded.clip.key == "kick"
    assert fresh.visitor.workbench.alignment == "global"
    assert set(answer["views"]) == ALWAYS | {"feet"}


def test_a_panel_is_sent_while_it_is_open(connection):
    connection.page_shows_opening()
    assert set(connection.answer(request(1, {"name": "show_panel", "panel": "feet"}))["views"]) >= {"feet"}
    edit = {"name": "set_code", "region": [0, 0, 2, 4], "code": 3, "repair": False}
    assert "feet" in connection.answer(request(2, edit))["views"]
    connection.answer(request(3, {"name": "show_panel", "panel": "feet", "shown": False}))
    assert "feet" not in connection.answer(request(4, {"name": "undo"}))["views"]


def test_another_clip_keeps_the_layers_and_another_number_of_layers_starts_with_all(connection):
    layers = [True, True, False, False, False, False]
    connection.answer(
        request(1, {"name": "set_layers", "layers": layers}, {"name": "choose_clip", "clip": "run"})
    )
    assert connection.visitor.workbench.layers == tuple(layers)
    connection.answer(request(2, {"name": "choose_checkpoint", "checkpoint": "second"}))
    assert connection.visitor.workbench.layers == (True,) * 4


def test_work_on_a_clip_waits_there(connection):
    edit = {"name": "set_code", "region": [0, 0, 2, 4], "code": 3, "repair": False}
    connection.answer(request(1, {"name": "choose_clip", "clip": "kick"}, edit))
    tokens = connection.visitor.workbench.tokens
    connection.answer(request(2, {"name": "choose_clip", "clip": "walk"}))
    assert connection.visitor.workbench.version.edits == ()
    connection.answer(request(3, {"name": "choose_clip", "clip": "kick"}))
    assert connection.visitor.workbench.tokens is tokens
    connection.answer(request(4, {**edit, "code": 9}, {"name": "choose_clip", "clip": "kick"}))
    assert connection.visitor.workbench.tokens[0, 2] == 9


def test_a_refused_command_does_not_stop_those_after_it(connection):
    refused = {"name": "set_code", "region": [0, 0, 2, 2], "code": 999, "repair": False}
    answer = connection.answer(request(1, refused, {**refused, "code": 9}))
    assert "no code 999" in answer["notice"]
    assert connection.visitor.workbench.tokens[0, 2] == 9


def test_layers_of_a_shorter_clip_are_taken_and_named_as_far_as_it_lasts(connection):
    connection.visitor.choose("walk", "first")
    steps = connection.visitor.catalog.tokens("kick", "first").shape[1]
    assert steps < connection.visitor.workbench.tokens.shape[1]
    borrow = {"name": "borrow", "first_layer": 0, "last_layer": 0, "clip": "kick", "repair": False}
    assert connection.answer({"number": 1, "commands": [borrow], "resume": None})["notice"] == ""
    bench = connection.visitor.workbench
    assert bench.version.edits[0].words(bench.encoded) == f"layer 1, steps 0 to {steps - 1} taken from kick"
    np.testing.assert_array_equal(
        bench.tokens[0, :steps], connection.visitor.catalog.tokens("kick", "first")[0]
    )
    np.testing.assert_array_equal(bench.tokens[0, steps:], bench.encoded.tokens[0, steps:])


def test_a_burst_in_one_request_ends_on_its_last_edit(connection):
    connection.page_shows_opening()
    codes = [int(code) for code in np.random.default_rng(0).integers(0, 64, 30)]
    edits = [{"name": "set_code", "region": [0, 0, 2, 2], "code": code, "repair": False} for code in codes]
    connection.answer(request(1, *edits))
    assert connection.visitor.workbench.tokens[0, 2] == codes[-1]
    assert len(connection.visitor.workbench.version.edits) == 30


def test_a_cell_shows_the_codes_nearest_to_its_residual(connection):
    answer = connection.answer(request(1, {"name": "inspect_cell", "layer": 2, "step": 7}))
    cell, encoded = answer["views"]["cell"], connection.visitor.workbench.encoded
    codebook = encoded.codebook(2).numpy()
    residual = encoded.latent[:, 7].numpy() - sum(
        encoded.codebook(layer).numpy()[:, encoded.tokens[layer, 7]] for layer in range(2)
    )
    distances = np.linalg.norm(codebook - residual[:, None], axis=0)
    assert cell["code"] == encoded.tokens[2, 7] == distances.argmin()
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
def test_a_refused_command_leaves_the_work_and_says_why(connection, command, sentence):
    connection.page_shows_opening()
    before = connection.visitor.workbench
    answer = connection.answer(request(1, command))
    assert sentence in answer["notice"]
    assert connection.visitor.workbench is before
    assert answer["views"] == {}


def test_an_uploaded_clip_is_the_visitors_alone(connection, library, tmp_path):
    np.save(tmp_path / "mine.npy", library.clip("walk").features)
    connection.page_shows_opening()
    opened = {"name": "open_file", "path": str(tmp_path / "mine.npy"), "file_name": "mine.npy"}
    answer = connection.answer(request(1, opened))
    frames = len(library.clip("walk").features)
    found = "HumanML3D features, 22 joints, 20 fps, metres, on the floor."
    assert (answer["notice"], answer["kind"]) == (f"mine is open: {frames} frames. {found}", "done")
    assert answer["views"]["clip"]["title"] == "mine"
    assert answer["views"]["clip"]["trained"] is None
    assert answer["views"]["library"]["clips"][-1]["key"] == "own-1"
    assert "own-1" not in library.clips


def worked(library, folder):
    """A visitor who has done a bit of everything."""
    np.save(folder / "mine.npy", library.clip("walk").features)
    write_tokens(folder / "t.csv", TokenTable([TokenRow("a", np.ones((6, 20), int), None)] * 2))
    visitor = Visitor(library, folder)
    edit = {"name": "set_code", "region": [0, 0, 2, 4], "code": 3, "repair": False}
    for command in (
        edit,
        {"name": "pin"},
        {"name": "show_both", "both": True},
        {"name": "borrow", "first_layer": 0, "last_layer": 1, "clip": "run", "repair": False},
        {"name": "open_file", "path": str(folder / "mine.npy"), "file_name": "mine.npy"},
        edit,
        {"name": "open_table", "path": str(folder / "t.csv"), "file_name": "t.csv"},
    ):
        visitor.apply(command)
    visitor.apply({"name": "open_row", "table": visitor.tables.shown, "row": 1})
    visitor.apply(edit)
    return visitor


def test_a_visitor_who_left_is_let_go_without_the_collector(library, tmp_path):
    gc.collect()
    gc.disable()
    try:
        connection = Connection(worked(library, tmp_path))
        connection.changed_views()
        connection.answer(request(1, {"name": "undo"}))
        gone = [weakref.ref(one) for one in (connection.visitor, connection.visitor.own_clips["own-1"])]
        del connection
        assert [one() for one in gone] == [None, None]
    finally:
        gc.enable()


def test_what_undo_leads_back_to_counts_as_memory(visitor):
    before, tokens = visitor.bytes, visitor.workbench.tokens
    for code in range(200):
        visitor.apply({"name": "set_code", "region": [0, 0, 2, 2], "code": code % 60, "repair": False})
        visitor.apply({"name": "set_code", "region": [1, 1, 3, 3], "code": code % 60, "repair": False})
    steps = len(visitor.workbench.past)
    assert steps > 300
    assert steps * tokens.nbytes < visitor.bytes - before < 2 * steps * tokens.nbytes


def test_only_so_many_clips_of_ones_own_are_kept(visitor, library):
    clip = library.clip("walk")
    for _ in range(OWN_CLIPS.most):
        visitor.catalog.add_clip(clip)
    with pytest.raises(StudioError, match="12 clips of yours are open, which is as many as fit"):
        visitor.catalog.add_clip(clip)
    assert len(visitor.own_clips) == OWN_CLIPS.most


def test_clips_of_ones_own_are_bounded_in_bytes(visitor, library):
    long = replace(library.clip("walk"), features=np.zeros((10_000, 263), np.float32))
    for _ in range(OWN_CLIPS.most_bytes // long.bytes):
        visitor.catalog.add_clip(long)
    with pytest.raises(StudioError, match="Your open clips leave no room for this one"):
        visitor.catalog.add_clip(long)


def test_what_all_visitors_have_open_is_bounded(visitor, library, monkeypatch):
    clip = library.clip("walk")
    full = replace(OWN_CLIPS, most_of_all=int(1.5 * clip.bytes), everyones=weakref.WeakSet())
    monkeypatch.setattr("app.catalog.catalog.OWN_CLIPS", full)
    visitor.catalog.add_clip(clip)
    with pytest.raises(StudioError, match="Other visitors' clips fill this server's memory"):
        visitor.catalog.add_clip(clip)


def test_work_that_was_left_keeps_its_edits_but_not_what_can_be_computed_again(library, tmp_path):
    visitor = worked(library, tmp_path)
    own = visitor.workbenches["own-1", "first"]
    features, tokens = own.decoding.features, own.tokens
    assert memory.computed_bytes(own) > features.nbytes
    memory.let_go(visitor.workbenches, most_bytes=0)
    assert sum(map(memory.computed_bytes, visitor.workbenches.values())) == 0
    visitor.apply({"name": "choose_clip", "clip": "own-1"})
    assert visitor.workbench.tokens is tokens
    np.testing.assert_allclose(visitor.workbench.decoding.features, features, atol=1e-5)
    visitor.apply({"name": "undo"})
    np.testing.assert_array_equal(visitor.workbench.tokens, visitor.workbench.encoded.tokens)
    visitor.apply({"name": "choose_clip", "clip": library.opening[0]})
    assert visitor.workbench.pinned.words == "1 edit, all layers"


def test_long_work_is_delivered_once_with_whatever_is_asked_next(visitor):
    delivered = []

    def deliver(to, result):
        delivered.append((to, result))
        return "Here it is."

    visitor.jobs.start("x", 1, lambda job: 41 + 1, deliver=deliver)
    visitor.jobs.wait("x")
    assert visitor.apply({"name": "look"}) == "Here it is."
    assert visitor.apply({"name": "look"}) == ""
    assert delivered == [(visitor, 42)]
    visitor.jobs.start("x", 2, lambda job: 1, deliver=deliver)
    visitor.jobs.wait("x")
    with pytest.raises(StudioError, match=r"^Here it is\. There is nothing to undo"):
        visitor.apply({"name": "undo"})
    assert len(delivered) == 2


def test_a_delivery_that_is_refused_says_so(visitor):
    def deliver(to, result):
        raise StudioError("There is no room.")

    visitor.jobs.start("x", 1, lambda job: 1, deliver=deliver)
    visitor.jobs.wait("x")
    assert visitor.apply({"name": "look"}) == "There is no room."
    assert visitor.apply({"name": "look"}) == ""
