import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from rvqvae.motion import (
    JOINT_NAMES,
    MotionFileError,
    features_to_joints,
    joints_to_features,
    read_bvh_body,
    read_clips,
    to_humanml_skeleton,
    write_bvh,
)
from rvqvae.motion.bvh import read_bvh
from tests.motion.test_files import CLIPS

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


def with_names(skeleton, frames=61):
    """A BVH of a skeleton given as (name, parent's name, offset), standing still but for its root."""
    children = {}
    for name, parent, offset in skeleton:
        children.setdefault(parent, []).append((name, offset))

    def lines(name, offset, root):
        channels = "6 Xposition Yposition Zposition Zrotation Xrotation Yrotation"
        yield f"{'ROOT' if root else 'JOINT'} {name}"
        yield "{"
        yield "OFFSET " + " ".join(map(str, offset))
        yield "CHANNELS " + (channels if root else "3 Zrotation Xrotation Yrotation")
        for child in children.get(name, []):
            yield from lines(*child, False)
        if name not in children:
            yield from ("End Site", "{", "OFFSET 0 0 3", "}")
        yield "}"

    (root,) = children[None]
    rows = [[0, 90 + 0.1 * t, t / 4] + [0.0] * (3 * len(skeleton)) for t in range(frames)]
    text = "\n".join(["HIERARCHY", *lines(*root, True), "MOTION", f"Frames: {len(rows)}"])
    table = "\n".join(" ".join(map(str, row)) for row in rows)
    return f"{text}\nFrame Time: {1 / 60:.7f}\n{table}\n"


def body(names, spine):
    """A T-pose skeleton: names of pelvis, hips…; {} is replaced by the side."""
    side = names["side"]
    skeleton = [(names["root"], None, (0, 0, 0))] if "root" in names else []
    top = names.get("root")
    skeleton.append((names["pelvis"], top, (0, 0, 0)))
    above = names["pelvis"]
    for joint in spine:
        skeleton.append((joint, above, (0, 12, 0)))
        above = joint
    skeleton += [(names["neck"], above, (0, 20, 0)), (names["head"], names["neck"], (0, 10, 0))]
    for which, sign in zip(side, (1, -1), strict=True):
        leg = [names[part].format(which) for part in ("hip", "knee", "ankle", "foot")]
        arm = [names[part].format(which) for part in ("collar", "shoulder", "elbow", "wrist")]
        legs = [(sign * 10, -5, 0), (0, -40, 0), (0, -40, 0), (0, -5, 12)]
        arms = [(sign * 5, 15, 0), (sign * 12, 0, 0), (sign * 28, 0, 0), (sign * 25, 0, 0)]
        chains = zip([names["pelvis"], *leg], leg, legs, strict=False)
        skeleton += [(child, parent, offset) for parent, child, offset in chains]
        chains = zip([above, *arm], arm, arms, strict=False)
        skeleton += [(child, parent, offset) for parent, child, offset in chains]
    return skeleton


CONVENTIONS = {
    "CMU": (
        {
            "side": ("Left", "Right"), "pelvis": "Hips", "neck": "Neck", "head": "Head", "hip": "{}UpLeg",
            "knee": "{}Leg", "ankle": "{}Foot", "foot": "{}ToeBase", "collar": "{}Shoulder",
            "shoulder": "{}Arm", "elbow": "{}ForeArm", "wrist": "{}Hand",
        },
        ["LowerBack", "Spine", "Spine1"],
    ),
    "Mixamo": (
        {
            "side": ("Left", "Right"), "pelvis": "mixamorig:Hips", "neck": "mixamorig:Neck",
            "head": "mixamorig:Head", "hip": "mixamorig:{}UpLeg", "knee": "mixamorig:{}Leg",
            "ankle": "mixamorig:{}Foot", "foot": "mixamorig:{}ToeBase", "collar": "mixamorig:{}Shoulder",
            "shoulder": "mixamorig:{}Arm", "elbow": "mixamorig:{}ForeArm", "wrist": "mixamorig:{}Hand",
        },
        ["mixamorig:Spine", "mixamorig:Spine1", "mixamorig:Spine2"],
    ),
    "Bandai-Namco": (
        {
            "side": ("L", "R"), "root": "joint_Root", "pelvis": "Hips", "neck": "Neck", "head": "Head",
            "hip": "UpperLeg_{}", "knee": "LowerLeg_{}", "ankle": "Foot_{}", "foot": "Toes_{}",
            "collar": "Shoulder_{}", "shoulder": "UpperArm_{}", "elbow": "LowerArm_{}", "wrist": "Hand_{}",
        },
        ["Spine", "Chest"],
    ),
    "3ds Max biped": (
        {
            "side": ("L", "R"), "root": "Bip01", "pelvis": "Bip01 Pelvis", "neck": "Bip01 Neck",
            "head": "Bip01 Head", "hip": "Bip01 {} Thigh", "knee": "Bip01 {} Calf", "ankle": "Bip01 {} Foot",
            "foot": "Bip01 {} Toe0", "collar": "Bip01 {} Clavicle", "shoulder": "Bip01 {} UpperArm",
            "elbow": "Bip01 {} Forearm", "wrist": "Bip01 {} Hand",
        },
        ["Bip01 Spine", "Bip01 Spine1"],
    ),
    "Reallusion": (
        {
            "side": ("L", "R"), "root": "CC_Base_Hip", "pelvis": "CC_Base_Pelvis",
            "neck": "CC_Base_NeckTwist01", "head": "CC_Base_Head", "hip": "CC_Base_{}_Thigh",
            "knee": "CC_Base_{}_Calf", "ankle": "CC_Base_{}_Foot", "foot": "CC_Base_{}_ToeBase",
            "collar": "CC_Base_{}_Clavicle", "shoulder": "CC_Base_{}_Upperarm",
            "elbow": "CC_Base_{}_Forearm", "wrist": "CC_Base_{}_Hand",
        },
        ["CC_Base_Waist", "CC_Base_Spine01", "CC_Base_Spine02"],
    ),
    "SMPL": (
        {
            "side": ("left", "right"), "pelvis": "pelvis", "neck": "neck", "head": "head", "hip": "{}_hip",
            "knee": "{}_knee", "ankle": "{}_ankle", "foot": "{}_foot", "collar": "{}_collar",
            "shoulder": "{}_shoulder", "elbow": "{}_elbow", "wrist": "{}_wrist",
        },
        ["spine1", "spine2", "spine3"],
    ),
}  # fmt: skip


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
