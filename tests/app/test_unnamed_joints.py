"""A visitor's joints that have no names, or that a table holds: what is offered, asked and opened."""

import json

import numpy as np
import pytest

from app.catalog.own_clips import read_own_clip
from rvqvae.motion import JOINT_NAMES, features_to_joints
from rvqvae.motion.mapping import PLACEABLE
from tests.app.page import Page

# Limb by limb.
ORDER = np.array(
    [0, 2, 5, 8, 11, 1, 4, 7, 10, 3, 6, 9, 14, 17, 19, 21, 13, 16, 18, 20, 12, 15]
)  # limb by limb


@pytest.fixture
def page(visitor):
    return Page(visitor)


@pytest.fixture(scope="module")
def joints(library):
    return features_to_joints(library.clip("walk").features).astype(np.float64)


@pytest.fixture
def others(joints):
    """22 joints limb by limb, and two finger tips: a set that nobody knows."""
    body = joints[:, ORDER]
    hands = [body[:, [at]] + (body[:, [at]] - body[:, [at - 1]]) / 3 for at in (15, 19)]
    return np.concatenate([body, *hands], axis=1)


def opens(page, file):
    page.say("open_file", path=str(file), file_name=file.name)


def assert_is_the_walk(page, library, title):
    encoded = page.visitor.workbench.encoded
    assert encoded.clip.title == title
    apart = features_to_joints(encoded.clip.features) - features_to_joints(library.clip("walk").features)[:-1]
    assert np.linalg.norm(apart, axis=-1).mean() < 0.01


def test_joints_without_names_are_offered_as_the_body_that_their_shape_tells(page, library, others, tmp_path):
    np.save(tmp_path / "other.npy", others)
    opens(page, tmp_path / "other.npy")
    assert "24 joints without names, bones constant to 0.0%, two legs and two arms" in page.notice
    view, offer = page.views["skeleton"], page.views["notification"]
    told = {row["joint"]: row["source"] for row in view["joints"]}
    assert (view["clip"], view["by_shape"], page.visitor.own_clips) == (None, True, {})
    assert {name for name, source in told.items() if source is None} == set(PLACEABLE[:3])
    assert all(ORDER[int(source[6:])] == JOINT_NAMES.index(name) for name, source in told.items() if source)
    assert (offer["label"], offer["figure"]["joints"]["shape"]) == ("Open as a body", [1, 24, 3])
    assert len(offer["figure"]["bones"]) == 23
    page.say(**offer["command"])
    assert_is_the_walk(page, library, "other")
    assert page.views["skeleton"]["words"].startswith("19 of 22 joints told by shape")
    page.say("use_joint_map", clip="own-1", joint_map={**told, "left_wrist": "joint_23"})
    assert "1 chosen" in page.views["skeleton"]["words"]


def test_joints_whose_shape_does_not_tell_are_asked_about_or_named_by_a_file(page, library, others, tmp_path):
    np.save(tmp_path / "still.npy", np.repeat(others[:1], 20, axis=0))
    others[:, 3] += np.random.default_rng(0).normal(scale=0.2, size=(len(others), 3))  # an ankle of no length
    others[:, 7] += np.random.default_rng(1).normal(scale=0.2, size=(len(others), 3))
    np.save(tmp_path / "loose.npy", others)
    opens(page, tmp_path / "loose.npy")
    assert page.notice.startswith("loose.npy: found 24 joints without names, ")
    assert 'choose which joints they are, or upload a .json file with "names" of all 24' in page.notice
    (tmp_path / "names.json").write_text(json.dumps({"names": ["Hips"]}))
    opens(page, tmp_path / "names.json")
    assert page.notice == 'names.json: expected "names" with one for each of the 24 joints of loose.npy.'
    names = [JOINT_NAMES[joint] for joint in ORDER] + ["left_tip", "right_tip"]
    (tmp_path / "names.json").write_text(json.dumps({"names": names}))
    opens(page, tmp_path / "names.json")
    assert page.visitor.workbench.encoded.clip.title == "loose"
    assert page.views["skeleton"]["words"].startswith("0 of 22 joints told by shape, 19 chosen")


def test_tables_of_joints_open_by_name_or_where_bones_bear_them_out(page, library, joints, others, tmp_path):
    rows = joints.reshape(len(joints), -1)
    head = ",".join(f"{name}_{axis}" for name in JOINT_NAMES for axis in "xyz")
    np.savetxt(tmp_path / "named.csv", rows, "%.6f", ",", header=head, comments="")
    np.savetxt(tmp_path / "bare.csv", rows, "%.6f", ",")
    clocked = np.column_stack([np.arange(len(rows)), rows[:, : 3 * 22]])
    np.savetxt(tmp_path / "clocked.csv", clocked, "%.6f", ",", header=f"frame,{head}", comments="")
    for name in ("named", "bare", "clocked"):
        opens(page, tmp_path / f"{name}.csv")
        assert_is_the_walk(page, library, name)
    np.savetxt(tmp_path / "features.csv", library.clip("walk").features, "%.6g", ",")
    opens(page, tmp_path / "features.csv")
    np.testing.assert_allclose(
        page.visitor.workbench.encoded.clip.features, library.clip("walk").features, rtol=1e-4, atol=1e-6
    )
    np.savetxt(tmp_path / "other.csv", others.reshape(len(others), -1), "%.6f", ",")
    opens(page, tmp_path / "other.csv")
    assert page.views["notification"]["label"] == "Open as a body"
    np.savetxt(tmp_path / "noise.csv", np.random.default_rng(0).normal(size=(30, 66)), "%.6f", ",")
    opens(page, tmp_path / "noise.csv")
    assert "22 joints without names, whose distances tell no bones" in page.notice
    for name, text, said in (
        ("narrow.csv", "1,2,3,4\n5,6,7,8\n", "narrow.csv: found 4 columns; expected rows of as many numbers"),
        ("ragged.csv", "1,2,3\n4,5\n", "ragged.csv: "),
        ("words.csv", "a_x,a_y,a_z\n1,2,much\n", "words.csv: "),
        ("table.csv", "who,what\n1,2\n", "table.csv: found the columns who, what; expected the columns id"),
    ):
        (tmp_path / name).write_text(text)
        opens(page, tmp_path / name)
        assert page.notice.startswith(said), page.notice
        assert "expected" in page.notice
        assert str(tmp_path) not in page.notice


def test_a_joint_map_is_taken_of_joints_that_are_not_known(others, tmp_path):
    np.save(tmp_path / "other.npy", others)
    told = {name: f"joint_{list(ORDER).index(joint)}" for joint, name in enumerate(JOINT_NAMES)}
    own = read_own_clip(tmp_path / "other.npy", "other.npy", joint_map=told)
    assert own.clip.features.shape == (len(others) - 1, 263)
    assert own.told == "22 joints, y is up, metres, taken at 20 fps"
