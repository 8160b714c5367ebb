"""The page as a visitor meets it."""

import numpy as np
import pytest

from app.workbench.workbench import Workbench
from rvqvae.motion import features_to_joints
from tests.support.gestures import shown

CURVES = "document.querySelector('.trajectories canvas.picture').picture.lines"  # a row each


def opening_bench(library):
    clip, checkpoint = library.opening
    return Workbench.of(library.encoded(library.clip(clip), checkpoint))


def test_opens_alive(visitor):
    assert visitor.js("studio.clock.playing")
    start = visitor.js("studio.clock.time")
    visitor.wait(f"studio.clock.time !== {start}")
    before = visitor.pixels(".stage")
    visitor.page.wait_for_timeout(300)
    assert visitor.pixels(".stage") != before
    # It brings what it shows; how a step is made asks for its numbers, and for bodies that it builds once.
    assert visitor.js("studio.requests") <= 2


def test_shows_the_librarys_numbers(visitor, library):
    bench = opening_bench(library)
    assert visitor.figure("error") == shown(bench.errors.mean())
    joints = visitor.page.locator(".joint-bar output:not(.of-b)").all_inner_texts()
    assert joints == [shown(value) for value in bench.errors.mean(axis=0)]
    rungs = visitor.page.locator(".rung output").all_inner_texts()
    assert rungs == [shown(value) for value in bench.encoded.errors_by_layers["root"]]
    codes = visitor.js("Array.from(studio.views.tokens.codes.values)")
    assert np.array_equal(np.reshape(codes, bench.encoded.tokens.shape), bench.encoded.tokens)
    used = visitor.page.locator("[data-cell=clip-used]").all_inner_texts()
    size = bench.encoded.checkpoint.config.num_embeddings
    assert used == [f"{len(set(row))} of {size}" for row in bench.encoded.tokens]


def test_says_device_origin_and_alignment(visitor, library):
    visitor.page.get_by_role("button", name="About these figures and their sources").click()
    text = visitor.page.locator("#studio").inner_text()
    clip = library.clip(library.opening[0])
    assert library.device_label in text
    assert "Held out of training" in text
    assert clip.source in text
    assert clip.licence in text
    assert "root-aligned, 20 fps" in text


def test_switching_a_layer_changes_numbers_and_drawings(visitor, library):
    visitor.js("studio.clock.pause(); studio.seek(1)")
    visitor.page.wait_for_timeout(100)
    before = {name: visitor.pixels(name) for name in (".stage", ".grid")}
    visitor.page.get_by_role("switch", name="Layer 1").click()
    visitor.settle()
    bench = opening_bench(library).with_layers((False, True, True, True, True, True))
    assert visitor.figure("error") == shown(bench.errors.mean())
    assert visitor.figure("layers") == "5 of 6"
    visitor.page.wait_for_timeout(200)
    for name, drawing in before.items():
        assert visitor.pixels(name) != drawing, name


def test_first_k_in_one_click_and_one_drag(visitor, library):
    visitor.page.get_by_role("button", name="Keep the first 2 layers").click()
    visitor.settle()
    ladder = opening_bench(library).encoded.errors_by_layers["root"]
    assert visitor.figure("error") == shown(ladder[1])
    one = visitor.page.get_by_role("button", name="Keep the first 1 layers").bounding_box()
    four = visitor.page.get_by_role("button", name="Keep the first 4 layers").bounding_box()
    mouse = visitor.page.mouse
    mouse.move(one["x"] + 5, one["y"] + 5)
    mouse.down()
    mouse.move(four["x"] + 5, four["y"] + 5, steps=8)
    mouse.up()
    visitor.wait("studio.isSettled && studio.views.tokens.layers.filter(Boolean).length === 4")
    assert visitor.figure("error") == shown(ladder[3])


def test_alignment_changes_the_error_alone(visitor, library):
    visitor.page.get_by_role("button", name="global", exact=True).click()
    visitor.settle()
    bench = opening_bench(library).with_alignment("global")
    assert visitor.figure("error") == shown(bench.errors.mean())


def test_choosing_a_clip_brings_its_tokens_and_numbers(visitor, library):
    visitor.page.get_by_label("Clip", exact=True).select_option("kick")
    visitor.settle()
    bench = Workbench.of(library.encoded(library.clip("kick"), library.opening[1]))
    assert visitor.figure("error") == shown(bench.errors.mean())
    assert visitor.js("studio.views.clip.frames") == bench.encoded.frames
    codes = visitor.js("Array.from(studio.views.tokens.codes.values)")
    assert np.array_equal(np.reshape(codes, bench.encoded.tokens.shape), bench.encoded.tokens)
    assert "In the training set" in visitor.page.locator(".origin").inner_text()


