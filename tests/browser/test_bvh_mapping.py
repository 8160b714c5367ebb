"""The joints of a visitor's BVH: shown when it opens, changed, and asked for where its names do not tell."""

import numpy as np

from app.catalog.own_clips import read_own_clip
from app.workbench.workbench import Workbench
from rvqvae.motion import JOINT_NAMES
from tests.support.bvh import write
from tests.support.paths import CLIPS


def upload(visitor, file):
    visitor.page.locator("#upload-file").set_input_files(file)
    visitor.wait(f"studio.views.skeleton.file === {file.name!r} && studio.isSettled")


def row(visitor, joint):
    return visitor.page.get_by_role("form").get_by_label(joint, exact=True)


def assert_shows(visitor, library, file, joint_map=None):
    """The error on the page is that of the clip which the library reads."""
    clip, _ = read_own_clip(file, file.name, joint_map=joint_map)[:2]
    error = Workbench.of(library.encoded(clip, library.opening[1])).errors.mean()
    assert visitor.figure("error") == (f"{error:.0f}" if error >= 100 else f"{error:.1f}")


def test_the_mapping_is_shown_and_can_be_changed(visitor, library, tmp_path):
    file = write(tmp_path / "walker.bvh")
    upload(visitor, file)
    page = visitor.page
    assert page.get_by_role("heading", name="Joints of walker.bvh").is_visible()
    form = page.get_by_role("form")
    assert form.get_by_role("combobox").count() == len(JOINT_NAMES)
    assert form.get_by_role("group").count() == 5
    assert row(visitor, "left wrist").input_value() == "LeftHand"
    assert row(visitor, "spine 2").input_value() == ""
    use = page.get_by_role("button", name="Use this mapping")
    assert use.is_disabled()
    assert_shows(visitor, library, file)

    row(visitor, "left wrist").focus()
    page.keyboard.type("end of LeftHand")
    assert row(visitor, "left wrist").input_value() == "LeftHand/end"
    use.focus()
    page.keyboard.press("Enter")
    visitor.wait("studio.views.skeleton.words.includes('1 chosen') && studio.isSettled")
    assert_shows(visitor, library, file, {"left_wrist": "LeftHand/end"})
    assert visitor.js("studio.views.clip.title") == "walker"
    assert page.locator("#clip-select optgroup[label=Yours] option").count() == 1

    page.get_by_role("button", name="As the names tell").click()
    use.click()
    visitor.wait("!studio.views.skeleton.words.includes('chosen') && studio.isSettled")
    assert_shows(visitor, library, file)


def test_names_that_tell_nothing_are_asked_about(visitor, library, tmp_path):
    file = write(tmp_path / "strange.bvh", ("JOINT Head", "JOINT Noggin"), ("JOINT LeftLeg", "JOINT Bend"))
    before = visitor.js("studio.views.clip.title")
    upload(visitor, file)
    page = visitor.page
    assert "do not tell left knee, head" in page.locator(".notice").inner_text()
    assert visitor.js("studio.views.clip.title") == before
    assert page.locator("[aria-invalid=true]").count() == 2
    assert visitor.js("document.activeElement.getAttribute('aria-invalid')") == "true"
    row(visitor, "head").select_option("Noggin")
    row(visitor, "left knee").select_option("Bend")
    assert page.locator("[aria-invalid=true]").count() == 0
    page.get_by_role("button", name="Use this mapping").click()
    visitor.wait("studio.views.clip.title === 'strange' && studio.isSettled")
    assert_shows(visitor, library, file, {"head": "Noggin", "left_knee": "Bend"})


def test_a_wrong_choice_is_one_sentence_and_the_panel_obeys_keys_and_goes_with_the_clip(visitor, tmp_path):
    """The wrong choice stays, the panel closes and opens by keyboard, and nothing is too wide when narrow."""
    upload(visitor, write(tmp_path / "walker.bvh"))
    row(visitor, "head").select_option("Neck")
    visitor.page.get_by_role("button", name="Use this mapping").click()
    notice = visitor.page.locator(".notice")
    notice.get_by_text("gives Neck to both").wait_for()
    assert row(visitor, "head").input_value() == "Neck"
    assert visitor.js("studio.views.clip.title") == "walker"

    visitor.page.set_viewport_size({"width": 400, "height": 900})
    visitor.page.wait_for_timeout(150)
    assert visitor.page.locator(".joint-map").is_visible()
    assert visitor.js("document.documentElement.scrollWidth") == 400
    visitor.page.set_viewport_size({"width": 1440, "height": 900})
    page, button = visitor.page, visitor.page.get_by_role("button", name="Joints", exact=True)
    form = page.locator(".joint-map")
    row(visitor, "pelvis").focus()
    page.keyboard.press("Escape")
    assert form.is_hidden()
    assert button.evaluate("it => it === document.activeElement")
    page.keyboard.press("Enter")
    assert form.is_visible()
    assert button.get_attribute("aria-expanded") == "true"
    page.locator("#clip-select").select_option("walk")
    visitor.wait("studio.views.clip.key === 'walk' && studio.isSettled")
    assert form.is_hidden()
    assert button.is_hidden()


def test_a_narrow_dark_page_does_not_scroll_sideways(open_page, tmp_path):
    visitor = open_page(width=400, scheme="dark")
    upload(visitor, write(tmp_path / "walker.bvh"))
    assert visitor.page.locator(".joint-map").is_visible()
    assert visitor.js("document.documentElement.scrollWidth") == 400


def test_joints_without_names_are_seen_and_opened_as_a_body(visitor, tmp_path):
    joints = np.load(CLIPS / "walk.npy")[
        :, [0, 2, 5, 8, 11, 1, 4, 7, 10, 3, 6, 9, 14, 17, 19, 21, 13, 16, 18, 20]
    ]
    head = np.load(CLIPS / "walk.npy")[:, [12, 15, 15, 15]] + [[0, 0, 0], [0, 0, 0], [0, 0.1, 0], [0, 0, 0.1]]
    np.save(tmp_path / "other.npy", np.concatenate([joints, head], axis=1))
    upload(visitor, tmp_path / "other.npy")
    page = visitor.page
    assert "24 joints without names" in page.locator(".notice").inner_text()
    assert page.locator(".notice canvas").is_visible()
    assert page.get_by_role("heading", name="Which joints of other.npy are these?").is_visible()
    assert row(visitor, "left knee").input_value() == "joint_6"
    assert page.get_by_role("button", name="As the shape tells").is_visible()
    page.get_by_role("button", name="Open as a body").click()
    visitor.wait("studio.views.clip.title === 'other' && studio.isSettled")
