"""Checkpoints and clips of every known layout: a body, millimetres and all tabs, whatever its skeleton."""

import json
import shutil

import numpy as np
import pytest

from app.connection import Connection
from app.payloads.arrays import unpack
from app.rooms import VIEWS, page_payload
from app.stage.exports import KINDS, write_export
from app.stage.pipeline import latent_payload
from app.visitor import Visitor
from app.workbench import sharing
from app.workbench.shared_state import state_of
from rvqvae.motion import LAYOUTS, write_bvh
from rvqvae.motion.bvh.bvh import read_bvh
from rvqvae.motion.form import Blocks, features_of
from rvqvae.motion.skeleton import HUMANML3D_BODY, Skeleton, chains_of
from tests.motion.test_layouts import body_of
from tests.support.bvh import signer, with_names
from tests.support.checkpoints import small
from tests.support.clips import smooth
from tests.support.signer import signing_body

OTHERS = [name for name in LAYOUTS if name != "humanml3d"]
FRAMES = 60


def send(connection, *commands):
    answer = connection.answer({"number": connection.last_request + 1, "commands": list(commands)})
    json.dumps(answer, allow_nan=False)
    return answer


@pytest.fixture(params=OTHERS)
def opened(request, library, tmp_path):
    """A connection with a clip and a checkpoint of a layout open, and the layout."""
    layout = LAYOUTS[request.param]
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    files = small(tmp_path / layout.name, width=layout.width, layout=layout.name)
    np.save(uploads / "clip.npy", 0.01 / layout.unit * smooth(FRAMES, layout.width))
    connection = Connection(Visitor(library, uploads))
    sent = [{"path": str(shutil.copy(file, uploads)), "file_name": file.name} for file in files]
    send(connection, {"name": "open_checkpoint", "files": sent})
    answer = send(
        connection, {"name": "open_file", "path": str(uploads / "clip.npy"), "file_name": "clip.npy"}
    )
    assert answer["views"]["clip"]["parts"] == "joints"
    return connection, layout


def test_every_view_has_joints_and_no_tab_is_refused(opened):
    connection, layout = opened
    visitor, joints = connection.visitor, len(layout.skeleton)
    send(connection, {"name": "set_code", "region": [0, 0, 4, 4], "code": 9, "repair": False})
    send(connection, {"name": "pin"})
    views = {view.name: view.payload(visitor) for view in VIEWS}
    json.dumps(views, allow_nan=False)
    assert not [tab["refused"] for tab in page_payload(visitor)["tabs"] if tab["refused"]]
    assert views["clip"]["joint_names"] == list(layout.skeleton.names)
    assert sorted(j for limb in views["clip"]["skeleton"]["limbs"] for j in limb["joints"]) == list(
        range(joints)
    )
    made = views["reconstruction"]
    assert (made["unit"], len(made["joint_mm"])) == ("mm", joints)
    shown = layout.to_joints(visitor.workbench.decoding.features)
    np.testing.assert_allclose(unpack(made["joints"]), shown, atol=0.002 * max(1, np.abs(shown).max()))
    assert unpack(views["edit_effect"]["pose_mm"]).shape[1] == joints
    assert len(views["feet"]["joints"]) == 4
    ladder = views["ladder"]
    assert ladder["unit"] == "mm"
    groups = layout.skeleton.groups
    assert [group["title"] for group in ladder["groups"]] == (list(groups) if len(groups) > 1 else [])
    weights = [len(groups[group["title"]]) for group in ladder["groups"]]
    if weights:
        means = np.array([group["errors"] for group in ladder["groups"]])
        np.testing.assert_allclose(np.average(means, axis=0, weights=weights), ladder["errors"], rtol=1e-6)


