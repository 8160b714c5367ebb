"""A visitor's BVH: what its names tell, what is asked, and reading it again with other joints."""

import numpy as np
import pytest

from app.catalog.own_clips import read_own_clip
from app.lab.dataset import PAGE
from rvqvae.motion import JOINT_NAMES, read_motion
from rvqvae.motion.mapping import PLACEABLE
from tests.app.page import Page
from tests.support.bvh import write


@pytest.fixture
def page(visitor):
    return Page(visitor)


@pytest.fixture
def plain(tmp_path):
    return write(tmp_path / "plain.bvh")


@pytest.fixture
def strange(tmp_path):
    return write(tmp_path / "strange.bvh", ("JOINT Head", "JOINT Noggin"), ("JOINT LeftLeg", "JOINT Bend"))


def opens(page, file):
    page.say("open_file", path=str(file), file_name=file.name)


def shown(page):
    return {row["joint"]: row["source"] for row in page.views["skeleton"]["joints"]}


def assert_reads_as(page, file, joint_map):
    (clip,) = read_motion(file, joint_map=joint_map)
    np.testing.assert_array_equal(page.visitor.workbench.encoded.clip.features, clip.features)


def test_nothing_is_shown_before_a_bvh_is_opened(page):
    assert page.views["skeleton"] == {"number": 0, "file": ""}


def test_the_mapping_of_a_bvh_is_shown(page, plain):
    opens(page, plain)
    view = page.views["skeleton"]
    assert (view["number"], view["file"], view["clip"]) == (1, "plain.bvh", "own-1")
    assert tuple(shown(page)) == JOINT_NAMES
    assert shown(page)["left_elbow"] == "LeftForeArm"
    assert {joint for joint, source in shown(page).items() if source is None} == set(PLACEABLE[:3])
    assert {row["joint"] for row in view["joints"] if not row["needed"]} == set(PLACEABLE)
    assert view["words"] == "19 of 22 joints told by name, 3 placed between their neighbours"
    assert "LeftToeBase/end" in view["names"]
    assert page.notice.startswith("plain.bvh: 22 of 22 joints placed, y is up, centimetres, 60 fps.")
    assert page.notice.endswith("plain.bvh: resampled from 60 to 20 frames a second.")
    page.say("choose_clip", clip="walk")
    assert page.views["skeleton"]["file"] == ""
    page.say("choose_clip", clip="own-1")
    assert page.views["skeleton"]["number"] == 1


def test_what_the_names_do_not_tell_is_asked_and_then_opened(page, strange):
    opens(page, strange)
    view = page.views["skeleton"]
    assert (view["number"], view["clip"]) == (1, None)
    assert page.notice.startswith("strange.bvh: its names do not tell left knee, head; choose")
    assert view["words"].endswith("2 still to be chosen")
    assert page.visitor.own_clips == {}
    page.say("use_joint_map", clip=None, joint_map={"head": "Noggin"})
    assert "do not tell left knee; choose" in page.notice
    page.say("use_joint_map", clip=None, joint_map={"head": "Noggin", "left_knee": "Bend"})
    assert page.views["clip"]["title"] == "strange"
    assert page.views["skeleton"]["clip"] == "own-1"
    assert page.views["skeleton"]["words"].startswith("17 of 22 joints told by name, 2 chosen")
    assert_reads_as(page, strange, {"head": "Noggin", "left_knee": "Bend"})


def test_another_mapping_reads_the_file_again_and_keeps_the_work(page, plain):
    opens(page, plain)
    page.say("set_code", region=[0, 0, 1, 2], code=5, repair=False)
    page.say("pin")
    page.say("set_layers", layers=[True, True, False, False, False, False])
    before = page.visitor.workbench.encoded
    swapped = {"left_wrist": "LeftHand/end", "spine2": "Spine"}
    page.say("use_joint_map", clip="own-1", joint_map={**shown(page), **swapped})
    bench = page.visitor.workbench
    assert " of 22 joints placed, left out " in page.notice
    assert page.notice.endswith("plain.bvh: resampled from 60 to 20 frames a second.")
    assert list(page.visitor.own_clips) == ["own-1"]
    assert_reads_as(page, plain, swapped)
    assert not np.array_equal(bench.encoded.clip.features, before.clip.features)
    assert (bench.tokens[0, 1:3] == 5).all()
    assert bench.pinned.words == "1 edit, all layers"
    assert bench.layers == (True, True, False, False, False, False)
    assert bench.undo().version.edits == ()
    assert shown(page)["left_wrist"] == "LeftHand/end"
    assert page.views["skeleton"]["number"] == 1


