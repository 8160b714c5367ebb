"""Bodies of other skeletons, opened as a person would: offered with evidence, drawn, looked at closely."""

import numpy as np
import pytest

from rvqvae.motion import LAYOUTS
from rvqvae.motion.form import Blocks, features_of
from tests.motion.test_layouts import body_of
from tests.support.checkpoints import small

INK = """() => {
  const canvas = document.querySelector(".notice-still");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.filter((value, at) => at % 4 === 3 && value > 128).length;
}"""


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A checkpoint, and a clip of SMPL-H's body in a layout that has no name: without rotations."""
    folder = tmp_path_factory.mktemp("bodies")
    layout = LAYOUTS["humanml3d-52"]
    skeleton = layout.skeleton
    blocks = Blocks.of(len(skeleton), 4, order=("root", "positions", "velocities", "contacts"))
    joints = body_of(layout, np.random.default_rng(0))
    np.save(folder / "signing.npy", features_of(joints, skeleton, blocks, layout.contact_squared_speed))
    return folder, small(folder / "whole", width=blocks.width, layout="unknown")


def test_an_unknown_body_is_offered_shown_with_fingers_and_seen_closely(visitor, files):
    folder, checkpoint = files
    visitor.js("studio.clock.pause()")
    page = visitor.page
    page.locator("#checkpoint-files").set_input_files(checkpoint)
    page.locator(".notice").filter(has_text="upload a clip of shape (T, 317)").wait_for()
    page.locator("#upload-file").set_input_files(folder / "signing.npy")
    page.locator(".notice").filter(has_text="52 joints, bones constant to").wait_for()
    assert visitor.js("studio.views.clip.parts") == "channels"
    assert page.get_by_role("img", name="A body of 52 joints, as it would be drawn").is_visible()
    assert visitor.js(f"({INK})()") > 200
    page.set_viewport_size({"width": 400, "height": 860})
    assert page.locator(".notice-text").bounding_box()["width"] > 200
    assert page.locator(".notice .accept").bounding_box()["x"] < 200
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("button", name="Show as a body").click()
    visitor.wait("studio.views.clip.parts === 'joints' && studio.isSettled")
    assert visitor.js("studio.views.reconstruction.unit") == "mm"
    stage = "canvas.stage"
    whole = visitor.pixels(stage)
    page.get_by_label("Camera on").select_option("left hand")
    page.wait_for_timeout(300)
    assert visitor.pixels(stage) != whole
    titles = page.locator(".ladder-group span").all_inner_texts()
    assert titles == ["body", "left hand", "right hand"]
    page.get_by_role("button", name="As channels").click()
    visitor.wait("studio.views.clip.parts === 'channels' && studio.isSettled")