def test_motion_can_be_saved_on_its_own_skeleton(opened, tmp_path):
    connection, layout = opened
    bench = connection.visitor.workbench
    for kind in ("joints.npy", "motion.npz", "motion.bvh"):
        assert kind in KINDS
        write_export(kind, bench, tmp_path)
    joints = layout.to_joints(bench.decoding.features)
    np.testing.assert_allclose(np.load(tmp_path / "clip-joints.npy"), joints, atol=1e-4)
    np.testing.assert_allclose(np.load(tmp_path / "clip-motion.npz")["positions"], joints, atol=1e-4)
    bvh = read_bvh(tmp_path / "clip-motion.bvh")
    at = [bvh.names.index(name) for name in layout.skeleton.names]
    for joint, parent in enumerate(layout.skeleton.parents):
        if (
            parent < 0 or layout.skeleton is HUMANML3D_BODY
        ):  # which is turned to +z, see tests/motion/test_bvh.py
            continue
        ours, theirs = (
            joints[:, joint] - joints[:, parent],
            bvh.positions[:, at[joint]] - bvh.positions[:, at[parent]],
        )
        lengths = np.linalg.norm(ours, axis=-1) * np.linalg.norm(theirs, axis=-1)
        assert ((ours * theirs).sum(-1) >= 0.999 * lengths).all()  # some of SnapMoGen's joints lie on another


def test_an_edit_sends_what_it_reaches_and_how_the_rest_is_turned(opened):
    connection, layout = opened
    before = unpack(_payload(connection, "reconstruction")["joints"])
    came = send(connection, {"name": "set_code", "region": [0, 5, 4, 4], "code": 9, "repair": False})
    made = came["views"]["reconstruction"]
    first, stop = made["frames"]
    assert 0 < first < stop < FRAMES
    tail = made["tail"]
    cos, sin = np.cos(tail["turn"]), np.sin(tail["turn"])
    moved = before[stop:][..., [0, 2]] - tail["from"]
    x, z = cos * moved[..., 0] + sin * moved[..., 1], cos * moved[..., 1] - sin * moved[..., 0]
    after = layout.to_joints(connection.visitor.workbench.decoding.features)[stop:]
    np.testing.assert_allclose(x + tail["to"][0], after[..., 0], atol=0.02)
    np.testing.assert_allclose(z + tail["to"][1], after[..., 2], atol=0.02)


def _payload(connection, name):
    return next(view for view in VIEWS if view.name == name).payload(connection.visitor)


@pytest.fixture
def page(library, tmp_path):
    """A connection, and what opens a file as if it was uploaded."""
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    connection = Connection(Visitor(library, uploads))

    def open_file(file):
        path = shutil.copy(file, uploads)
        return send(connection, {"name": "open_file", "path": str(path), "file_name": file.name})

    def open_checkpoint(folder):
        sent = [{"path": str(shutil.copy(file, uploads)), "file_name": file.name} for file in folder]
        return send(connection, {"name": "open_checkpoint", "files": sent})

    return connection, open_file, open_checkpoint


@pytest.fixture
def unknown(page, tmp_path):
    """The same with a clip of 12 joints in an unknown layout open."""
    connection, open_file, open_checkpoint = page
    time = np.arange(80) / 10
    joints = np.zeros((80, 12, 3))
    for joint, (parent, way) in enumerate(TWELVE):
        bend = 0.4 * np.sin(time * (1 + joint / 5) + joint)
        turned = np.stack([way[0] + 0 * bend, way[1] * np.cos(bend), way[1] * np.sin(bend) + way[2]], axis=-1)
        joints[:, joint] = turned + (joints[:, parent] if joint else [0, 0.8, 0])
    joints[..., 1] -= joints[..., 1].min()
    parents = tuple(parent for parent, _ in TWELVE)
    facing, contacts = (4, 1, 10, 7), (3, 6)
    rest = ((0, 0, 0), *[(0, 1, 0)] * 11)
    skeleton = Skeleton(tuple(map(str, range(12))), parents, {"body": tuple(range(12))}, contacts, facing,
                        chains_of(parents), rest)  # fmt: skip
    blocks = Blocks.of(12, 2)
    np.save(tmp_path / "odd.npy", features_of(joints, skeleton, blocks, 1e-3))
    open_checkpoint(small(tmp_path / "odd", width=blocks.width, layout="unknown"))
    said = open_file(tmp_path / "odd.npy")
    return connection, said, parents, open_file


