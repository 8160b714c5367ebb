import pytest

from app.catalog.library import Library
from app.errors import StudioError


def test_opens_with_a_held_out_clip(library):
    clip, checkpoint = library.opening
    assert library.clip(clip).trained is False
    assert checkpoint == "first"


def test_every_clip_says_whether_it_was_trained_on_and_where_it_comes_from(library):
    assert {clip.trained for clip in library.clips.values()} == {True, False}
    assert all(clip.source and clip.licence for clip in library.clips.values())


def test_takes_and_checkpoints_are_shared(library):
    walk = library.clip("walk")
    assert library.encoded(walk, "first") is library.encoded(walk, "first")
    assert library.checkpoint("first") is library.checkpoint("first")


@pytest.mark.parametrize("name", ["clip", "checkpoint"])
def test_an_unknown_key_is_refused_with_what_there_is(library, name):
    with pytest.raises(StudioError, match=r"no.*named 'nothing'.*(walk|first)"):
        getattr(library, name)("nothing")


def test_an_empty_folder_says_how_to_get_a_checkpoint(library, tmp_path):
    with pytest.raises(StudioError, match="rvqvae train"):
        Library(library.clips_folder, tmp_path)
