import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from rvqvae.motion import (
    JOINT_NAMES,
    LAYOUTS,
    MotionFileError,
    features_to_joints,
    joints_to_features,
    read_bvh_body,
    read_clips,
    to_humanml_skeleton,
    write_bvh,
)
from rvqvae.motion.bvh.bvh import read_bvh
from rvqvae.motion.opening import open_bvh
from tests.support.bvh import CONVENTIONS, body, with_names
from tests.support.paths import CLIPS

SMALL = """HIERARCHY
ROOT Hips
{
  OFFSET 1 2 3
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  JOINT Left Arm
  {
    OFFSET 0 10 0
    CHANNELS 3 Yrotation Xrotation Zrotation
    End Site
    {
      OFFSET 5 0 0
    }
  }
}
MOTION
Frames: 2
Frame Time: 0.05
1 2 3 0 0 0 0 0 0
7 8 9 30 -20 100 15 25 -35
"""


def test_forward_kinematics_against_scipys_rotations(tmp_path):
    (tmp_path / "s.bvh").write_text(SMALL)
    clip = read_bvh(tmp_path / "s.bvh")
    assert clip.names == ("Hips", "Left Arm", "Left Arm/end")
    assert clip.parents == (-1, 0, 1)
    assert clip.fps == pytest.approx(20)
    np.testing.assert_allclose(clip.positions[0], [[1, 2, 3], [1, 12, 3], [6, 12, 3]])
    hips = Rotation.from_euler("ZXY", [30, -20, 100], degrees=True)
    arm = hips * Rotation.from_euler("YXZ", [15, 25, -35], degrees=True)
    middle = [7, 8, 9] + hips.apply([0, 10, 0])
    np.testing.assert_allclose(clip.positions[1], [[7, 8, 9], middle, middle + arm.apply([5, 0, 0])])


def test_braces_and_statements_may_share_a_line(tmp_path):
    (tmp_path / "s.bvh").write_text(SMALL)
    head, motion = SMALL.split("MOTION")
    head = "\n".join(line.strip() for line in head.splitlines())
    tight = head.replace("\n{\n", " { ").replace("\nCHANNELS", " CHANNELS").replace("\n}", " }")
    (tmp_path / "t.bvh").write_text(tight + "\nMOTION" + motion)
    loose, dense = read_bvh(tmp_path / "s.bvh"), read_bvh(tmp_path / "t.bvh")
    assert dense.names == loose.names
    np.testing.assert_array_equal(dense.positions, loose.positions)


@pytest.mark.parametrize("name", ["cartwheel", "walk", "getup_faceup", "spinkick"])
def test_what_is_written_reads_back(tmp_path, name):
    joints = np.load(CLIPS / f"{name}.npy")
    placed = write_bvh(tmp_path / "clip.bvh", joints)
    np.testing.assert_allclose(placed, to_humanml_skeleton(joints))
    raw = read_bvh_body(tmp_path / "clip.bvh")
    assert np.abs(raw.array / 100 - placed).max() < 1e-5
    assert len(raw.remarks) == 1
    (clip,) = read_clips(tmp_path / "clip.bvh")
    direct = joints_to_features(placed)
    moved = np.abs(features_to_joints(clip.features) - features_to_joints(direct))
    assert moved.max() < 1e-4


def test_a_bone_may_point_anywhere(tmp_path, rng):
    """Also exactly against its rest direction, where no shortest rotation exists."""
    joints = np.load(CLIPS / "walk.npy")[:12]
    for parent, child in ((13, 16), (16, 18), (18, 20)):
        joints[:, child] = joints[:, parent] + np.array([-0.3, 0, 0])
    joints[:, 15] = joints[:, 12] + rng.normal(size=(12, 3))
    placed = write_bvh(tmp_path / "clip.bvh", joints)
    assert np.abs(read_bvh_body(tmp_path / "clip.bvh").array / 100 - placed).max() < 1e-5


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_common_skeletons_are_mapped_by_name(tmp_path, convention):
    names, spine = CONVENTIONS[convention]
    (tmp_path / "c.bvh").write_text(with_names(body(names, spine)))
    raw = read_bvh_body(tmp_path / "c.bvh")
    assert raw.array.shape == (21, 22, 3)
    assert raw.remarks[1] == "resampled from 60 to 20 frames a second"
    for side, which in zip(("left", "right"), names["side"], strict=True):
        for part in ("hip", "knee", "ankle", "foot", "collar", "shoulder", "elbow", "wrist"):
            assert f"{names[part].format(which)} as {side}_{part}" in raw.remarks[0]
    at = dict(zip(JOINT_NAMES, raw.array[0], strict=True))
    assert at["left_wrist"][0] > 60 > -60 > at["right_wrist"][0]
    assert at["left_foot"][1] == pytest.approx(0)
    np.testing.assert_allclose(at["left_foot"] - at["left_ankle"], [0, -5, 12])
    spine_heights = [at[joint][1] for joint in ("pelvis", "spine1", "spine2", "spine3", "neck", "head")]
    assert (np.diff(spine_heights) > 1).all()
    (clip,) = read_clips(tmp_path / "c.bvh")
    assert clip.remarks == raw.remarks
    assert np.isfinite(clip.features).all()


def test_a_coinciding_spine_joint_does_no_harm(tmp_path):
    names, spine = CONVENTIONS["CMU"]
    skeleton = [
        (name, parent, (0, 0, 0) if name == "LowerBack" else offset)
        for name, parent, offset in body(names, spine)
    ]
    skeleton += [("LHipJoint", "Hips", (0, 0, 0))]
    (tmp_path / "c.bvh").write_text(with_names(skeleton))
    (clip,) = read_clips(tmp_path / "c.bvh")
    assert clip.features.shape == (20, 263)


