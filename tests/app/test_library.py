import numpy as np
import pytest

from app.library import Library, read_own_clip
from app.take import MAX_FRAMES, StudioError
from rvqvae.motion import features_to_joints


def test_opens_with_a_held_out_clip(library):
    clip, checkpoint = library.opening
    assert library.clip(clip).trained is False
    assert checkpoint == "first"


def test_every_clip_says_whether_it_was_trained_on_and_where_it_comes_from(library):
    assert {clip.trained for clip in library.clips.values()} == {True, False}
    assert all(clip.source and clip.licence for clip in library.clips.values())


def test_takes_and_checkpoints_are_shared(library):
    walk = library.clip("walk")
    assert library.take(walk, "first") is library.take(walk, "first")
    assert library.checkpoint("first") is library.checkpoint("first")


@pytest.mark.parametrize("name", ["clip", "checkpoint"])
def test_an_unknown_key_is_refused_with_what_there_is(library, name):
    with pytest.raises(StudioError, match=r"no.*named 'nothing'.*(walk|first)"):
        getattr(library, name)("nothing")


def test_an_empty_folder_says_how_to_get_a_checkpoint(library, tmp_path):
    with pytest.raises(StudioError, match="rvqvae train"):
        Library(library.clips_folder, tmp_path)


def test_a_visitors_joints_become_a_clip(library, tmp_path):
    joints = features_to_joints(library.clip("walk").features)
    np.save(tmp_path / "stored.npy", joints)
    clip, remark = read_own_clip(tmp_path / "stored.npy", "mine.npy")
    assert (clip.title, clip.trained, remark) == ("mine", None, "")
    assert len(clip.features) == len(joints) - 1


def test_a_long_file_is_cut_with_a_notice(library, tmp_path):
    features = np.tile(library.clip("walk").features, (200, 1))[: MAX_FRAMES + 7]
    np.save(tmp_path / "long.npy", features)
    clip, remark = read_own_clip(tmp_path / "long.npy", "long.npy")
    assert len(clip.features) == MAX_FRAMES
    assert str(MAX_FRAMES + 7) in remark
    assert str(MAX_FRAMES) in remark


def test_a_bad_file_is_named_as_the_visitor_knows_it(tmp_path):
    np.save(tmp_path / "a1b2.npy", np.zeros((5, 7)))
    with pytest.raises(StudioError, match=r"^mine\.npy: found .*\(5, 7\)") as caught:
        read_own_clip(tmp_path / "a1b2.npy", "mine.npy")
    assert str(tmp_path) not in str(caught.value)
