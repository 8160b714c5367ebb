"""A visitor's BVH: what its names tell, what is asked, and reading it again with other joints."""

import numpy as np
import pytest

from app.lab import PAGE
from app.own_clips import read_own_clip
from rvqvae.motion import JOINT_NAMES, read_motion
from rvqvae.motion.mapping import PLACEABLE
from tests.app.desk import Desk
from tests.motion.test_bvh import CONVENTIONS, body, with_names


def write(path, *changes):
    """A BVH of CMU's names, some of them changed; it turns, so that its features are not still."""
    names, spine = CONVENTIONS["CMU"]
    text = with_names(body(names, spine))
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path.write_text(text)
    return path


@pytest.fixture
def desk(session):
    return Desk(session)


@pytest.fixture
def plain(tmp_path):
    return write(tmp_path / "plain.bvh")


@pytest.fixture
def strange(tmp_path):
    return write(tmp_path / "strange.bvh", ("JOINT Head", "JOINT Noggin"), ("JOINT LeftLeg", "JOINT Bend"))


def opens(desk, file):
    desk.say("open_file", path=str(file), file_name=file.name)


def shown(desk):
    return {row["joint"]: row["source"] for row in desk.views["skeleton"]["joints"]}


def assert_reads_as(desk, file, joint_map):
    (clip,) = read_motion(file, joint_map=joint_map)
    np.testing.assert_array_equal(desk.session.workbench.take.clip.features, clip.features)


def test_nothing_is_shown_before_a_bvh_is_opened(desk):
    assert desk.views["skeleton"] == {"number": 0, "file": ""}


def test_the_mapping_of_a_bvh_is_shown(desk, plain):
    opens(desk, plain)
    view = desk.views["skeleton"]
    assert (view["number"], view["file"], view["clip"]) == (1, "plain.bvh", "own-1")
    assert tuple(shown(desk)) == JOINT_NAMES
    assert shown(desk)["left_elbow"] == "LeftForeArm"
    assert {joint for joint, source in shown(desk).items() if source is None} == set(PLACEABLE[:3])
    assert {row["joint"] for row in view["joints"] if not row["needed"]} == set(PLACEABLE)
    assert view["words"] == "19 of 22 joints told by name, 3 placed between their neighbours"
    assert "LeftToeBase/end" in view["names"]
    assert desk.notice == "plain.bvh: resampled from 60 to 20 frames a second."
    desk.say("choose_clip", clip="walk")
    assert desk.views["skeleton"]["file"] == ""
    desk.say("choose_clip", clip="own-1")
    assert desk.views["skeleton"]["number"] == 1


def test_what_the_names_do_not_tell_is_asked_and_then_opened(desk, strange):
    opens(desk, strange)
    view = desk.views["skeleton"]
    assert (view["number"], view["clip"]) == (1, None)
    assert desk.notice.startswith("strange.bvh: its names do not tell left knee, head; choose")
    assert view["words"].endswith("2 still to be chosen")
    assert desk.session.own_clips == {}
    desk.say("use_joint_map", clip=None, joint_map={"head": "Noggin"})
    assert "do not tell left knee; choose" in desk.notice
    desk.say("use_joint_map", clip=None, joint_map={"head": "Noggin", "left_knee": "Bend"})
    assert desk.views["clip"]["title"] == "strange"
    assert desk.views["skeleton"]["clip"] == "own-1"
    assert desk.views["skeleton"]["words"].startswith("17 of 22 joints told by name, 2 chosen")
    assert_reads_as(desk, strange, {"head": "Noggin", "left_knee": "Bend"})


def test_another_mapping_reads_the_file_again_and_keeps_the_work(desk, plain):
    opens(desk, plain)
    desk.say("set_code", region=[0, 0, 1, 2], code=5, repair=False)
    desk.say("pin")
    desk.say("set_layers", layers=[True, True, False, False, False, False])
    before = desk.session.workbench.take
    swapped = {"left_wrist": "LeftHand/end", "spine2": "Spine"}
    desk.say("use_joint_map", clip="own-1", joint_map={**shown(desk), **swapped})
    bench = desk.session.workbench
    assert desk.notice == "plain.bvh: resampled from 60 to 20 frames a second."
    assert list(desk.session.own_clips) == ["own-1"]
    assert_reads_as(desk, plain, swapped)
    assert not np.array_equal(bench.take.clip.features, before.clip.features)
    assert (bench.tokens[0, 1:3] == 5).all()
    assert bench.pinned.words == "1 edit, all layers"
    assert bench.layers == (True, True, False, False, False, False)
    assert bench.undo().version.edits == ()
    assert shown(desk)["left_wrist"] == "LeftHand/end"
    assert desk.views["skeleton"]["number"] == 1


