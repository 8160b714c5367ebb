"""The first ten seconds: layers that sweep by themselves, two things to do to tokens, Simple and Studio."""

import numpy as np

from tests.support.axe import violations
from tests.support.gestures import button, press, tokens_of


def layers_shown(visitor):
    return visitor.page.locator(".hero-layers [aria-pressed=true]").inner_text()


def test_the_sweep_runs_by_itself_without_the_server_until_it_is_touched(open_page):
    visitor = open_page(view="")
    assert visitor.page.locator("#studio").get_attribute("data-view") == "simple"
    assert visitor.page.locator(".edit-bar").is_hidden()
    visitor.wait("document.querySelector('.hero-layers [aria-pressed=true]')?.textContent === '2'")
    sent = visitor.js("studio.requests")
    visitor.wait("document.querySelector('.hero-layers [aria-pressed=true]')?.textContent === '4'")
    assert visitor.js("studio.requests") == sent <= 2  # the bodies once, and the flow once it is seen
    assert visitor.js("studio.views.edits.can_undo") is False
    visitor.page.locator(".hero-layers [data-value='2']").click()
    visitor.wait("studio.isSettled && studio.views.tokens.layers.filter(Boolean).length === 2")
    visitor.page.wait_for_timeout(2_000)
    assert layers_shown(visitor) == "2"
    press(visitor, "Control+z")
    visitor.wait("studio.isSettled && studio.views.tokens.layers.every(Boolean)")
    assert violations(visitor) == []


def in_sight(visitor, width, height, parts=(".stage", ".grid", ".play", ".hero-layers")):
    """The body, the tokens and what plays are seen together, without scrolling, in a window of this size."""
    visitor.page.set_viewport_size({"width": width, "height": height})
    visitor.page.wait_for_timeout(150)
    for selector in parts:
        box = visitor.page.locator(selector).bounding_box()
        assert box["y"] >= 0, selector
        assert box["y"] + box["height"] <= height, (width, selector)


def test_reduced_motion_does_not_sweep_and_simple_and_studio_are_remembered(open_page):
    visitor = open_page(view="", reduced_motion="reduce", width=1024, height=768)
    assert visitor.js("studio.clock.playing") is False
    visitor.page.wait_for_timeout(2_500)
    assert layers_shown(visitor) == "6"
    assert visitor.js("studio.requests") <= 1  # what the flow under the tokens draws
    button(visitor, "Studio").click()
    assert visitor.page.locator(".edit-bar").is_visible()
    visitor.page.reload()
    visitor.page.wait_for_selector("#studio[data-ready]")
    assert visitor.page.locator("#studio").get_attribute("data-view") == "studio"
    in_sight(visitor, 1024, 768)
    in_sight(visitor, 1440, 900)
    button(visitor, "Simple").click()
    assert visitor.page.locator(".edit-bar").is_hidden()
    button(visitor, "Lessons").click()
    assert visitor.page.locator(".edit-bar").is_visible()  # lessons need it
    for width, height in ((1024, 768), (1440, 900)):
        in_sight(visitor, width, height, (".stage", ".play", ".layer-switch >> nth=0", ".lesson-head"))


def test_scramble_repair_start_over_and_the_first_layer_of_another_clip(open_page, library):
    visitor = open_page(view="simple", reduced_motion="reduce", width=1024, height=768)
    in_sight(visitor, 1024, 768)
    in_sight(visitor, 1440, 900)
    before = tokens_of(visitor)
    button(visitor, "Scramble tokens").click()
    visitor.wait("studio.views.edits.edits.length === 1 && studio.isSettled")
    scrambled = tokens_of(visitor)
    changed = np.argwhere(scrambled != before)
    assert set(changed[:, 0]) == {0}
    assert np.ptp(changed[:, 1]) < 5
    button(visitor, "Repair").click()
    visitor.wait("studio.views.edits.edits[0].repair && studio.isSettled")
    assert not np.array_equal(tokens_of(visitor)[1:], before[1:])
    button(visitor, "Start over").click()
    visitor.wait("studio.views.edits.edits.length === 0 && studio.isSettled")
    assert np.array_equal(tokens_of(visitor), before)
    assert visitor.page.get_by_role("button", name="Start over").is_hidden()

    visitor.page.locator(".swap").focus()
    press(visitor, "Enter")
    visitor.wait("studio.views.edits.edits[0]?.kind === 'borrow' && studio.isSettled")
    donor = library.encoded(library.clip("kick"), library.opening[1]).tokens[0]
    shared = min(len(donor), tokens_of(visitor).shape[1])
    assert np.array_equal(tokens_of(visitor)[0, :shared], donor[:shared])


def test_a_picture_stands_there_before_any_script(browser, url):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(url)
    page.wait_for_timeout(300)
    assert page.locator("#waiting .bone").first.is_visible()
    pictures = page.locator("meta[property='og:image']")
    assert page.request.get(pictures.get_attribute("content")).headers["content-type"] == "image/png"
    context.close()
