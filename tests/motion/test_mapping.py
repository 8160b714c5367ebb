"""Joint maps: given, suggested, written and read."""

import json

import numpy as np
import pytest

from rvqvae.motion import (
    JOINT_NAMES,
    MotionFileError,
    read_bvh_body,
    read_joint_map,
    read_motion,
    write_joint_map,
)
from rvqvae.motion.bvh.bvh import read_bvh
from rvqvae.motion.mapping import PLACEABLE, MappingError, map_joints, suggest_joints
from tests.support.bvh import CONVENTIONS, body, with_names

STRANGE = {"Head": "Noggin", "LeftHand": "Paw", "Hips": "Middle"}


@pytest.fixture
def cmu(tmp_path):
    names, spine = CONVENTIONS["CMU"]
    (tmp_path / "cmu.bvh").write_text(with_names(body(names, spine)))
    return tmp_path / "cmu.bvh"


@pytest.fixture
def strange(tmp_path):
    names, spine = CONVENTIONS["CMU"]
    skeleton = [tuple(STRANGE.get(w, w) if w else w for w in joint[:2]) for joint in body(names, spine)]
    offsets = [joint[2] for joint in body(names, spine)]
    renamed = [(*joint, offset) for joint, offset in zip(skeleton, offsets, strict=True)]
    (tmp_path / "strange.bvh").write_text(with_names(renamed))
    return tmp_path / "strange.bvh"


def test_what_is_suggested_says_what_is_missing(strange):
    suggested = suggest_joints(read_bvh(strange).names)
    assert tuple(suggested) == JOINT_NAMES
    missing = {ours for ours, theirs in suggested.items() if theirs is None}
    assert missing == {"pelvis", "head", "left_wrist", *PLACEABLE[:3]}
    assert suggested["left_elbow"] == "LeftForeArm"


def test_a_given_map_holds_and_rules_do_the_rest(strange, cmu):
    given = {"pelvis": "Middle", "head": "Noggin", "left_wrist": "Paw"}
    np.testing.assert_array_equal(read_bvh_body(strange, given).array, read_bvh_body(cmu).array)
    (clip,) = read_motion(strange, joint_map=given)
    assert clip.remarks[0].startswith("joints were mapped as given: Middle as pelvis")


def test_the_whole_map_gives_what_the_rules_gave(cmu):
    bvh = read_bvh(cmu)
    mapping = map_joints(bvh.names, bvh.parents)
    again = map_joints(bvh.names, bvh.parents, mapping.joint_map)
    assert again == mapping


def test_a_given_joint_is_taken_from_the_rule_that_would_have_had_it(cmu):
    bvh = read_bvh(cmu)
    mapping = map_joints(bvh.names, bvh.parents, {"left_shoulder": "LeftShoulder", "left_collar": None})
    assert mapping.sources["left_shoulder"] == "LeftShoulder"
    assert "left_collar" not in mapping.sources
    assert mapping.sources["right_shoulder"] == "RightArm"


def test_a_spine_joint_may_be_given(cmu):
    body_of = {
        name: dict(zip(JOINT_NAMES, read_bvh_body(cmu, given).array[3], strict=True))
        for name, given in (("placed", None), ("given", {"spine2": "Spine"}))
    }
    bvh = read_bvh(cmu)
    spine = bvh.positions[9, bvh.names.index("Spine")]
    np.testing.assert_allclose(body_of["given"]["spine2"], spine, atol=1e-4)
    assert not np.allclose(body_of["placed"]["spine2"], spine)
    heights = [body_of["given"][name][1] for name in ("pelvis", "spine1", "spine2", "spine3", "neck")]
    assert (np.diff(heights) > 1).all()
    np.testing.assert_allclose(body_of["given"]["head"], body_of["placed"]["head"])


def test_a_neck_above_the_pelvis_in_the_tree_does_no_harm(cmu):
    bvh = read_bvh(cmu)
    given = {"pelvis": "LeftToeBase", "neck": "LeftUpLeg", "left_foot": "LeftToeBase/end", "left_hip": "Hips"}
    assert map_joints(bvh.names, bvh.parents, given).spine["spine1"][0][-1] == bvh.names.index("LeftUpLeg")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"tail": "Hips"}, "names 'tail', which is none of HumanML3D's joints: pelvis, "),
        ({"head": "Nose"}, "gives head the joint 'Nose'; the skeleton has Hips, "),
        ({"head": "Neck", "neck": "Neck"}, "gives Neck to both head and neck; each needs a joint of its own"),
        ({"head": None, "left_knee": None}, "found no joint for left_knee, head; the skeleton has Hips"),
    ],
)
def test_wrong_maps_get_one_sentence(cmu, given, sentence):
    with pytest.raises(MotionFileError, match=sentence) as caught:
        read_bvh_body(cmu, given)
    assert "\n" not in str(caught.value)


def test_a_map_that_leaves_a_bone_without_length_says_which(tmp_path):
    names, spine = CONVENTIONS["CMU"]
    skeleton = [*body(names, spine), ("Twist", "LeftUpLeg", (0, 0, 0))]
    (tmp_path / "twist.bvh").write_text(with_names(skeleton))
    with (
        pytest.warns(match="skipped twist"),
        pytest.raises(MotionFileError, match="the bone from left_hip to left_knee has no length"),
    ):
        read_motion(tmp_path / "twist.bvh", joint_map={"left_knee": "Twist"})


def test_maps_travel_as_files(tmp_path, cmu):
    whole = suggest_joints(read_bvh(cmu).names)
    write_joint_map(tmp_path / "map.json", whole)
    assert read_joint_map(tmp_path / "map.json") == whole


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "not a JSON file"),
        ("[" * 100_000, "not a JSON file"),
        ("[]", "found a list; expected a JSON object"),
        ('{"head": 3}', "head has the value 3; expected a JSON object"),
        (json.dumps({"head": "x" * (1 << 20)}), "a joint map has at most"),
    ],
)
def test_files_that_are_no_maps(tmp_path, text, sentence):
    (tmp_path / "map.json").write_text(text)
    with pytest.raises(MotionFileError, match=sentence):
        read_joint_map(tmp_path / "map.json")


def test_joints_of_one_name_are_told_apart(tmp_path):
    names, spine = CONVENTIONS["CMU"]
    (tmp_path / "c.bvh").write_text(with_names([*body(names, spine), ("Nub", "Head", (0, 1, 0))]))
    text = (tmp_path / "c.bvh").read_text().replace("JOINT Nub", "JOINT Head")
    (tmp_path / "c.bvh").write_text(text)
    assert [name for name in read_bvh(tmp_path / "c.bvh").names if "Head" in name] == [
        "Head", "Head (2)", "Head (2)/end",
    ]  # fmt: skip


def test_a_name_of_no_reasonable_length_is_refused(cmu):
    cmu.write_text(cmu.read_text().replace("JOINT Head", f"JOINT {'Head' * 100}"))
    with pytest.raises(MotionFileError, match="a name of 400 characters"):
        read_bvh(cmu)


def test_suggesting_refuses_what_mapping_refuses(cmu):
    with pytest.raises(MappingError, match="none of HumanML3D's joints"):
        suggest_joints(read_bvh(cmu).names, {"tail": "Hips"})
