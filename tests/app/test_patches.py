"""What an edit sends is small, and makes the whole reconstruction again."""

import json

import numpy as np
import pytest

from app.payloads.arrays import unpack
from tests.app.page import send


def edit(step, code=3, layer=0):
    return {"name": "set_code", "region": [layer, layer, step, step], "code": code, "repair": False}


def merged(joints, made):
    """What widgets/shared/merge.js does."""
    first, stop = made["frames"]
    whole = joints.copy()
    whole[first:stop] = unpack(made["joints"])
    if made["tail"]:
        turn, old, new = made["tail"]["turn"], made["tail"]["from"], made["tail"]["to"]
        x, z = whole[stop:, :, 0] - old[0], whole[stop:, :, 2] - old[1]
        whole[stop:, :, 0] = new[0] + x * np.cos(turn) + z * np.sin(turn)
        whole[stop:, :, 2] = new[1] - x * np.sin(turn) + z * np.cos(turn)
    return whole


def test_patches_add_up_to_the_whole(connection):
    joints = unpack(connection.changed_views()["reconstruction"]["joints"])
    rng = np.random.default_rng(0)
    for step, code, layer in rng.integers(0, (26, 64, 6), (25, 3)).tolist():
        answer = send(connection, edit(step, code, layer), *([{"name": "undo"}] if step % 3 == 0 else []))
        if "reconstruction" in answer["views"]:
            joints = merged(joints, answer["views"]["reconstruction"])
    np.testing.assert_allclose(joints, connection.visitor.workbench.decoding.joints, atol=1e-3)


def test_only_the_reached_frames_are_sent(connection):
    connection.page_shows_opening()
    made = send(connection, edit(10))["views"]["reconstruction"]
    assert made["frames"] == [35, 46]
    assert made["joints"]["shape"] == [11, 22, 3]
    assert send(connection, edit(20))["views"]["reconstruction"]["frames"] == [75, 86]


@pytest.mark.parametrize(
    "command",
    [{"name": "set_layers", "layers": [True] * 5 + [False]}, {"name": "choose_clip", "clip": "run"}],
)
def test_what_changes_every_pose_is_sent_whole(connection, command):
    connection.page_shows_opening()
    made = send(connection, command)["views"]["reconstruction"]
    assert made["frames"] == made["error_frames"] == [0, connection.visitor.workbench.encoded.frames]


def test_another_alignment_sends_errors_and_no_joints(connection):
    connection.page_shows_opening()
    send(connection, edit(10))
    made = send(connection, {"name": "set_alignment", "alignment": "global"})["views"]["reconstruction"]
    assert made["frames"] == [0, 0]
    assert made["tail"] is None
    np.testing.assert_allclose(unpack(made["errors"]), connection.visitor.workbench.errors, atol=0.051)


def test_an_edit_and_another_alignment_at_once(connection):
    joints = unpack(connection.changed_views()["reconstruction"]["joints"])
    aligned = {"name": "set_alignment", "alignment": "local"}
    made = send(connection, edit(10), aligned)["views"]["reconstruction"]
    assert made["frames"] == [35, 46]
    assert made["errors"]["shape"] == [connection.visitor.workbench.encoded.frames, 22]
    np.testing.assert_allclose(merged(joints, made), connection.visitor.workbench.decoding.joints, atol=1e-3)


def test_b_is_a_patch_of_what_is_shown(connection):
    joints = unpack(connection.changed_views()["reconstruction"]["joints"])
    pinned = send(connection, {"name": "pin"})["views"]["compared"]
    assert pinned["frames"] == [0, 0]
    views = send(connection, edit(10), {"name": "undo"}, edit(6), {"name": "show_both", "both": True})[
        "views"
    ]
    joints = merged(joints, views["reconstruction"])
    other = views["compared"]
    first, stop = other["frames"]
    assert stop - first < 15
    wanted = connection.visitor.workbench.compared.decoding.joints
    assert np.abs(wanted - connection.visitor.workbench.decoding.joints).max() > 1e-3
    np.testing.assert_allclose(merged(joints, other), wanted, atol=1e-3)


def test_b_with_other_layers_is_sent_whole(connection):
    connection.page_shows_opening()
    send(connection, {"name": "pin"}, {"name": "set_layers", "layers": [True] * 5 + [False]})
    other = send(connection, {"name": "set_alignment", "alignment": "local"})["views"]["compared"]
    np.testing.assert_allclose(
        unpack(other["joints"]), connection.visitor.workbench.compared.decoding.joints, atol=5e-4
    )


def test_an_edit_of_ten_thousand_frames_sends_at_most_100_kilobytes(connection, library, tmp_path):
    features = np.tile(library.clip("walk").features, (100, 1))[:10_000]
    np.save(tmp_path / "long.npy", features)
    opened = {"name": "open_file", "path": str(tmp_path / "long.npy"), "file_name": "long.npy"}
    assert len(json.dumps(send(connection, opened))) < 6_000_000
    assert len(json.dumps(send(connection, edit(1200)))) < 100_000
