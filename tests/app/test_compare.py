"""The tab that compares checkpoints: the library's figures, on the clips that were chosen."""

import time

import numpy as np
import pytest

from app.session import Session
from rvqvae.comparison import compare
from rvqvae.motion import Clip, features_to_joints, read_clips
from tests.app.test_own_checkpoints import send, small, upload

PATIENCE = 100
SCORES = ("local", "root", "global")


@pytest.fixture
def session(library, tmp_path):
    (tmp_path / "uploads").mkdir()
    session = Session(library, tmp_path / "uploads")
    send(session, {"name": "show_panel", "panel": "compare"})
    return session


def compared(session, *commands):
    """The view after some commands, when the work is done."""
    answer = send(session, *commands)
    assert answer["notice"] == ""
    deadline = time.monotonic() + PATIENCE
    while any(state in ("waiting", "running") for _, state, *_ in session.jobs.states()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    session.sent.pop("compare")
    return send(session, {"name": "look"})["views"]["compare"]


def errors(view, index):
    return [
        tuple(point[a] for a in SCORES) for point in view["result"]["contestants"][index]["scores"]["points"]
    ]


def expected(checkpoint, clips):
    points = compare([checkpoint], clips).contestants[0].scores.rate_distortion
    return [(point.local_mm, point.root_mm, point.global_mm) for point in points]


def as_clips(sources):
    return [Clip(one.title, one.features, one.fps) for one in sources]


def test_all_of_the_library_on_this_clip_to_begin_with(session, library):
    view = compared(session, {"name": "compare"})
    assert [one["chosen"] for one in view["candidates"]] == [True, True]
    walk = as_clips([library.clip("walk")])
    assert (view["result"]["clips"], view["result"]["frames"]) == (1, len(walk[0].features))
    for index, key in enumerate(("first", "second")):
        assert errors(view, index) == expected(library.checkpoint(key), walk)
    assert [one["layers"] for one in view["result"]["contestants"]] == [6, 4]


def test_a_data_set_and_an_own_checkpoint(session, library, tmp_path):
    send(session, upload(session, *small(tmp_path / "mine", num_quantizers=3, downsampling_ratio=8)))
    (own,) = session.shelf.kept.values()
    over = {"name": "compare_with", "checkpoints": [own.key, "second"], "over": "held-out"}
    view = compared(session, over)
    held_out = as_clips([one for one in library.clips.values() if one.trained is False])
    assert view["result"]["clips"] == len(held_out) == 4
    assert [one["title"] for one in view["result"]["contestants"]] == ["second", "mine (yours)"]
    assert errors(view, 1) == expected(own.checkpoint, held_out)
    assert "not known" in view["held_out_of"]
    assert view["result"]["contestants"][1]["bytes"] > 0


def test_another_choice_is_other_work(session):
    assert compared(session, {"name": "compare"})["result"]
    view = compared(session, {"name": "choose_clip", "clip": "run"})
    assert (view["result"], view["state"]) == (None, None)
    one = {"name": "compare_with", "checkpoints": ["second"], "over": "clip"}
    assert len(compared(session, one)["result"]["contestants"]) == 1


def test_what_cannot_be_compared_says_why(session, tmp_path):
    send(session, upload(session, *small(tmp_path / "kit", width=251, layout="kit-ml")))
    (own,) = session.shelf.kept
    view = compared(session, {"name": "compare_with", "checkpoints": ["first", own], "over": "clip"})
    refused = view["result"]["contestants"][1]
    assert "KIT-ML features (N, 251)" in refused["refusal"]
    assert refused["scores"] is None
    assert view["result"]["contestants"][0]["scores"]


def test_checkpoints_of_one_name_are_told_apart(session, tmp_path):
    for seed in (1, 2):
        send(session, upload(session, *small(tmp_path / str(seed) / "same", seed=seed)))
    titles = [one["title"] for one in compared(session, {"name": "compare"})["candidates"]]
    assert len(set(titles)) == 4
    assert all(title.startswith("same (yours) ") for title in titles[2:])


@pytest.mark.parametrize(
    ("checkpoints", "over", "words"),
    [
        ([], "clip", "from 1 to 4"),
        (["gone"], "clip", "not open here"),
        (["first"], "nothing", "no clips 'nothing'"),
    ],
)
def test_a_wrong_choice_is_a_sentence(session, checkpoints, over, words):
    command = {"name": "compare_with", "checkpoints": checkpoints, "over": over}
    assert words in send(session, command)["notice"]
    assert session.contest.chosen is None


def test_a_file_of_the_laboratory_is_a_data_set_too(session, library, tmp_path):
    motion = features_to_joints(library.clip("run").features)
    corpus = {"names": ["one", "two"], "lengths": [40, 50], "positions": motion[:90]}
    np.savez(session.uploads_folder / "mine.npz", **corpus)
    send(
        session,
        {"name": "add_data", "path": str(session.uploads_folder / "mine.npz"), "file_name": "mine.npz"},
    )
    session.jobs.cancel_all()
    (data,) = session.lab.files
    view = compared(session, {"name": "compare_with", "checkpoints": ["first"], "over": data.key})
    assert {"key": data.key, "title": "mine.npz"} in view["overs"]
    assert view["result"]["clips"] == 2
    clips = read_clips(session.uploads_folder / "mine.npz")
    assert errors(view, 0) == expected(library.checkpoint("first"), clips)
