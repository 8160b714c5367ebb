"""One time cursor: every way to move it moves all views."""

import pytest


@pytest.fixture
def paused(visitor):
    visitor.js("studio.clock.pause()")
    visitor.js("studio.clock.seek(0)")
    return visitor


def time(visitor):
    return visitor.js("studio.clock.shown")


def spot(visitor, selector, across, down=0.5):
    box = visitor.page.locator(selector).bounding_box()
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


def test_the_slider_by_mouse_and_by_keys(paused):
    paused.page.locator(".transport .scrub").scroll_into_view_if_needed()
    mouse, duration = paused.page.mouse, paused.js("studio.clock.duration")
    mouse.move(*spot(paused, ".transport .scrub", 0.8))
    mouse.down()
    assert time(paused) == pytest.approx(0.8 * duration, abs=0.1 * duration)
    mouse.move(*spot(paused, ".transport .scrub", 0.4), steps=5)
    mouse.up()
    assert time(paused) == pytest.approx(0.4 * duration, abs=0.1 * duration)
    frame = round(time(paused) * paused.js("studio.views.clip.fps"))
    assert f"frame {frame}" in paused.page.locator(".now").inner_text()

    paused.js("studio.clock.seek(0)")
    fps = paused.js("studio.views.clip.fps")
    paused.page.locator(".transport .scrub").focus()
    for key, frame in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("Home", 0)):
        paused.page.keyboard.press(key)
        assert time(paused) == pytest.approx(frame / fps)
    paused.page.keyboard.press("End")
    assert time(paused) == pytest.approx(paused.js("studio.clock.duration"))
    paused.page.keyboard.press("Home")
    paused.page.keyboard.press("PageUp")
    assert time(paused) > 1 / fps
    paused.page.keyboard.press("Space")
    assert paused.js("studio.clock.playing")


def test_the_path_from_above_shows_and_takes_the_nearest_moment(paused, library):
    paused.page.locator(".path-frame").scroll_into_view_if_needed()
    paused.wait("document.querySelector('.path-frame canvas').picture")
    dot = paused.page.locator(".dot.original")
    paused.js("studio.clock.seek(studio.clock.duration)")
    box = dot.bounding_box()
    end = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    paused.js("studio.clock.seek(0)")
    assert dot.bounding_box() != box
    paused.page.mouse.move(*end)
    last = paused.js("studio.views.clip.frames - 1") / paused.js("studio.views.clip.fps")
    assert time(paused) == pytest.approx(last, abs=0.1)
    assert paused.js("studio.clock.time") == 0  # shown, not taken
    paused.page.mouse.down()
    paused.page.mouse.up()
    assert paused.js("studio.clock.time") == pytest.approx(last, abs=0.1)