TWELVE = [
    (-1, (0, 0, 0)), (0, (0.1, -0.1, 0)), (1, (0, -0.4, 0)), (2, (0, -0.4, 0.1)), (0, (-0.1, -0.1, 0)),
    (4, (0, -0.4, 0)), (5, (0, -0.4, 0.1)), (0, (0.2, 0.5, 0)), (7, (0.3, 0.1, 0)), (0, (0, 0.6, 0)),
    (0, (-0.2, 0.5, 0)), (10, (-0.3, 0.1, 0)),
]  # fmt: skip


def test_a_body_in_unknown_features_is_offered_shown_kept_and_put_away(unknown):
    connection, said, *_ = unknown
    visitor = connection.visitor
    assert said["views"]["clip"]["parts"] == "channels"
    assert "12 joints, bones constant to" in said["notice"]
    offer = visitor.notification
    assert (offer["kind"], offer["words"]) == ("offer", said["notice"])
    figure = unpack(offer["figure"]["joints"])
    assert figure.shape == (1, 12, 3)
    assert 1.2 < np.ptp(figure[..., 1]) < 2.2
    assert len(offer["figure"]["bones"]) == 11
    send(connection, {"name": "set_code", "region": [0, 0, 4, 4], "code": 9, "repair": False})
    shown = send(connection, offer["command"])["views"]
    assert (shown["clip"]["parts"], shown["reconstruction"]["unit"]) == ("joints", "mm")
    assert latent_payload(visitor)["bones"] == offer["figure"]["bones"]
    assert len(visitor.workbench.version.edits) == 1
    state = sharing.from_file(sharing.to_file(state_of(visitor.workbench, with_own_clip=True)).encode())
    send(connection, {"name": "show_as_channels"})
    assert not visitor.workbench.encoded.has_joints
    assert len(visitor.workbench.version.edits) == 1
    visitor.show_state(state)
    assert visitor.workbench.encoded.has_joints
    assert visitor.workbench.alignment == "root"


def test_a_description_is_uploaded_beside_the_clip(unknown, tmp_path):
    connection, _, parents, open_file = unknown
    names = ["hips", "left_hip", "left_knee", "left_ankle", "right_hip", "right_knee", "right_ankle",
             "left_shoulder", "left_wrist", "head", "right_shoulder", "right_wrist"]  # fmt: skip
    (tmp_path / "bad.json").write_text(json.dumps({"names": ["<b>"] * 12, "parents": list(parents)}))
    assert "two joints have one name" in open_file(tmp_path / "bad.json")["notice"]
    assert not connection.visitor.workbench.encoded.has_joints
    (tmp_path / "joints.json").write_text(json.dumps({"names": names, "parents": list(parents)}))
    clip = open_file(tmp_path / "joints.json")["views"]["clip"]
    assert clip["joint_names"] == names
    assert clip["skeleton"]["parents"] == list(parents)
    assert {group["title"] for group in clip["skeleton"]["close_ups"]} == {"left hand", "right hand", "head"}


def test_a_clip_is_converted_for_a_checkpoint_of_another_layout(page, tmp_path):
    connection, _, open_checkpoint = page
    said = open_checkpoint(small(tmp_path / "kit", width=251, layout="kit-ml"))
    assert "upload a clip of shape (T, 251)" in said["notice"]
    before = connection.visitor.workbench.encoded
    send(connection, connection.visitor.notification["command"])
    encoded = connection.visitor.workbench.encoded
    assert (encoded.clip.title, encoded.fps) == (f"{before.clip.title}, as KIT-ML", 12.5)
    seconds = before.frames / before.fps
    assert encoded.frames / encoded.fps == pytest.approx(seconds, abs=0.2)
    names = encoded.layout.skeleton.names
    for name in ("left_knee", "right_elbow", "head"):
        ours = encoded.layout.local_joints(encoded.clip.features)[:, names.index(name)]
        theirs = before.layout.local_joints(before.clip.features)[:, before.layout.skeleton.index[name]]
        assert np.linalg.norm(ours.mean(0) - theirs.mean(0)) < 0.15