def test_work_with_another_checkpoint_is_read_again_too(page, plain):
    opens(page, plain)
    page.say("set_code", region=[0, 0, 1, 2], code=5, repair=False)
    page.say("choose_checkpoint", checkpoint="second")
    page.say("use_joint_map", clip="own-1", joint_map={"left_wrist": "LeftHand/end"})
    page.say("choose_checkpoint", checkpoint="first")
    assert_reads_as(page, plain, {"left_wrist": "LeftHand/end"})
    assert (page.visitor.workbench.tokens[0, 1:3] == 5).all()


def test_an_analysis_of_the_page_is_not_that_of_an_earlier_reading(page, plain):
    opens(page, plain)
    page.say("choose_data", data=PAGE)
    page.say("analyse_data")
    page.wait("data")
    assert page.views["dataset"]["state"] == "done"
    page.say("use_joint_map", clip="own-1", joint_map={"left_wrist": "LeftHand/end"})
    assert page.views["dataset"]["state"] is None


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
def test_a_wrong_mapping_is_one_sentence_and_changes_nothing(page, plain, joint_map, sentence):
    opens(page, plain)
    before = page.visitor.workbench
    page.say("use_joint_map", clip="own-1", joint_map=joint_map)
    assert sentence in page.notice
    assert page.visitor.workbench is before
    assert shown(page)["head"] == "Head"


def test_joints_that_make_no_body_are_asked_about(page, tmp_path):
    file = write(tmp_path / "flat.bvh", ("OFFSET 10 -5 0", "OFFSET 0 0 0"))
    opens(page, file)
    assert "the bone from pelvis to left_hip has no length" in page.notice
    assert page.views["skeleton"]["clip"] is None
    page.say("use_joint_map", clip=None, joint_map={"left_wrist": "LeftHand/end"})
    assert "has no length" in page.notice
    assert page.views["skeleton"]["clip"] is None
    page.say("leave_joint_map")
    assert page.views["skeleton"]["file"] == ""


def test_a_file_that_is_gone_or_nobodys_is_refused(page):
    for clip in (None, "own-9", "walk"):
        page.say("use_joint_map", clip=clip, joint_map={})
        assert "not open here any more" in page.notice


def test_another_upload_is_not_asked_about_the_last(page, strange, plain):
    opens(page, strange)
    opens(page, plain)
    assert page.views["skeleton"]["clip"] == "own-1"
    assert page.views["skeleton"]["number"] == 2


def test_a_damaged_bvh_is_a_sentence_in_its_own_name(page, tmp_path):
    (tmp_path / "bad.bvh").write_text("HIERARCHY\nROOT a\n")
    opens(page, tmp_path / "bad.bvh")
    assert page.notice.startswith("bad.bvh: found no MOTION")
    assert str(tmp_path) not in page.notice
    file = write(tmp_path / "short.bvh", ("Frames: 61", "Frames: 62"))
    opens(page, file)
    assert page.notice.startswith("short.bvh: declares 62 frames")
    assert page.views["skeleton"]["file"] == ""


def test_a_bvh_in_capitals_opens_too(page, plain, tmp_path):
    plain.rename(tmp_path / "PLAIN.BVH")
    opens(page, tmp_path / "PLAIN.BVH")
    assert page.views["clip"]["title"] == "PLAIN"


def test_a_state_file_holds_the_clip_as_it_was_read(page, plain, visitor):
    opens(page, plain)
    page.say("use_joint_map", clip="own-1", joint_map={"left_wrist": "LeftHand/end"})
    page.say("make_file", joints=[], time=0, picture="position")
    (plain.parent / "state.json").write_text(page.views["notification"]["text"])
    page.say("choose_clip", clip="walk")
    opens(page, plain.parent / "state.json")
    assert_reads_as(page, plain, {"left_wrist": "LeftHand/end"})


def test_read_own_clip_takes_a_joint_map(strange):
    clip, _ = read_own_clip(strange, "strange.bvh", joint_map={"head": "Noggin", "left_knee": "Bend"})[:2]
    assert clip.title == "strange"
