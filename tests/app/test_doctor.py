"""The doctor's tab: the library's report, made once for each checkpoint, also of files that do not load."""

import time

import pytest

from app.library import ROOT
from app.session import Session
from rvqvae.doctor import examine
from tests.app.test_own_checkpoints import send, small, upload

PATIENCE = 200


@pytest.fixture
def session(library, tmp_path):
    (tmp_path / "uploads").mkdir()
    return Session(library, tmp_path / "uploads")


@pytest.fixture
def examined(session):
    """Open the tab as the page does, and wait for the doctor."""

    def wait(*commands):
        answer = send(session, {"name": "show_panel", "panel": "doctor"}, *commands)
        view = answer["views"].get("doctor")
        if view and view["report"] is None:
            assert view["state"] in (None, "waiting", "running")
            # A quick job is done within this answer already.
            view = {**view, **send(session, {"name": "examine"})["views"].get("doctor", {})}
        deadline = time.monotonic() + PATIENCE
        while any(state in ("waiting", "running") for _, state, *_ in session.jobs.states()):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return {**(view or {}), **send(session, {"name": "look"})["views"].get("doctor", {})}

    return wait


def test_the_report_is_the_librarys(session, examined, library):
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


def test_a_report_is_shared_by_all_visitors_and_made_once(session, examined, library, tmp_path):
    examined()
    report = library.reports["first"]
    other = Session(library, tmp_path)
    view = send(other, {"name": "show_panel", "panel": "doctor"}, {"name": "examine"})["views"]["doctor"]
    assert view["report"] == report.to_dict()
    assert other.jobs.states() == ()


def test_another_checkpoint_can_be_shown_without_choosing_it(session, examined):
    view = examined({"name": "show_patient", "checkpoint": "second"})
    assert view["shown"] == "second"
    assert view["report"]["subject"] == "second"
    assert session.workbench.take.checkpoint_key == "first"
    assert "not open here" in send(session, {"name": "show_patient", "checkpoint": "gone"})["notice"]


def test_the_tab_follows_the_workbench(session, examined):
    examined()
    view = examined({"name": "choose_checkpoint", "checkpoint": "second"})
    assert (view["shown"], view["report"]["subject"]) == ("second", "second")


def test_refused_files_get_a_diagnosis(session, examined, tmp_path):
    config, weights = small(tmp_path / "made")
    size = weights.stat().st_size
    weights.write_bytes(weights.read_bytes()[:-500])
    view = examined(upload(session, weights, config))
    assert view["report"]["status"] == 2
    assert [finding["check"] for finding in view["report"]["findings"]] == ["truncated_file"]
    assert f"announces at least {size}" in view["report"]["verdict"] + str(view["report"]["findings"])
    assert str(tmp_path) not in str(view)
    assert "/tmp" not in str(view)
    patient = next(one for one in view["patients"] if one["key"] == view["shown"])
    assert (patient["own"], patient["status"]) == (True, 2)


def test_own_checkpoints_are_not_in_the_shared_reports(session, examined, library, tmp_path):
    view = examined(upload(session, *small(tmp_path / "made")))
    assert view["report"]["subject"] == "made"
    assert view["shown"] not in library.reports


def test_features_that_the_page_cannot_show_are_examined_as_far_as_possible(session, examined, tmp_path):
    view = examined(upload(session, *small(tmp_path / "kit", width=251, layout="kit-ml")))
    assert view["report"]["subject"] == "kit"
    assert "263 features a frame and this checkpoint takes 251" in view["report"]["not_examined"][0]
    assert view["report"]["facts"]["features"].startswith("kit-ml, 251 a frame")


def test_sample_clips_are_this_repositorys():
    from rvqvae.doctor import sample_clips

    assert len(sample_clips()) == len(list((ROOT / "assets" / "clips").glob("*.npy")))
