"""The doctor's tab: the library's report, made once for each checkpoint, also of files that do not load."""

import time

import pytest

from app.catalog.library import ROOT
from app.connection import Connection
from app.visitor import Visitor
from rvqvae.doctor import examine
from tests.app.page import send, upload
from tests.support.checkpoints import small

PATIENCE = 200


@pytest.fixture
def connection(library, tmp_path):
    (tmp_path / "uploads").mkdir()
    return Connection(Visitor(library, tmp_path / "uploads"))


@pytest.fixture
def examined(connection):
    """Open the tab as the page does, and wait for the doctor."""

    def wait(*commands):
        answer = send(connection, {"name": "show_panel", "panel": "doctor"}, *commands)
        view = answer["views"].get("doctor")
        if view and view["report"] is None:
            assert view["state"] in (None, "waiting", "running")
            # A quick job is done within this answer already.
            view = {**view, **send(connection, {"name": "examine"})["views"].get("doctor", {})}
        deadline = time.monotonic() + PATIENCE
        while any(state in ("waiting", "running") for _, state, *_ in connection.visitor.jobs.states()):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return {**(view or {}), **send(connection, {"name": "look"})["views"].get("doctor", {})}

    return wait


def test_the_report_is_the_librarys(connection, examined, library):
    view = examined()
    expected = examine(library.checkpoint("first"), size=None).to_dict()
    assert view["shown"] == "first"
    facts = view["report"].pop("facts")
    assert view["report"].pop("subject") == "first"
    assert facts.pop("files").endswith("MB")
    assert (facts, "first") == (expected.pop("facts"), expected.pop("subject"))
    assert view["report"] == expected
    assert view["report"]["verdict"].startswith("Sick")  # it is not trained
    assert facts["mean and std"] == "from config.json"


def test_a_report_is_shared_by_all_visitors_and_made_once(connection, examined, library, tmp_path):
    examined()
    report = library.entry("first").report
    other = Connection(Visitor(library, tmp_path))
    view = send(other, {"name": "show_panel", "panel": "doctor"}, {"name": "examine"})["views"]["doctor"]
    assert view["report"] == report.to_dict()
    assert other.visitor.jobs.states() == ()


def test_another_checkpoint_can_be_shown_without_choosing_it(connection, examined):
    view = examined({"name": "show_diagnosis", "checkpoint": "second"})
    assert view["shown"] == "second"
    assert view["report"]["subject"] == "second"
    assert connection.visitor.workbench.encoded.checkpoint_key == "first"
    assert "not open here" in send(connection, {"name": "show_diagnosis", "checkpoint": "gone"})["notice"]


def test_the_tab_follows_the_workbench(connection, examined):
    examined()
    view = examined({"name": "choose_checkpoint", "checkpoint": "second"})
    assert (view["shown"], view["report"]["subject"]) == ("second", "second")


def test_refused_files_get_a_diagnosis(connection, examined, tmp_path):
    config, weights = small(tmp_path / "made")
    size = weights.stat().st_size
    weights.write_bytes(weights.read_bytes()[:-500])
    view = examined(upload(connection, weights, config))
    assert view["report"]["status"] == 2
    assert [finding["check"] for finding in view["report"]["findings"]] == ["truncated_file"]
    assert f"announces at least {size}" in view["report"]["verdict"] + str(view["report"]["findings"])
    assert str(tmp_path) not in str(view)
    assert "/tmp" not in str(view)
    one = next(other for other in view["checkpoints"] if other["key"] == view["shown"])
    assert (one["own"], one["status"]) == (True, 2)


def test_own_checkpoints_are_not_in_the_shared_reports(connection, examined, library, tmp_path):
    view = examined(upload(connection, *small(tmp_path / "made")))
    assert view["report"]["subject"] == "made"
    assert view["shown"] not in library.checkpoints


def test_features_that_the_page_cannot_show_are_examined_as_far_as_possible(connection, examined, tmp_path):
    view = examined(upload(connection, *small(tmp_path / "other", width=250, layout="other")))
    assert view["report"]["subject"] == "other"
    assert "263 features a frame and this checkpoint takes 250" in view["report"]["not_examined"][0]
    assert view["report"]["facts"]["features"].startswith("other, 250 a frame")


def test_sample_clips_are_this_repositorys():
    from rvqvae.doctor import sample_clips

    assert len(sample_clips()) == len(list((ROOT / "assets" / "clips").glob("*.npy")))