def test_choosing_joints_redraws_their_trajectories(visitor):
    drawn = visitor.js("document.querySelector('.trajectories-frame').dataset.drawn")
    visitor.page.get_by_label("Add a joint").select_option("head")
    visitor.wait(f"document.querySelector('.trajectories-frame').dataset.drawn > {drawn}")
    assert visitor.js("studio.joints") == ["left_wrist", "right_foot", "head"]
    traces = visitor.js(f"{CURVES}.flat().length")
    assert traces == 3 * 3 * 2
    visitor.page.get_by_role("button", name="Remove left wrist").click()
    visitor.wait(f"{CURVES}.flat().length === 12")
    head = visitor.js(f"Array.from({CURVES}[1][1].y)")
    original = visitor.js("""
      (({joints, frames, joint_names}) => Array.from({length: frames}, (_, f) =>
        joints.values[(f * 22 + joint_names.indexOf('head')) * 3 + 1]))(studio.views.clip)""")
    assert head == pytest.approx(original)


def test_trajectories_are_the_motion(visitor, library):
    encoded = opening_bench(library).encoded
    wrist_height = visitor.js(f"Array.from({CURVES}[1][0].y)")
    np.testing.assert_allclose(wrist_height, features_to_joints(encoded.clip.features)[:, 20, 1], atol=1e-3)


def test_scrubbing_moves_everything_without_the_server(visitor):
    requests = []
    visitor.page.on("request", lambda request: requests.append(request.url))
    visitor.js("studio.clock.pause()")
    plot = visitor.page.locator(".trajectories-frame").bounding_box()
    mouse = visitor.page.mouse
    mouse.move(plot["x"] + plot["width"] * 0.4, plot["y"] + 60)
    mouse.down()
    mouse.move(plot["x"] + plot["width"] * 0.7, plot["y"] + 60, steps=12)
    mouse.up()
    held = visitor.js("studio.clock.time")
    assert 0.4 * visitor.js("studio.clock.duration") < held < visitor.js("studio.clock.duration")
    grid = visitor.page.locator(".token-plane").bounding_box()
    mouse.move(grid["x"] + grid["width"] * 0.3, grid["y"] + 40)
    assert visitor.js("studio.clock.shown") < held  # hovering shows a moment …
    mouse.move(5, 5)
    assert visitor.js("studio.clock.shown") == held  # … and gives the held one back
    cursors = visitor.js(
        """[...document.querySelectorAll('.time-cursor')]
        .filter((cursor) => cursor.checkVisibility())
        .map((cursor) => cursor.style.transform)"""
    )
    assert len(cursors) == 2
    assert len(set(cursors)) == 1
    assert requests == []


def test_space_plays_and_pauses(visitor):
    visitor.page.locator(".stage").focus()
    visitor.page.keyboard.press("Space")
    assert visitor.js("studio.clock.playing") is False
    visitor.page.keyboard.press("Space")
    assert visitor.js("studio.clock.playing") is True


def test_dragging_the_player_turns_the_view(visitor):
    visitor.js("studio.clock.pause()")
    visitor.page.wait_for_timeout(100)
    before = visitor.pixels(".stage")
    stage = visitor.page.locator(".stage").bounding_box()
    mouse = visitor.page.mouse
    mouse.move(stage["x"] + 200, stage["y"] + 200)
    mouse.down()
    mouse.move(stage["x"] + 300, stage["y"] + 220, steps=5)
    mouse.up()
    visitor.page.wait_for_timeout(100)
    assert visitor.pixels(".stage") != before


@pytest.mark.parametrize("mode", ["Side by side", "Decoded only"])
def test_the_player_shows_the_bodies_in_other_ways(visitor, mode):
    visitor.js("studio.clock.pause()")
    visitor.page.wait_for_timeout(100)
    before = visitor.pixels(".stage")
    visitor.page.get_by_role("button", name=mode, exact=True).click()
    visitor.page.wait_for_timeout(100)
    assert visitor.pixels(".stage") != before


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 400, 768, 1024, 1920])
def test_nothing_is_wider_than_the_screen(open_page, width, scheme):
    visitor = open_page(width=width, height=800, scheme=scheme)
    assert visitor.js("document.documentElement.scrollWidth") <= width
    background = visitor.js("getComputedStyle(document.querySelector('#studio')).backgroundColor")
    assert (background == "rgb(14, 17, 22)") == (scheme == "dark")


def test_two_visitors_do_not_meet(open_page, library):
    first, second = open_page(), open_page()
    first.page.get_by_role("button", name="Keep the first 1 layers").click()
    second.page.get_by_label("Clip", exact=True).select_option("kick")
    first.settle()
    second.settle()
    assert first.js("studio.views.clip.key") == library.opening[0]
    assert first.figure("layers") == "1 of 6"
    assert second.js("studio.views.clip.key") == "kick"
    assert second.figure("layers") == "6 of 6"


def test_reduced_motion_opens_paused(open_page):
    visitor = open_page(reduced_motion="reduce")
    assert visitor.js("studio.clock.playing") is False
