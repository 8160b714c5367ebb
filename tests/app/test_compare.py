"""The tab that compares checkpoints: the library's figures, on the clips that were chosen."""

import time

import numpy as np
import pytest

from app.connection import Connection
from app.lab.compare import ToCompare
from app.lab.dataset import Lab
from app.payloads.arrays import unpack
from app.visitor import Visitor
from rvqvae.evaluation.protocols import as_momask_reports
from rvqvae.motion import Clip, features_to_joints, read_clips
from rvqvae.statistics.comparison import compare
from tests.app.page import send, upload
from tests.support.checkpoints import small

PATIENCE = 100
SCORES = ("local", "root", "global")


@pytest.fixture
def connection(library, tmp_path):
    (tmp_path / "uploads").mkdir()
    connection = Connection(Visitor(library, tmp_path / "uploads"))
    send(connection, {"name": "show_panel", "panel": "compare"})
    return connection


def compared(connection, *commands):
    """The view after some commands, when the work is done."""
    answer = send(connection, *commands)
    assert answer["notice"] == ""
    deadline = time.monotonic() + PATIENCE
    while any(state in ("waiting", "running") for _, state, *_ in connection.visitor.jobs.states()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    connection.sent.pop("compare")
    return send(connection, {"name": "look"})["views"]["compare"]


def errors(view, index):
    return [
        tuple(point[a] for a in SCORES) for point in view["result"]["contestants"][index]["scores"]["points"]
    ]


def expected(checkpoint, clips):
    points = compare([checkpoint], clips).contestants[0].scores.rate_distortion
    return [(point.local_mm, point.root_mm, point.global_mm) for point in points]


def as_clips(sources):
    return [Clip(one.title, one.features, one.fps) for one in sources]


def test_all_of_the_library_on_this_clip_to_begin_with(connection, library):
    view = compared(connection, {"name": "compare"})
    assert [one["chosen"] for one in view["candidates"]] == [True, True]
    walk = as_clips([library.clip("walk")])
    assert (view["result"]["clips"], view["result"]["frames"]) == (1, len(walk[0].features))
    for index, key in enumerate(("first", "second")):
        assert errors(view, index) == expected(library.checkpoint(key), walk)
    assert [one["layers"] for one in view["result"]["contestants"]] == [6, 4]


def test_a_data_set_and_an_own_checkpoint(connection, library, tmp_path):
    send(connection, upload(connection, *small(tmp_path / "mine", num_quantizers=3, downsampling_ratio=8)))
    (own,) = connection.visitor.own_checkpoints.kept.values()
    over = {"name": "compare_with", "checkpoints": [own.key, "second"], "over": "held-out"}
    view = compared(connection, over)
    held_out = as_clips([one for one in library.clips.values() if one.trained is False])
    assert view["result"]["clips"] == len(held_out) == 4
    assert [one["title"] for one in view["result"]["contestants"]] == ["second", "mine (yours)"]
    assert errors(view, 1) == expected(own.checkpoint, held_out)
    assert "not known" in view["held_out_of"]
    assert view["result"]["contestants"][1]["bytes"] > 0


def test_another_choice_is_other_work(connection):
    assert compared(connection, {"name": "compare"})["result"]
    view = compared(connection, {"name": "choose_clip", "clip": "run"})
    assert (view["result"], view["state"]) == (None, None)
    one = {"name": "compare_with", "checkpoints": ["second"], "over": "clip"}
    assert len(compared(connection, one)["result"]["contestants"]) == 1


def test_what_cannot_be_compared_says_why(connection, tmp_path):
    send(connection, upload(connection, *small(tmp_path / "kit", width=251, layout="kit-ml")))
    (own,) = connection.visitor.own_checkpoints.kept
    view = compared(connection, {"name": "compare_with", "checkpoints": ["first", own], "over": "clip"})
    refused = view["result"]["contestants"][1]
    assert "KIT-ML features (N, 251)" in refused["refusal"]
    assert refused["scores"] is None
    assert view["result"]["contestants"][0]["scores"]


def test_checkpoints_of_one_name_are_told_apart(connection, tmp_path):
    for seed in (1, 2):
        send(connection, upload(connection, *small(tmp_path / str(seed) / "same", seed=seed)))
    titles = [one["title"] for one in compared(connection, {"name": "compare"})["candidates"]]
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
def test_a_wrong_choice_is_a_sentence(connection, checkpoints, over, words):
    command = {"name": "compare_with", "checkpoints": checkpoints, "over": over}
    assert words in send(connection, command)["notice"]
    assert connection.visitor.room(ToCompare).checkpoints is None


def test_a_file_of_the_laboratory_is_a_data_set_too(connection, library, tmp_path):
    motion = features_to_joints(library.clip("run").features)
    corpus = {"names": ["one", "two"], "lengths": [40, 50], "positions": motion[:90]}
    np.savez(connection.visitor.uploads_folder / "mine.npz", **corpus)
    send(
        connection,
        {
            "name": "add_data",
            "path": str(connection.visitor.uploads_folder / "mine.npz"),
            "file_name": "mine.npz",
        },
    )
    connection.visitor.jobs.cancel_all()
    (data,) = connection.visitor.room(Lab).files
    view = compared(connection, {"name": "compare_with", "checkpoints": ["first"], "over": data.key})
    assert {"key": data.key, "title": "mine.npz"} in view["overs"]
    assert view["result"]["clips"] == 2
    clips = read_clips(connection.visitor.uploads_folder / "mine.npz")
    assert errors(view, 0) == expected(library.checkpoint("first"), clips)


def test_bodies_in_step_are_the_checkpoints_own_and_their_tokens_are_held_against_each_other(
    connection, library
):
    view = compared(connection, {"name": "compare"})
    connection.sent.pop("compare_bodies", None)
    shown = send(connection, {"name": "look"})["views"]["compare_bodies"]
    titles = [one["title"] for one in view["result"]["contestants"] if one["scores"]]
    assert [body["title"] for body in shown["bodies"]] == titles
    clip = connection.visitor.workbench.encoded.clip.key
    for body, key in zip(shown["bodies"], (one["key"] for one in view["candidates"]), strict=True):
        encoded = library.encoded(library.clip(clip), key)
        decoded = features_to_joints(encoded.decode(encoded.tokens, (True,) * encoded.num_layers))
        assert np.abs(unpack(body["joints"]) - decoded).max() < 1e-3
        mean = view["result"]["contestants"][shown["bodies"].index(body)]["scores"]["points"][-1]["root"]
        assert unpack(body["errors"]).mean() == pytest.approx(mean, rel=1e-3)
    assert not unpack(shown["bodies"][0]["differs"]).any()
    assert shown["bodies"][1]["differs"] is None  # another training, other codes


def test_the_error_as_momask_reports_it_stands_beside_ours(connection, library):
    over = {"name": "compare_with", "checkpoints": ["second"], "over": "page"}
    compared(connection, over)
    compared(connection, {"name": "report_errors"})
    connection.sent.pop("reported")
    view = send(connection, {"name": "look"})["views"]["reported"]
    clips = as_clips(list(library.clips.values()))
    expected = as_momask_reports(library.checkpoint("second"), clips, repeats=view["repeats"])
    (row,) = view["rows"]
    assert (row["clips"], row["taken"]) == (len(clips), expected.clips)
    assert row["theirs"] == pytest.approx(float(expected.mean[-1]))
    assert row["theirs_interval"][0] < row["theirs"] < row["theirs_interval"][1]
    ours = compare([library.checkpoint("second")], clips).contestants[0].scores.rate_distortion[-1].root_mm
    assert row["ours"] == pytest.approx(ours, rel=1e-5)
    assert row["ours_interval"][0] < ours < row["ours_interval"][1]
    kick = {"name": "compare_with", "checkpoints": ["second"], "over": "clip"}
    send(connection, {"name": "choose_clip", "clip": "kick"}, kick)
    compared(connection, {"name": "report_errors"})
    connection.sent.pop("reported")
    (row,) = send(connection, {"name": "look"})["views"]["reported"]["rows"]
    assert "none of these 1 clips has 40 to 199 frames" in row["problem"]