def test_a_skeleton_that_is_not_recognised_can_be_corrected(tmp_path):
    names, spine = CONVENTIONS["CMU"]
    skeleton = [tuple("Noggin" if word == "Head" else word for word in joint) for joint in body(names, spine)]
    (tmp_path / "c.bvh").write_text(with_names(skeleton))
    with pytest.raises(MotionFileError, match="found no joint for head; the skeleton has Hips, LowerBack"):
        read_bvh_body(tmp_path / "c.bvh")
    raw = read_bvh_body(tmp_path / "c.bvh", {"head": "Noggin"})
    assert "Noggin as head" in raw.remarks[0]
    with pytest.raises(MotionFileError, match="the joint map gives head the joint 'Nose'"):
        read_bvh_body(tmp_path / "c.bvh", {"head": "Nose"})


def test_missing_toes_and_collars_are_placed(tmp_path):
    names, spine = CONVENTIONS["SMPL"]
    skeleton = []
    for name, parent, offset in body(names, spine):
        if name.endswith("_foot") or name.endswith("_collar"):
            continue
        skeleton.append((name, "spine3" if name.endswith("_shoulder") else parent, offset))
    (tmp_path / "c.bvh").write_text(with_names(skeleton))
    raw = read_bvh_body(tmp_path / "c.bvh")
    at = dict(zip(JOINT_NAMES, raw.array[0], strict=True))
    np.testing.assert_allclose(at["left_foot"] - at["left_ankle"], [0, 0, 3])
    np.testing.assert_allclose(at["left_collar"], (at["spine3"] + at["left_shoulder"]) / 2)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda t: "", "found no MOTION"),
        (lambda t: t.replace("Frames: 2", "Frames: 1000000000000"), "declares 1000000000000 frames of 9"),
        (lambda t: t.replace("Frames: 2", "Frames: x"), "found no Frames and Frame Time"),
        (lambda t: t.replace("Frames: 2", "Frames: -2"), "found -2 frames"),
        (lambda t: t.replace("0.05", "nan"), "expected 1 or more frames of"),
        (lambda t: t.replace("7 8 9", "7 8"), "holds 17 numbers; expected 18"),
        (lambda t: t.replace("7 8 9", "7 8 x"), "a channel that is no number"),
        (lambda t: t.replace("7 8 9", "7 8 nan"), "positions are not finite"),
        (lambda t: t.replace("OFFSET 1 2 3", "OFFSET 1 2"), "line 4: found 'OFFSET 1 2'"),
        (lambda t: t.replace("OFFSET 1 2 3", "OFFSET 1 2 x"), "line 4: found the offset '1 2 x'"),
        (lambda t: t.replace("OFFSET 1 2 3\n", "\n"), "found a joint without OFFSET"),
        (lambda t: t.replace("Xposition", "Wposition"), "line 5: found channels"),
        (lambda t: t.replace("CHANNELS 6", "CHANNELS 7"), "line 5: found channels"),
        (lambda t: t.replace("JOINT", "ROOT"), "line 6: found ROOT out of place"),
        (lambda t: t.replace("}\nMOTION", "MOTION"), "its HIERARCHY is not closed"),
        (lambda t: t.replace("ROOT Hips\n{", "ROOT Hips\n{\n{"), "line 4: found '{'"),
        (lambda t: "HIERARCHY\n" + "ROOT a\n{\nOFFSET 0 0 0\n" + "JOINT b\n{\nOFFSET 0 0 0\n" * 5000 + t,
         "more than 2000 joints"),
    ],
)  # fmt: skip
def test_damaged_files_get_one_sentence(tmp_path, change, sentence):
    (tmp_path / "s.bvh").write_text(change(SMALL))
    with pytest.raises(MotionFileError, match=sentence) as error:
        read_bvh(tmp_path / "s.bvh")
    assert "\n" not in str(error.value)


def test_more_positions_than_memory_should_hold_are_refused_unplaced(tmp_path):
    joints = "".join(f"JOINT j{i}\n{{\nOFFSET 0 1 0\n}}\n" for i in range(1500))
    head = f"HIERARCHY\nROOT r\n{{\nOFFSET 0 0 0\nCHANNELS 1 Xrotation\n{joints}}}\nMOTION\n"
    (tmp_path / "s.bvh").write_text(head + "Frames: 4000\nFrame Time: 0.01\n" + "1\n" * 4000)
    with pytest.raises(MotionFileError, match="4000 frames of 1501 joints are more than"):
        read_bvh(tmp_path / "s.bvh")


def test_clips_too_short_or_slow(tmp_path):
    names, spine = CONVENTIONS["SMPL"]
    (tmp_path / "c.bvh").write_text(with_names(body(names, spine), frames=1))
    with pytest.raises(MotionFileError, match="found 1 frames"):
        read_bvh_body(tmp_path / "c.bvh")
    (tmp_path / "c.bvh").write_text(with_names(body(names, spine), frames=2))
    with pytest.raises(MotionFileError, match=r"expected 0\.05 s or more"):
        read_bvh_body(tmp_path / "c.bvh")


def test_joints_that_a_wanted_layout_lacks_are_named(tmp_path):
    walk = to_humanml_skeleton(np.load(CLIPS / "walk.npy"))
    write_bvh(tmp_path / "walk.bvh", walk, 20.0)
    clip, _ = open_bvh(tmp_path / "walk.bvh", layout=LAYOUTS["humanml3d-52"])
    assert clip.layout == "humanml3d"
    lacking = "left_index_1, left_index_2, left_index_3, left_middle_1 and 26 more"
    assert clip.remarks[-1] == f"has no joint for {lacking} of the wanted 52, so it stands on HumanML3D's 22"
    assert open_bvh(tmp_path / "walk.bvh")[0].remarks == ()
