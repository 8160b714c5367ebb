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


def test_opens_alive_with_the_librarys_numbers_their_origin_and_alignment(visitor, library):
    assert visitor.js("studio.clock.playing")
    start = visitor.js("studio.clock.time")
    visitor.wait(f"studio.clock.time !== {start}")
    before = visitor.pixels(".stage")
    visitor.page.wait_for_timeout(300)
    assert visitor.pixels(".stage") != before
    # It brings what it shows; how a step is made asks for its numbers, and for bodies that it builds once.
    assert visitor.js("studio.requests") <= 2

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
    wrist_height = visitor.js(f"Array.from({CURVES}[1][0].y)")
    motion = features_to_joints(bench.encoded.clip.features)
    np.testing.assert_allclose(wrist_height, motion[:, 20, 1], atol=1e-3)

    visitor.page.locator(".stage").focus()
    visitor.page.keyboard.press("Space")
    assert visitor.js("studio.clock.playing") is False
    visitor.page.keyboard.press("Space")
    assert visitor.js("studio.clock.playing") is True

    visitor.page.get_by_role("button", name="About these figures and their sources").click()
    text = visitor.page.locator("#studio").inner_text()
    clip = library.clip(library.opening[0])
    assert library.device_label in text
    assert "Held out of training" in text
    assert clip.source in text
    assert clip.licence in text
    assert "root-aligned, 20 fps" in text


def test_layers_alignment_and_clip_change_numbers_and_drawings(visitor, library):
    visitor.js("studio.clock.pause(); studio.seek(1)")
    visitor.page.wait_for_timeout(100)
    before = {name: visitor.pixels(name) for name in (".stage", ".grid")}
    visitor.page.get_by_role("switch", name="Layer 1").click()
    visitor.settle()
    bench = opening_bench(library)
    without = bench.with_layers((False, True, True, True, True, True))
    assert visitor.figure("error") == shown(without.errors.mean())
    assert visitor.figure("layers") == "5 of 6"
    visitor.page.wait_for_timeout(200)
    for name, drawing in before.items():
        assert visitor.pixels(name) != drawing, name

    keep_first(visitor, 2)  # in one click
    ladder = bench.encoded.errors_by_layers["root"]
    assert visitor.figure("error") == shown(ladder[1])
    one = visitor.page.get_by_role("button", name="Keep the first 1 layers").bounding_box()
    four = visitor.page.get_by_role("button", name="Keep the first 4 layers").bounding_box()
    mouse = visitor.page.mouse
    mouse.move(one["x"] + 5, one["y"] + 5)
    mouse.down()
    mouse.move(four["x"] + 5, four["y"] + 5, steps=8)  # and in one drag
    mouse.up()
    visitor.wait("studio.isSettled && studio.views.tokens.layers.filter(Boolean).length === 4")
    assert visitor.figure("error") == shown(ladder[3])

    keep_first(visitor, 6)
    for alignment in ("global", "root"):
        visitor.page.get_by_role("button", name=alignment, exact=True).click()
        visitor.settle()
        assert visitor.figure("error") == shown(bench.with_alignment(alignment).errors.mean())

    visitor.page.get_by_label("Clip", exact=True).select_option("kick")
    visitor.settle()
    bench = Workbench.of(library.encoded(library.clip("kick"), library.opening[1]))
    assert visitor.figure("error") == shown(bench.errors.mean())
    assert visitor.js("studio.views.clip.frames") == bench.encoded.frames
    codes = visitor.js("Array.from(studio.views.tokens.codes.values)")
    assert np.array_equal(np.reshape(codes, bench.encoded.tokens.shape), bench.encoded.tokens)
    assert "In the training set" in visitor.page.locator(".origin").inner_text()


def keep_first(visitor, count):
    visitor.page.get_by_role("button", name=f"Keep the first {count} layers").click()
    visitor.settle()


def test_the_mouse_moves_time_and_the_players_view_without_the_server(visitor):
    visitor.page.wait_for_load_state("networkidle")  # what it asks for by itself
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

    visitor.page.wait_for_timeout(100)
    before = visitor.pixels(".stage")
    stage = visitor.page.locator(".stage").bounding_box()
    mouse.move(stage["x"] + 200, stage["y"] + 200)
    mouse.down()
    mouse.move(stage["x"] + 300, stage["y"] + 220, steps=5)
    mouse.up()
    visitor.page.wait_for_timeout(100)
    turned = visitor.pixels(".stage")
    assert turned != before
    for mode in ("Side by side", "Decoded only"):  # other than overlaid
        visitor.page.get_by_role("button", name=mode, exact=True).click()
        visitor.page.wait_for_timeout(100)
        assert visitor.pixels(".stage") != turned, mode


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


@pytest.mark.parametrize(
    ("scheme", "widths"), [("light", (360, 400, 768, 1024, 1920)), ("dark", (1920, 1024, 768, 400, 360))]
)
def test_nothing_is_wider_than_the_screen_opened_at_one_width_and_resized(open_page, scheme, widths):
    visitor = open_page(width=widths[0], height=800, scheme=scheme)
    for width in widths:
        visitor.page.set_viewport_size({"width": width, "height": 800})
        visitor.page.wait_for_timeout(150)
        assert visitor.js("document.documentElement.scrollWidth") <= width
        background = visitor.js("getComputedStyle(document.querySelector('#studio')).backgroundColor")
        assert (background == "rgb(14, 17, 22)") == (scheme == "dark")
