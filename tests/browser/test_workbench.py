"""Editing as a person does it: real clicks, drags and keys; then the page's numbers against the library's."""

import json
import re

import numpy as np
import pytest

from app.workbench.edits import SetCode, codes_by_distance
from app.workbench.region import Region
from rvqvae.motion import JOINT_NAMES
from tests.support.gestures import agrees, button, click_cell, drag_cells, press, shown, tokens_of

LISTED = "[...document.querySelectorAll('.history li')].map((item) => item.textContent)"
# A change of sizes over time has the browser lay out the page in every frame, the next edit's too.
MOVING = "document.getAnimations().filter((one) => one instanceof CSSTransition).length"


def reset(visitor, bench):
    """Take back all edits, which the page then no longer shows."""
    if visitor.js("studio.views.edits.edits.length"):
        button(visitor, "Reset").click()
    visitor.wait("studio.views.edits.edits.length === 0")
    agrees(visitor, bench)


def test_click_type_and_undo_then_drag_a_block_and_drop_it(still, bench):
    drawing = still.pixels(".stage")
    click_cell(still, 0, 8)
    code = (int(bench.tokens[0, 8]) + 200) % bench.encoded.num_codes
    press(still, *str(code), "Enter")
    edited = bench.edit(SetCode(Region(0, 0, 8, 8), False, code))
    still.wait("studio.views.edits.edits.length === 1")
    assert still.js(MOVING) == 0
    agrees(still, edited)
    still.page.wait_for_timeout(150)
    assert still.pixels(".stage") != drawing
    assert still.page.locator(".history summary").inner_text() == "1 edit"
    press(still, "Control+z")
    still.wait("studio.views.edits.edits.length === 0")
    agrees(still, bench)
    press(still, "Control+y")
    still.wait("studio.views.edits.edits.length === 1")
    agrees(still, edited)
    button(still, "Reset").click()
    still.wait("studio.views.edits.edits.length === 0")
    button(still, "Undo").click()
    still.wait("studio.views.edits.edits.length === 1")
    agrees(still, edited)

    reset(still, bench)
    drag_cells(still, (1, 4), (3, 9))
    assert still.js("studio.selection.region") == [1, 3, 4, 9]
    press(still, "Delete")
    still.wait("studio.views.edits.edits.length === 1")
    agrees(still, bench.edit(SetCode(Region(1, 3, 4, 9), False, -1)))
    button(still, "Restore").click()
    still.wait("studio.views.edits.edits.length === 2")
    np.testing.assert_array_equal(tokens_of(still), bench.tokens)
    assert still.js(LISTED) == still.js("studio.views.edits.edits.map(({ words }) => words)")
    button(still, "Undo").click()
    still.wait("studio.views.edits.edits.length === 1")
    button(still, "Random").click()
    still.wait("studio.views.edits.edits.length === 2")
    listed = still.js(LISTED)
    assert listed == still.js("studio.views.edits.edits.map(({ words }) => words)")
    assert "andom" in listed[1]


