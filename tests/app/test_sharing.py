import base64
import json
import zlib

import numpy as np
import pytest

from app.connection import Connection
from app.errors import StudioError
from app.visitor import Visitor
from app.workbench import sharing
from app.workbench.edits import FillRandom, Paste
from app.workbench.region import Region
from app.workbench.shared_state import state_of


def command(name, **values):
    return {"name": name, **values}


def send(connection, *commands):
    return connection.answer({"number": connection.last_request + 1, "commands": list(commands)})


@pytest.fixture
def worked(connection):
    answer = send(
        connection,
        command("choose_clip", clip="kick"),
        command("set_layers", layers=[True, True, True, True, False, True]),
        command("set_alignment", alignment="local"),
        command("set_code", region=[0, 0, 4, 6], code=9, repair=True),
        command("shuffle", region=[0, 5, 0, 7], seed=5, repair=False),
    )
    assert answer["notice"] == ""
    return connection


def test_a_link_brings_everything_to_a_fresh_page(worked, library, tmp_path):
    seen = {"joints": ["head"], "time": 1.25, "picture": "feet", "tab": "dictionary"}
    link = send(worked, command("make_link", **seen))["views"]["notification"]["text"]
    fresh = Connection(Visitor(library, tmp_path))
    answer = send(fresh, command("open_link", text=link))
    assert answer["notice"] == ""
    assert answer["views"]["notification"] == {"number": 1, "kind": "restored", **seen, "joints": ("head",)}
    there, here = fresh.visitor.workbench, worked.visitor.workbench
    np.testing.assert_array_equal(there.tokens, here.tokens)
    np.testing.assert_allclose(there.decoding.features, here.decoding.features, atol=1e-5)
    assert (there.layers, there.alignment, there.encoded.clip.key) == (here.layers, here.alignment, "kick")
    assert there.version.edits == here.version.edits


def test_a_link_brings_b_as_it_was_pinned(worked, library, tmp_path):
    send(
        worked,
        command("pin"),
        command("set_layers", layers=[True] * 6),
        command("drop", region=[1, 2, 6, 7], repair=False),
        command("undo"),
        command("drop", region=[1, 1, 6, 7], repair=False),
    )
    link = send(worked, command("make_link", joints=[], time=0, picture="position"))
    fresh = Connection(Visitor(library, tmp_path))
    send(fresh, command("open_link", text=link["views"]["notification"]["text"]))
    there, here = fresh.visitor.workbench, worked.visitor.workbench
    np.testing.assert_array_equal(there.tokens, here.tokens)
    assert there.layers == (True,) * 6
    assert there.compared.words == here.compared.words == "2 edits, layers 1 2 3 4 6"
    np.testing.assert_allclose(there.compared.decoding.features, here.compared.decoding.features, atol=1e-5)


def test_a_link_brings_both_treatments(worked, library, tmp_path):
    send(worked, command("show_both", both=True))
    link = send(worked, command("make_link", joints=[], time=0, picture="position"))
    fresh = Connection(Visitor(library, tmp_path))
    send(fresh, command("open_link", text=link["views"]["notification"]["text"]))
    assert fresh.visitor.workbench.both
    assert fresh.visitor.workbench.pinned is None
    np.testing.assert_array_equal(
        fresh.visitor.workbench.compared.decoding.tokens, worked.visitor.workbench.compared.decoding.tokens
    )


def test_a_link_without_b_picture_and_tab_still_opens(worked, library, tmp_path):
    value = json.loads(sharing.to_file(state_of(worked.visitor.workbench)))
    old = {name: value[name] for name in value if name not in ("pinned", "both", "picture", "tab")}
    state = sharing.from_file(json.dumps(old).encode())
    assert state == state_of(worked.visitor.workbench)
    text = base64.urlsafe_b64encode(zlib.compress(json.dumps(old).encode())).decode()
    fresh = Connection(Visitor(library, tmp_path))
    assert send(fresh, command("open_link", text=text))["notice"] == ""
    np.testing.assert_array_equal(fresh.visitor.workbench.tokens, worked.visitor.workbench.tokens)