def test_work_with_another_checkpoint_is_read_again_too(desk, plain):
    opens(desk, plain)
    desk.say("set_code", region=[0, 0, 1, 2], code=5, repair=False)
    desk.say("choose_checkpoint", checkpoint="second")
    desk.say("use_joint_map", clip="own-1", joint_map={"left_wrist": "LeftHand/end"})
    desk.say("choose_checkpoint", checkpoint="first")
    assert_reads_as(desk, plain, {"left_wrist": "LeftHand/end"})
    assert (desk.session.workbench.tokens[0, 1:3] == 5).all()


def test_an_analysis_of_the_page_is_not_that_of_an_earlier_reading(desk, plain):
    opens(desk, plain)
    desk.say("choose_data", data=PAGE)
    desk.say("analyse_data")
    desk.wait("data")
    assert desk.views["dataset"]["state"] == "done"
    desk.say("use_joint_map", clip="own-1", joint_map={"left_wrist": "LeftHand/end"})
    assert desk.views["dataset"]["state"] is None


@pytest.mark.parametrize(
    ("joint_map", "sentence"),
    [
        ({"head": "Neck", "neck": "Neck"}, "plain.bvh: the joint map gives Neck to both head and neck"),
        ({"head": "Nose"}, "plain.bvh: the joint map gives head the joint 'Nose'; the skeleton has Hips"),
        ({"head": None}, "plain.bvh: its names do not tell head; choose"),
        ({"head": 3}, "plain.bvh: head has the value 3; expected"),
        (["head"], "plain.bvh: found a list; expected"),
        ({"left_knee": "LeftFoot", "left_ankle": "LeftLeg", "left_foot": "Twist"}, "'Twist'"),
    ],
)
def test_a_wrong_mapping_is_one_sentence_and_changes_nothing(desk, plain, joint_map, sentence):
    opens(desk, plain)
    before = desk.session.workbench
    desk.say("use_joint_map", clip="own-1", joint_map=joint_map)
    assert sentence in desk.notice
    assert desk.session.workbench is before
    assert shown(desk)["head"] == "Head"


def test_joints_that_make_no_body_are_asked_about(desk, tmp_path):
    file = write(tmp_path / "flat.bvh", ("OFFSET 10 -5 0", "OFFSET 0 0 0"))
    opens(desk, file)
    assert "the bone from pelvis to left_hip has no length" in desk.notice
    assert desk.views["skeleton"]["clip"] is None
    desk.say("use_joint_map", clip=None, joint_map={"left_wrist": "LeftHand/end"})
    assert "has no length" in desk.notice
    assert desk.views["skeleton"]["clip"] is None
    desk.say("leave_joint_map")
    assert desk.views["skeleton"]["file"] == ""


def test_a_file_that_is_gone_or_nobodys_is_refused(desk):
    for clip in (None, "own-9", "walk"):
        desk.say("use_joint_map", clip=clip, joint_map={})
        assert "not open here any more" in desk.notice


def test_another_upload_is_not_asked_about_the_last(desk, strange, plain):
    opens(desk, strange)
    opens(desk, plain)
    assert desk.views["skeleton"]["clip"] == "own-1"
    assert desk.views["skeleton"]["number"] == 2


def test_a_damaged_bvh_is_a_sentence_in_its_own_name(desk, tmp_path):
    (tmp_path / "bad.bvh").write_text("HIERARCHY\nROOT a\n")
    opens(desk, tmp_path / "bad.bvh")
    assert desk.notice.startswith("bad.bvh: found no MOTION")
    assert str(tmp_path) not in desk.notice
    file = write(tmp_path / "short.bvh", ("Frames: 61", "Frames: 62"))
    opens(desk, file)
    assert desk.notice.startswith("short.bvh: declares 62 frames")
    assert desk.views["skeleton"]["file"] == ""


def test_a_bvh_in_capitals_opens_too(desk, plain, tmp_path):
    plain.rename(tmp_path / "PLAIN.BVH")
    opens(desk, tmp_path / "PLAIN.BVH")
    assert desk.views["clip"]["title"] == "PLAIN"


def test_a_state_file_holds_the_clip_as_it_was_read(desk, plain, session):
    opens(desk, plain)
    desk.say("use_joint_map", clip="own-1", joint_map={"left_wrist": "LeftHand/end"})
    desk.say("make_file", joints=[], time=0, picture="position")
    (plain.parent / "state.json").write_text(desk.views["parcel"]["text"])
    desk.say("choose_clip", clip="walk")
    opens(desk, plain.parent / "state.json")
    assert_reads_as(desk, plain, {"left_wrist": "LeftHand/end"})


def test_read_own_clip_takes_a_joint_map(strange):
    clip, _ = read_own_clip(strange, "strange.bvh", joint_map={"head": "Noggin", "left_knee": "Bend"})
    assert clip.title == "strange"