def test_the_hands_weigh_what_the_visitor_says(page, tmp_path):
    connection, open_file, open_checkpoint = page
    layout = LAYOUTS["humanml3d-52"]
    np.save(tmp_path / "hands.npy", layout.from_joints(body_of(layout, np.random.default_rng(0))))
    open_checkpoint(small(tmp_path / "ck", width=layout.width, layout=layout.name))
    first = open_file(tmp_path / "hands.npy")["views"]["ladder"]
    assert [group["weight"] for group in first["groups"]] == [1, 1, 1]
    assert first["weighted"] == []
    weigh = {"name": "weigh_group", "group": "left hand"}
    ladder = send(connection, weigh | {"weight": 4})["views"]["ladder"]
    encoded = connection.visitor.workbench.encoded
    joints = np.ones(52)
    joints[22:37] = 4
    errors = encoded.part_errors_by_layers[ladder["alignment"]]
    np.testing.assert_allclose(ladder["weighted"], errors @ joints / joints.sum())
    assert ladder["errors"] == first["errors"]
    assert "expected a number from 0 to 100" in send(connection, weigh | {"weight": float("nan")})["notice"]
    assert "This body has no 'tail'" in send(connection, weigh | {"group": "tail", "weight": 2})["notice"]
    for group in ("body", "right hand"):
        send(connection, weigh | {"group": group, "weight": 0})
    refused = send(connection, weigh | {"weight": 0})["notice"]
    assert "would weigh nothing" in refused
    assert send(connection, weigh | {"weight": 1})["views"]["ladder"]["weighted"] == pytest.approx(
        errors[:, 22:37].mean(axis=1).tolist()
    )


def test_a_bvh_opens_in_the_checkpoints_own_layout_with_its_fingers(page, tmp_path):
    connection, open_file, open_checkpoint = page
    layout = LAYOUTS["humanml3d-52"]
    joints = body_of(layout, np.random.default_rng(0))
    joints = np.concatenate([joints[:1] + [0, -0.6, 0], joints])  # a rest pose in front, under the floor
    write_bvh(tmp_path / "hands.bvh", joints, 40.0, layout.skeleton)
    np.save(tmp_path / "hands.npy", layout.from_joints(joints[1:]))
    open_checkpoint(small(tmp_path / "ck", width=layout.width, layout=layout.name))
    open_file(tmp_path / "hands.npy")
    said = open_file(tmp_path / "hands.bvh")["notice"]
    encoded = connection.visitor.workbench.encoded
    assert (encoded.clip.width, encoded.fps) == (623, 20.0)
    assert "y is up, centimetres, 40 fps, frame 0 is a rest pose" in said
    mend = connection.visitor.notification["command"]
    assert mend["mends"] == ["rest"]
    frames = encoded.frames
    said = send(connection, mend)["notice"]
    assert "rest pose" not in said
    undo, bent = connection.visitor.notification, connection.visitor.workbench.encoded
    assert undo["label"].startswith("Undo")
    assert "rest pose" in send(connection, undo["command"])["notice"]
    np.testing.assert_array_equal(connection.visitor.workbench.encoded.clip.features, encoded.clip.features)
    send(connection, connection.visitor.notification["command"])
    np.testing.assert_array_equal(connection.visitor.workbench.encoded.clip.features, bent.clip.features)
    encoded = connection.visitor.workbench.encoded
    assert encoded.frames in (frames - 1, frames)
    ours = layout.local_joints(encoded.clip.features)
    theirs = layout.local_joints(layout.from_joints(joints[1::2]))
    assert np.abs(ours - theirs[: len(ours)]).max() < 0.01


