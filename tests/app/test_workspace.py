"""A visitor's own files kept: workspaces, and clips that a page brings back to a new server."""

from dataclasses import replace

import numpy as np
import pytest

from app.connection import Connection
from app.errors import StudioError
from app.stage import own_files
from app.visitor import Visitor
from rvqvae.tokens import TokenRow, TokenTable, write_tokens
from tests.app.page import Page
from tests.support.checkpoints import small

EDIT = {"region": [0, 1, 2, 4], "code": 3, "repair": False}


@pytest.fixture
def page(library, tmp_path):
    return Page(Visitor(library, tmp_path))


@pytest.fixture
def own(page, library, tmp_path):
    """A page with a clip of its visitor's own, edited."""
    np.save(tmp_path / "mine.npy", library.clip("walk").features[:60])
    page.say("open_file", path=str(tmp_path / "mine.npy"), file_name="mine.npy")
    page.say("set_code", **EDIT)
    page.say("set_code", **{**EDIT, "region": [2, 2, 6, 6]})
    assert page.notice == ""
    assert len(page.views["edits"]["edits"]) == 2
    return page


def resume_of(page):
    session, own = page.views["session"]["resume"], page.views["own_files"]["files"]
    return {**session, "own_files": own}


def test_a_new_server_gets_the_visitors_clips_back(own, library, tmp_path):
    fresh = Connection(Visitor(library, tmp_path))
    answer = fresh.answer({"number": 9, "commands": [], "resume": resume_of(own)})
    assert answer["notice"] == ""
    there, here = own.visitor.workbench, fresh.visitor.workbench
    assert here.encoded.clip.title == "mine"
    np.testing.assert_array_equal(here.encoded.clip.features, there.encoded.clip.features)
    np.testing.assert_array_equal(here.tokens, there.tokens)
    assert here.version.edits == there.version.edits


def test_a_clip_too_large_for_the_browser_is_said_and_awaited(own, library, tmp_path, monkeypatch):
    monkeypatch.setattr(own_files, "MOST_BYTES", 1000)
    fresh = Page(Visitor(library, tmp_path))
    payload = own_files.payload(own.visitor)
    assert payload["files"]["clips"] == {}
    assert "mine" in payload["too_large"]
    resume = {**own.views["session"]["resume"], "own_files": payload["files"]}
    fresh.connection.last_request = 0
    answer = fresh.connection.answer({"number": 9, "commands": [], "resume": resume})
    assert "Open the clip mine again" in answer["notice"]
    # The page goes on keeping the work that waits.
    assert answer["views"]["session"]["resume"]["edits"] == own.views["session"]["resume"]["edits"]
    fresh.number = 9
    fresh.say("open_file", path=str(tmp_path / "mine.npy"), file_name="mine.npy")
    np.testing.assert_array_equal(fresh.visitor.workbench.tokens, own.visitor.workbench.tokens)


def test_work_with_an_own_checkpoint_waits_for_it(page, library, tmp_path):
    files = [{"path": str(f), "file_name": f.name} for f in small(tmp_path / "made")]
    page.say("open_checkpoint", files=files)
    page.say("set_code", **EDIT)
    fresh = Page(Visitor(library, tmp_path))
    fresh.connection.last_request = 0
    answer = fresh.connection.answer({"number": 9, "commands": [], "resume": resume_of(page)})
    assert "Open the checkpoint made again" in answer["notice"]
    fresh.number = 9
    fresh.say("open_checkpoint", files=files)
    np.testing.assert_array_equal(fresh.visitor.workbench.tokens, page.visitor.workbench.tokens)


def test_an_edit_sends_only_what_is_new(own):
    sizes = []
    for step in range(8, 14):
        own.number += 1
        edit = {"name": "set_code", **EDIT, "region": [0, 0, step, step]}
        answer = own.connection.answer({"number": own.number, "commands": [edit]})
        assert answer["notice"] == ""
        sizes.append(len(answer["views"]["session"]["resume"]["edits"]))
        assert len(answer["views"]["edits"]["edits"]) == 1
        assert "own_files" not in answer["views"]
    assert sizes == [1] * 6


def test_a_workspace_brings_everything_back(own, library, tmp_path):
    rng = np.random.default_rng(0)
    rows = [TokenRow(f"r{i}", rng.integers(0, 64, (6, 12))) for i in range(3)]
    write_tokens(tmp_path / "rows.csv", TokenTable(rows))
    own.say("open_file", path=str(tmp_path / "rows.csv"), file_name="rows.csv")
    own.say("open_row", table=own.visitor.tables.shown, row=1)
    assert own.notice == ""
    own.say("set_code", **EDIT)
    assert own.notice == ""
    own.say("choose_clip", clip="own-1")
    own.say("pin")
    own.say("make_workspace", joints=[], time=0.5, notes="look at step 6")
    file = tmp_path / "workspace.json"
    file.write_text(own.views["notification"]["text"])

    fresh = Page(Visitor(library, tmp_path))
    fresh.say("open_file", path=str(file), file_name="workspace.json")
    assert fresh.notice == ""
    assert fresh.views["notification"]["notes"] == "look at step 6"
    there, here = own.visitor, fresh.visitor
    np.testing.assert_array_equal(here.workbench.tokens, there.workbench.tokens)
    assert here.workbench.pinned.version.edits == there.workbench.pinned.version.edits
    (table,), (before,) = here.tables.kept.values(), there.tables.kept.values()
    assert (table.key, table.title) == (before.key, before.title)
    np.testing.assert_array_equal(table.tokens(1), before.tokens(1))
    assert (table.tokens(1) != table.row(1).tokens).any()

    # Beside other work nothing is overwritten: clips get keys of their own.
    other = Page(Visitor(library, tmp_path))
    other.visitor.add_own_clip(replace(library.clip("walk"), key="", title="other"))
    other.say("open_file", path=str(file), file_name="workspace.json")
    assert other.visitor.workbench.encoded.clip.key == "own-2"
    np.testing.assert_array_equal(other.visitor.workbench.tokens, there.workbench.tokens)


def test_a_broken_workspace_changes_nothing(own, tmp_path):
    own.say("make_workspace", joints=[], time=0)
    file = tmp_path / "workspace.json"
    file.write_text(own.views["notification"]["text"].replace('"features"', '"motion"'))
    before = own.visitor.workbench
    own.say("open_file", path=str(file), file_name="workspace.json")
    assert "a part of it is missing" in own.notice
    assert own.visitor.workbench is before
    assert list(own.visitor.own_clips) == ["own-1"]
    with pytest.raises(StudioError, match="not made by this page"):
        own.visitor.apply({"name": "open_file", "path": str(file), "file_name": "workspace.json"})