def test_a_file_carries_the_visitors_own_clip(connection, library, tmp_path):
    np.save(tmp_path / "mine.npy", library.clip("walk").features)
    send(connection, command("open_file", path=str(tmp_path / "mine.npy"), file_name="mine.npy"))
    send(connection, command("set_code", region=[0, 0, 4, 6], code=9, repair=False))
    refused = send(connection, command("make_link", joints=[], time=0, picture="speed"))
    assert "save the state as a file" in refused["notice"]
    notification = send(connection, command("make_file", joints=["head"], time=0.5, picture="speed"))[
        "views"
    ]["notification"]
    (tmp_path / notification["name"]).write_text(notification["text"])

    fresh = Connection(Visitor(library, tmp_path))
    answer = send(
        fresh, command("open_file", path=str(tmp_path / notification["name"]), file_name=notification["name"])
    )
    assert answer["notice"] == ""
    assert answer["views"]["clip"]["title"] == "mine"
    np.testing.assert_array_equal(fresh.visitor.workbench.tokens, connection.visitor.workbench.tokens)
    np.testing.assert_array_equal(
        fresh.visitor.workbench.encoded.clip.features, library.clip("walk").features
    )


THREE_NUMBERS = base64.b64encode(zlib.compress(np.zeros(3, "<f4").tobytes())).decode()
SHORT_CLIP = {"title": "x", "fps": 20, "frames": 1, "features": THREE_NUMBERS}

DROP = {"kind": "set", "region": [0, 0, 0, 0], "repair": False, "code": -1}


def altered(worked, **changes):
    value = json.loads(sharing.to_file(state_of(worked.visitor.workbench)))
    return json.dumps({**value, **changes}).encode()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"checkpoint": "other"}, "checkpoint 'other', which this page does not have"),
        ({"fingerprint": "00000000"}, "another checkpoint named 'first'"),
        ({"clip": "gone"}, "clip 'gone', which this page does not have"),
        ({"layers": [1]}, "1 layer switches"),
        ({"alignment": "nose"}, "no alignment 'nose'"),
        ({"edits": [{"kind": "set", "region": [0, 0, 0, 0], "repair": False, "code": 900}]}, "no code 900"),
        ({"edits": [DROP] * 1001}, "at most 1,000 edits"),
        ({"edits": [{**DROP, "region": [0, 0, 0, float("inf")]}]}, "edit cannot be read"),
        ({"edits": [{**DROP, "kind": "borrow", "clip": []}]}, "edit cannot be read"),
        (
            {"row": {"words": "x", "tokens": [[1]], "layers": 1, "id": "a", "frames": 4}},
            "not made by this page",
        ),
        ({"kind": "other"}, "not made by this page"),
        ({"time": float("nan")}, "not made by this page"),
        ({"pinned": {"edits": []}}, "not made by this page"),
        ({"pinned": {"edits": [], "layers": [1]}}, "1 layer switches"),
        ({"own_clip": {**SHORT_CLIP, "fps": float("inf")}}, "not made by this page"),
        ({"own_clip": {**SHORT_CLIP, "fps": 1e-320}}, "not made by this page"),
        (
            {"own_clip": {"title": "x", "fps": 20, "frames": 1, "features": THREE_NUMBERS}},
            "no conversion between the two exists",
        ),
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(worked, changes, sentence, tmp_path):
    before = worked.visitor.workbench
    (tmp_path / "state.json").write_bytes(altered(worked, **changes))
    answer = send(worked, command("open_file", path=str(tmp_path / "state.json"), file_name="state.json"))
    assert sentence in answer["notice"]
    assert worked.visitor.workbench is before
    assert set(answer["views"]) <= {"notification"}


def test_a_state_nested_too_deeply_is_refused():
    with pytest.raises(StudioError, match="not made by this page"):
        sharing.from_file(b"[" * 100_000)


@pytest.mark.parametrize("text", ["", "!!!", "abcd", "eJwDAAAAAAE"])
def test_text_that_is_no_link_is_refused(text):
    with pytest.raises(StudioError, match="not made by this page"):
        sharing.from_link(text)


def test_a_link_never_grows_beyond_what_travels(bench):
    steps = bench.encoded.tokens.shape[1]
    whole = Region(0, 5, 0, steps - 1)
    for codes in np.random.default_rng(0).integers(0, 64, (60, 6, steps)).tolist():
        bench = bench.edit(Paste(whole, False, tuple(map(tuple, codes))))
    with pytest.raises(StudioError, match="too long"):
        sharing.to_link(state_of(bench))
    small = bench.reset().edit(FillRandom(whole, False, 3))
    assert len(sharing.to_link(state_of(small))) < 500