def test_keys_in_the_grid_and_in_time_a_layer_alone_and_other_pictures(still, bench):
    """The grid by keyboard alone, time by keys, a layer alone, what else the curves can be, and a zoom, which
    shows less time in plots and grid together."""
    still.page.locator(".grid").focus()
    press(still, "Home", "ArrowDown", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowDown")
    assert still.js("studio.selection.region") == [1, 2, 2, 3]
    press(still, "Shift+Space")
    assert still.js("studio.selection.region") == [1, 2, 0, bench.tokens.shape[1] - 1]
    press(still, "ArrowRight", "Home", "Control+Space")
    assert still.js("studio.selection.region") == [0, 5, 0, 0]
    press(still, "Control+a")
    assert still.js("studio.selection.region") == [0, 5, 0, bench.tokens.shape[1] - 1]
    press(still, "Escape")
    assert still.js("studio.selection.region") is None

    still.js("studio.seek(1); document.activeElement.blur()")
    press(still, "ArrowRight")
    assert still.js("studio.clock.time") == pytest.approx(1.05)
    press(still, "Shift+ArrowRight")
    assert still.js("studio.clock.time") == pytest.approx(1.2)
    press(still, "ArrowLeft")
    assert still.js("studio.clock.time") == pytest.approx(1.15)

    button(still, "Layer 3 alone").click()
    still.settle()
    alone = bench.with_layers((False, False, True, False, False, False))
    assert still.figure("layers") == "1 of 6"
    assert still.figure("error") == shown(alone.errors.mean())

    for name in ("Velocity", "Speed", "Feet", "Position"):
        drawn = still.js("Number(document.querySelector('.trajectories-frame').dataset.drawn)")
        button(still, name).click()
        still.wait(f"Number(document.querySelector('.trajectories-frame').dataset.drawn) > {drawn}")
    still.settle()

    still.page.locator(".grid").focus()
    press(still, "+", "+")
    first, last = still.js("[studio.range.from, studio.range.to]")
    assert last - first < still.js("studio.clock.duration") / 2
    still.wait("document.querySelector('.trajectories canvas.picture').picture.x[0] === studio.range.from")
    click_cell(still, 0, still.js("studio.selection.head.step"))
    assert still.js("studio.selection.isSingle")


def test_stepping_through_the_nearest_codes_and_setting_one_of_them(still, bench):
    """A selected cell shows distances and sets a near code."""
    click_cell(still, 2, 6)
    press(still, "]", "]")
    still.wait("studio.views.edits.edits.length === 1 && studio.isSettled")
    code = int(codes_by_distance(bench.encoded, 2, int(bench.tokens[2, 6]))[2])
    agrees(still, bench.edit(SetCode(Region(2, 2, 6, 6), False, code)))
    press(still, "[", "[")
    still.settle()
    np.testing.assert_array_equal(tokens_of(still), bench.tokens)

    reset(still, bench)
    click_cell(still, 3, 5)
    still.page.locator(".nearest .near").first.wait_for()
    assert still.page.locator(".nearest .near").count() == 5
    residual = bench.encoded.residual(bench.tokens, 3, slice(5, 6))
    distances = (bench.encoded.codebook(3) - residual).norm(dim=0)
    own = float(distances[bench.tokens[3, 5]])
    assert (
        f"code {bench.tokens[3, 5]} is {own:.2f} from the residual"
        in still.page.locator(".nearest").inner_text()
    )
    second = int(distances.argsort()[1])
    still.page.locator(".nearest .near").first.click()
    still.wait("studio.views.edits.edits.length === 1")
    agrees(still, bench.edit(SetCode(Region(3, 3, 5, 5), False, second)))


def test_what_cannot_be_done_is_one_sentence(still, bench):
    """A paste that does not fit, and a code that does not exist."""
    drag_cells(still, (0, 2), (2, 4))
    press(still, "Control+c")
    click_cell(still, 5, 3)
    press(still, "Control+v")
    notice = still.page.locator(".notice")
    notice.wait_for(state="visible")
    assert "3 layers by 3 steps does not fit at layer 6, step 3" in notice.inner_text()
    agrees(still, bench)

    button(still, "Dismiss").click()
    notice.wait_for(state="hidden")
    click_cell(still, 0, 3)
    press(still, *"99999", "Enter")
    notice.wait_for(state="visible")
    assert f"no code 99999; codes run from 0 to {bench.encoded.num_codes - 1}" in notice.inner_text()
    agrees(still, bench)


def test_random_shuffle_a_layer_of_another_clip_and_paste_within_and_between_clips(still, bench, library):
    drag_cells(still, (1, 0), (1, 12))
    button(still, "Shuffle").click()
    still.wait("studio.views.edits.edits.length === 1")
    assert sorted(tokens_of(still)[1, :13]) == sorted(bench.tokens[1, :13])
    button(still, "Random").click()
    still.wait("studio.views.edits.edits.length === 2")
    assert not np.array_equal(tokens_of(still)[1], bench.tokens[1])
    still.page.get_by_label("Take the selected layers from another clip").select_option("run")
    still.wait("studio.views.edits.edits.length === 3")
    donor = bench.donors("run")[1]
    shared = min(len(donor), bench.tokens.shape[1])
    np.testing.assert_array_equal(tokens_of(still)[1, :shared], donor[:shared])

    reset(still, bench)
    drag_cells(still, (0, 2), (1, 4))
    press(still, "Control+c")
    click_cell(still, 2, 10)
    press(still, "Control+v")
    still.wait("studio.views.edits.edits.length === 1")
    np.testing.assert_array_equal(tokens_of(still)[2:4, 10:13], bench.tokens[0:2, 2:5])
    still.page.get_by_label("Clip", exact=True).select_option("run")
    still.wait("studio.views.clip.key === 'run'")
    click_cell(still, 0, 0)
    button(still, "Paste").click()
    still.wait("studio.views.edits.edits.length === 1")
    np.testing.assert_array_equal(tokens_of(still)[0:2, 0:3], bench.tokens[0:2, 2:5])


def test_pin_compares_everywhere_and_repair_stands_beside_keeping(still, bench):
    button(still, "Pin as B").click()
    still.wait("studio.views.compared.words !== ''")
    click_cell(still, 0, 7)
    press(still, "Delete")
    still.wait("studio.views.edits.edits.length === 1")
    assert still.page.locator(".figure-b").inner_text() == f"B {shown(bench.errors.mean())} mm"
    still.wait("document.querySelector('.trajectories canvas.picture').picture.lines.flat().length === 18")
    assert still.page.locator(".joint-bar b:visible").count() == 22
    button(still, "Unpin B").click()
    still.wait("studio.views.compared.words === ''")
    assert still.page.locator(".figure-b").is_hidden()

    reset(still, bench)
    code = int(codes_by_distance(bench.encoded, 0, int(bench.tokens[0, 7]))[-1])
    button(still, "repair").click()
    click_cell(still, 0, 7)
    press(still, *str(code), "Enter")
    still.wait("studio.views.edits.edits.length === 1")
    repaired = bench.edit(SetCode(Region(0, 0, 7, 7), True, code))
    agrees(still, repaired)
    still.page.get_by_label("show both").check()
    still.wait("studio.views.compared.words === 'later layers kept'")
    kept = bench.edit(SetCode(Region(0, 0, 7, 7), False, code))
    assert still.page.locator(".figure-b").inner_text() == f"B {shown(kept.errors.mean())} mm"


def test_an_edits_effect_says_pose_here_and_path_from_here(still, bench):
    click_cell(still, 0, 9)
    press(still, "Delete")
    still.wait("studio.views.edit_effect.frames")
    assert still.js("studio.views.edit_effect.frames") == [31, 42]
    words = still.page.locator(".edit-effect").inner_text()
    assert "frames 31 to 41" in words
    assert "path" in words
    drawn = still.js("document.querySelector('.trajectories-frame').dataset.drawn")
    button(still, "Edit effect").click()
    still.wait(f"document.querySelector('.trajectories-frame').dataset.drawn > {drawn}")
    edited = bench.edit(SetCode(Region(0, 0, 9, 9), False, -1))
    apart = edited.decoding.aligned["local"] - bench.decoding.aligned["local"]
    moved = 1000 * np.linalg.norm(apart, axis=-1)
    canvas = still.page.locator(".trajectories-frame canvas.picture:visible")
    box, pointed = canvas.bounding_box(), still.page.locator(".moved-tools .pointed")
    for share in np.linspace(0.3, 0.7, 40):
        still.page.mouse.move(box["x"] + share * box["width"], box["y"] + 40)
        if pointed.inner_text():
            break
    joint, frame, value = re.fullmatch(r"(.+), frame (\d+): ([\d.]+) mm", pointed.inner_text()).groups()
    assert 31 <= int(frame) < 42
    named = [name.replace("_", " ").replace("spine", "spine ") for name in JOINT_NAMES]
    here = moved[int(frame), named.index(joint)]
    assert float(value) == pytest.approx(here, abs=0.16)
    top = float(still.page.locator(".heat-key").inner_text().split()[-2])
    assert moved.max() <= top <= 3 * moved.max()
    button(still, "Pin as B").click()
    button(still, "Undo").click()
    still.wait("studio.views.compared.words !== '' && studio.isSettled")
    of_b = still.page.locator(".joint-bar .of-b")
    expected = [edited.decoding.errors(bench.alignment).mean(axis=0)[j] for j in range(22)]
    assert [float(text) for text in of_b.all_inner_texts()] == pytest.approx(expected, abs=0.51)


def test_a_burst_of_thirty_ends_on_the_last_and_the_path_is_drawn_when_it_comes_into_sight(still, bench):
    click_cell(still, 0, 5)
    for _ in range(30):
        still.page.keyboard.press("]")
    still.settle()
    last = codes_by_distance(bench.encoded, 0, bench.encoded.tokens[0, 5])[30]
    agrees(still, bench.edit(SetCode(Region(0, 0, 5, 5), False, int(last))))

    reset(still, bench)
    click_cell(still, 0, 7)
    press(still, "Delete")
    still.wait("studio.views.edits.edits.length === 1")
    edited = bench.edit(SetCode(Region(0, 0, 7, 7), False, -1))
    ends = (edited.decoding.joints - bench.encoded.joints)[-1, 0, [0, 2]]
    words = still.page.locator(".path .note").inner_text()
    apart = float(re.fullmatch(r"ends (\d+) mm apart", words)[1])
    assert apart == pytest.approx(1000 * np.hypot(*ends), abs=0.6)  # the page adds up in single precision
    still.page.locator(".path").scroll_into_view_if_needed()
    still.wait("document.querySelector('.path canvas').picture?.lines.length === 2")
    drawn = still.js(
        "['x', 'y'].map((name) => Array.from(document.querySelector('.path canvas').picture.lines[1][name]))"
    )
    np.testing.assert_allclose(np.transpose(drawn), edited.decoding.joints[:, 0, [0, 2]], atol=1e-3)


def shared_with_a_fresh_browser(visitor, open_page):
    """Open the link that the page gives, elsewhere."""
    button(visitor, "Share").click()
    visitor.wait("document.querySelector('.share .link-field').value !== ''")
    query = visitor.page.get_by_label("Link to this state").input_value().split("/", 3)[3]
    fresh = open_page(query=query)
    fresh.wait("studio.views.notification.kind === 'restored' && studio.isSettled")
    return fresh


def test_a_link_reproduces_tokens_layers_joints_time_b_the_picture_and_the_tab(still, open_page, bench):
    still.page.get_by_role("button", name="Keep the first 3 layers").click()
    still.settle()
    click_cell(still, 0, 8)
    press(still, "Delete")
    still.wait("studio.views.edits.edits.length === 1")
    button(still, "Pin as B").click()
    still.wait("studio.views.compared.words !== ''")
    press(still, "Control+z")
    still.wait("studio.views.edits.edits.length === 0 && studio.isSettled")
    click_cell(still, 1, 6)
    press(still, "Delete")
    still.wait("studio.views.edits.edits.length === 1 && studio.isSettled")
    still.page.get_by_role("button", name="Keep the first 4 layers").click()
    still.page.get_by_label("Add a joint").select_option("head")
    button(still, "Feet").click()
    still.page.get_by_role("tab", name="Beam search").click()
    still.settle()
    still.js("studio.seek(1.5)")
    fresh = shared_with_a_fresh_browser(still, open_page)
    now = bench.with_layers((True,) * 4 + (False,) * 2).edit(SetCode(Region(1, 1, 6, 6), False, -1))
    pinned = bench.with_layers((True,) * 3 + (False,) * 3).edit(SetCode(Region(0, 0, 8, 8), False, -1))
    for page in (still, fresh):
        agrees(page, now)
        assert page.js("studio.views.compared.words") == "1 edit, layers 1 2 3"
        assert page.page.locator(".figure-b").inner_text() == f"B {shown(pinned.errors.mean())} mm"
        joints = np.reshape(page.js("Array.from(studio.views.compared.joints.values)"), (-1, 22, 3))
        np.testing.assert_allclose(joints, pinned.decoding.joints, atol=1e-3)
    assert fresh.js("studio.views.edits.edits.length") == 1
    np.testing.assert_array_equal(tokens_of(fresh), tokens_of(still))
    assert fresh.figure("error") == still.figure("error")
    assert fresh.figure("layers") == "4 of 6"
    assert fresh.js("studio.joints") == still.js("studio.joints")
    assert "head" in fresh.js("studio.joints")
    assert fresh.js("studio.clock.time") == 1.5
    assert fresh.page.get_by_role("button", name="Feet", exact=True).get_attribute("aria-pressed") == "true"
    assert fresh.page.get_by_role("tab", name="Beam search").get_attribute("aria-selected") == "true"
    slides = [page.js("studio.views.feet.slide_mm_s.made") for page in (still, fresh)]
    assert slides[0] == pytest.approx(slides[1], rel=1e-3)


def test_a_link_reproduces_both_treatments(still, open_page, bench):
    click_cell(still, 0, 8)
    press(still, "Delete")
    still.wait("studio.views.edits.edits.length === 1")
    still.page.get_by_label("show both").check()
    still.wait("studio.views.compared.words === 'later layers repaired'")
    fresh = shared_with_a_fresh_browser(still, open_page)
    repaired = bench.edit(SetCode(Region(0, 0, 8, 8), True, -1))
    assert fresh.page.get_by_label("show both").is_checked()
    assert fresh.page.locator(".figure-b").inner_text() == f"B {shown(repaired.errors.mean())} mm"
    agrees(fresh, bench.edit(SetCode(Region(0, 0, 8, 8), False, -1)))


def test_a_state_file_brings_back_an_own_clip(still, library, tmp_path, open_page):
    np.save(tmp_path / "mine.npy", library.clip("jump").features)
    still.page.locator("#upload-file").set_input_files(tmp_path / "mine.npy")
    still.wait("studio.views.clip.title === 'mine' && studio.isSettled")
    click_cell(still, 0, 3)
    press(still, "Delete")
    still.wait("studio.views.edits.edits.length === 1")
    button(still, "Share").click()
    with still.page.expect_download(timeout=20_000) as download:
        button(still, "Save state file").click()
    download.value.save_as(tmp_path / "state.json")
    assert json.loads((tmp_path / "state.json").read_text())["clip"].startswith("own-")
    fresh = open_page()
    fresh.page.locator("#upload-file").set_input_files(tmp_path / "state.json")
    fresh.wait("studio.views.clip.title === 'mine' && studio.isSettled")
    np.testing.assert_array_equal(tokens_of(fresh), tokens_of(still))


def test_a_link_for_another_checkpoint_is_one_sentence(open_page, bench):
    from dataclasses import replace

    from app.workbench import sharing
    from app.workbench.shared_state import state_of

    state = replace(state_of(bench), fingerprint="00000000")
    visitor = open_page(query=f"?state={sharing.to_link(state)}")
    notice = visitor.page.locator(".notice")
    notice.wait_for(state="visible")
    assert "another checkpoint" in notice.inner_text()
    agrees(visitor, bench)


def test_patched_poses_are_the_librarys(still, bench):
    """Edits send only what they reach; together they must leave the whole motion as the library has it."""
    rng = np.random.default_rng(2)
    edited = bench
    for layer, step, code in rng.integers(0, (6, 20, bench.encoded.num_codes), (10, 3)).tolist():
        values = f"{{region: [{layer}, {layer}, {step}, {step}], code: {code}, repair: false}}"
        still.js(f"studio.command('set_code', {values})")
        still.settle()
        edited = edited.edit(SetCode(Region(layer, layer, step, step), False, code))
    joints = np.reshape(still.js("Array.from(studio.views.reconstruction.joints.values)"), (-1, 22, 3))
    np.testing.assert_allclose(joints, edited.decoding.joints, atol=1e-3)
    errors = np.reshape(still.js("Array.from(studio.views.reconstruction.errors.values)"), (-1, 22))
    np.testing.assert_allclose(errors, edited.errors, atol=1.5)


def test_two_visitors_edit_at_once_and_do_not_meet(open_page, bench, library):
    first, second = open_page(), open_page()
    visitors = {0: first, 1: second}
    for layer, visitor in visitors.items():
        visitor.js("studio.clock.pause()")
        click_cell(visitor, layer, 5)
    for _ in range(12):
        for visitor in visitors.values():
            visitor.page.keyboard.press("]")
    for layer, visitor in visitors.items():
        visitor.settle()
        code = codes_by_distance(bench.encoded, layer, bench.encoded.tokens[layer, 5])[12]
        agrees(visitor, bench.edit(SetCode(Region(layer, layer, 5, 5), False, int(code))))

    # Nor where the one chooses layers and the other a clip.
    first.page.get_by_role("button", name="Keep the first 1 layers").click()
    second.page.get_by_label("Clip", exact=True).select_option("kick")
    first.settle()
    second.settle()
    assert first.js("studio.views.clip.key") == library.opening[0]
    assert first.figure("layers") == "1 of 6"
    assert second.js("studio.views.clip.key") == "kick"
    assert second.figure("layers") == "6 of 6"