def test_a_bvh_without_jaw_and_eyes_keeps_its_fingers(page, tmp_path):
    connection, open_file, open_checkpoint = page
    features, skeleton, _ = signing_body(np.random.default_rng(0))
    np.save(tmp_path / "sign.npy", features)
    open_checkpoint(small(tmp_path / "ck", width=668, layout="motion-s"))
    open_file(tmp_path / "sign.npy")
    names = {"names": list(skeleton.names), "parents": list(skeleton.parents), "fps": 30}
    send(connection, {"name": "show_as_body", "description": names})
    (tmp_path / "always.bvh").write_text(with_names(signer(), frames=121))
    said = open_file(tmp_path / "always.bvh")["notice"]
    assert "53 of 53 joints placed" in said
    assert "has no joint for jaw, left_eye, right_eye, which stand where" in said
    encoded = connection.visitor.workbench.encoded
    assert (encoded.clip.width, encoded.fps, encoded.frames) == (668, 30.0, 60)
    bones, index = encoded.layout.local_joints(encoded.clip.features)[0], skeleton.index
    reach = bones[index["left_index_3"]] - bones[index["left_wrist"]]
    np.testing.assert_allclose(reach, [0.16, 0, 0.01], atol=1e-3)
    jaw, eyes = (bones[[index[name] for name in some]] for some in (["jaw"], ["left_eye", "right_eye"]))
    head, neck = bones[index["head"]], bones[index["neck"]]
    far = np.linalg.norm([*(jaw - head), *(eyes - head)], axis=-1)
    np.testing.assert_allclose(far, np.linalg.norm(head - neck), atol=1e-3)
    assert (jaw - head)[0, 2] > 0.05  # in front
    assert (eyes - head)[0, 0] > 0.01 > -0.01 > (eyes - head)[1, 0]
    whole = (tmp_path / "always.bvh").read_text().replace("LeftFinger1\n", "LeftHook\n")
    (tmp_path / "hook.bvh").write_text(whole)
    said = open_file(tmp_path / "hook.bvh")["notice"]
    assert "has no joint for left_index_1 of the wanted 55" in said


def test_a_bvh_of_another_size_above_the_floor_is_mended_and_unmended(page, tmp_path):
    connection, open_file, open_checkpoint = page
    layout = LAYOUTS["humanml3d-52"]
    joints = body_of(layout, np.random.default_rng(0))
    right = layout.to_joints(layout.from_joints(joints))
    write_bvh(tmp_path / "giant.bvh", 40 * (joints + [0, 0.4, 0]), layout.fps, layout.skeleton)
    np.save(tmp_path / "hands.npy", layout.from_joints(joints))
    open_checkpoint(small(tmp_path / "ck", width=layout.width, layout=layout.name))
    open_file(tmp_path / "hands.npy")
    said = open_file(tmp_path / "giant.bvh")["notice"]
    assert "unit unknown" in said
    assert "units tall" in said
    mend = connection.visitor.notification
    assert mend["command"]["mends"] == ["scale", "floor"]
    assert mend["label"] == "Mend it: make it as tall as a person and put it on the floor"
    said = send(connection, mend["command"])["notice"]
    assert "tall" not in said
    assert "floor" not in said
    made = layout.to_joints(connection.visitor.workbench.encoded.clip.features)
    assert made[..., 1].min() == pytest.approx(0, abs=0.01)
    factor = np.ptp(made, axis=1).max() / np.ptp(right, axis=1).max()
    assert 1.4 < np.ptp(made[..., 1], axis=1).max() <= 1.7  # the file's ends of toes and head count too
    np.testing.assert_allclose(np.ptp(made, axis=1), factor * np.ptp(right, axis=1)[: len(made)], atol=0.03)
    send(connection, connection.visitor.notification["command"])
    assert np.ptp(layout.to_joints(connection.visitor.workbench.encoded.clip.features)[0, :, 1]) > 30
