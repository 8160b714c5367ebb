"""A visitor's own file, good and bad."""

import numpy as np

from app.catalog.own_clips import read_own_clip
from app.workbench.workbench import Workbench
from rvqvae.motion import features_to_joints


def test_a_bad_file_is_one_sentence_and_the_work_stays_and_a_good_one_is_shown(visitor, library, tmp_path):
    """The good one with the library's numbers."""
    visitor.page.get_by_role("button", name="Keep the first 3 layers").click()
    visitor.settle()
    before = visitor.figure("error"), visitor.js("studio.views.clip.key")
    np.save(tmp_path / "wrong.npy", np.zeros((9, 4, 2)))
    visitor.page.locator("#upload-file").set_input_files(tmp_path / "wrong.npy")
    notice = visitor.page.locator(".notice")
    notice.wait_for(state="visible")
    text = notice.inner_text()
    assert "wrong.npy: found" in text
    assert "(9, 4, 2)" in text
    assert "expected" in text
    assert (visitor.figure("error"), visitor.js("studio.views.clip.key")) == before
    visitor.page.get_by_role("button", name="Dismiss").click()
    assert notice.is_hidden()

    visitor.page.get_by_role("button", name="Keep the first 6 layers").click()
    visitor.settle()
    joints = features_to_joints(library.clip("jump").features) * 1.1
    np.save(tmp_path / "mine.npy", joints.astype(np.float32))
    visitor.page.locator("#upload-file").set_input_files(tmp_path / "mine.npy")
    visitor.wait("studio.views.clip.title === 'mine' && studio.isSettled")
    clip, _ = read_own_clip(tmp_path / "mine.npy", "mine.npy")[:2]
    errors = Workbench.of(library.encoded(clip, library.opening[1])).errors.mean()
    assert visitor.figure("error") == (f"{errors:.0f}" if errors >= 100 else f"{errors:.1f}")
    assert "Your clip" in visitor.page.locator(".origin").inner_text()
    frames = len(clip.features)
    assert f"mine is open: {frames} frames." in visitor.page.locator(".notice").inner_text()
