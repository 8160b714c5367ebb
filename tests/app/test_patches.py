"""What an edit sends is small, and makes the whole reconstruction again."""

import base64
import json

import numpy as np
import pytest

from app.views.arrays import DTYPES


def unpack(packed):
    raw = np.frombuffer(base64.b64decode(packed["data"]), DTYPES[packed["dtype"]])
    return raw.reshape(packed["shape"]) * packed["scale"]


def edit(step, code=3, layer=0):
    return {"name": "set_code", "region": [layer, layer, step, step], "code": code, "repair": False}


def send(session, *commands):
    return session.answer({"letter": session.last_letter + 1, "commands": list(commands)})


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


def test_patches_add_up_to_the_whole(session):
    joints = unpack(session.changed_views()["reconstruction"]["joints"])
    rng = np.random.default_rng(0)
    for step, code, layer in rng.integers(0, (26, 64, 6), (25, 3)).tolist():
        answer = send(session, edit(step, code, layer), *([{"name": "undo"}] if step % 3 == 0 else []))
        if "reconstruction" in answer["views"]:
            joints = merged(joints, answer["views"]["reconstruction"])
    np.testing.assert_allclose(joints, session.workbench.decoding.joints, atol=1e-3)


def test_only_the_reached_frames_are_sent(session):
    session.page_shows_opening()
    made = send(session, edit(10))["views"]["reconstruction"]
    assert made["frames"] == [35, 46]
    assert made["joints"]["shape"] == [11, 22, 3]
    assert send(session, edit(20))["views"]["reconstruction"]["frames"] == [75, 86]


@pytest.mark.parametrize(
    "command",
    [{"name": "set_layers", "layers": [True] * 5 + [False]}, {"name": "choose_clip", "clip": "run"}],
)
def test_what_changes_every_pose_is_sent_whole(session, command):
    session.page_shows_opening()
    made = send(session, command)["views"]["reconstruction"]
    assert made["frames"] == made["error_frames"] == [0, session.workbench.take.frames]


def test_another_alignment_sends_errors_and_no_joints(session):
    session.page_shows_opening()
    send(session, edit(10))
    made = send(session, {"name": "set_alignment", "alignment": "global"})["views"]["reconstruction"]
    assert made["frames"] == [0, 0]
    assert made["tail"] is None
    np.testing.assert_allclose(unpack(made["errors"]), session.workbench.errors, atol=0.051)


def test_an_edit_and_another_alignment_at_once(session):
    joints = unpack(session.changed_views()["reconstruction"]["joints"])
    aligned = {"name": "set_alignment", "alignment": "local"}
    made = send(session, edit(10), aligned)["views"]["reconstruction"]
    assert made["frames"] == [35, 46]
    assert made["errors"]["shape"] == [session.workbench.take.frames, 22]
    np.testing.assert_allclose(merged(joints, made), session.workbench.decoding.joints, atol=1e-3)


def test_b_is_a_patch_of_what_is_shown(session):
    joints = unpack(session.changed_views()["reconstruction"]["joints"])
    pinned = send(session, {"name": "pin"})["views"]["compared"]
    assert pinned["frames"] == [0, 0]
    views = send(session, edit(10), {"name": "undo"}, edit(6), {"name": "show_both", "both": True})["views"]
    joints = merged(joints, views["reconstruction"])
    other = views["compared"]
    first, stop = other["frames"]
    assert stop - first < 15
    wanted = session.workbench.compared.decoding.joints
    assert np.abs(wanted - session.workbench.decoding.joints).max() > 1e-3
    np.testing.assert_allclose(merged(joints, other), wanted, atol=1e-3)


def test_b_with_other_layers_is_sent_whole(session):
    session.page_shows_opening()
    send(session, {"name": "pin"}, {"name": "set_layers", "layers": [True] * 5 + [False]})
    other = send(session, {"name": "set_alignment", "alignment": "local"})["views"]["compared"]
    np.testing.assert_allclose(unpack(other["joints"]), session.workbench.compared.decoding.joints, atol=5e-4)


def test_an_edit_of_ten_thousand_frames_sends_at_most_100_kilobytes(session, library, tmp_path):
    features = np.tile(library.clip("walk").features, (100, 1))[:10_000]
    np.save(tmp_path / "long.npy", features)
    opened = {"name": "open_file", "path": str(tmp_path / "long.npy"), "file_name": "long.npy"}
    assert len(json.dumps(send(session, opened))) < 6_000_000
    assert len(json.dumps(send(session, edit(1200)))) < 100_000
