"""The flow from frames to body: live at the cursor, lit by pointer and keys, built with the body."""

import pytest

from tests.support.axe import violations
from tests.support.gestures import button

STAGES = ".pipeline .stage-box"

# Every number of layers that is shown as built, however shortly.
NOTE_COUNTS = """() => {
  window.counts = [6];
  new MutationObserver(() => {
    const count = document.querySelectorAll(".layer-stage:not(.unbuilt)").length;
    if (counts.at(-1) !== count) counts.push(count);
  }).observe(document.querySelector(".pipeline"), { subtree: true, attributes: true });
}"""


@pytest.fixture
def still(open_page):
    """A visitor whose clip stands still, with the flow in sight."""
    visitor = open_page(reduced_motion="reduce")
    visitor.page.locator(".pipeline").scroll_into_view_if_needed()
    visitor.wait("document.querySelector('.pipeline').dataset.drawn === '0' && studio.isSettled")
    return visitor


def built(visitor):
    return visitor.page.locator(".layer-stage:not(.unbuilt)").count()


def test_pointing_building_editing_and_keys_in_the_flow(still):
    """A layer shows sum and body as far as itself; built up layer by layer and quiet then; an edit is seen
    at once; the flow follows the cursor and keys reach every stage."""
    assert still.js("studio.clock.playing") is False  # reduced motion opens paused
    before = still.pixels(".stage-box.Sum canvas")
    still.page.locator(".layer-stage").nth(1).hover()
    still.wait("document.querySelectorAll('.layer-stage:not(.unbuilt)').length === 2")
    still.wait("document.querySelector('.hero-said').textContent.startsWith('Layers 1 to 2')")
    assert still.pixels(".stage-box.Sum canvas") != before
    linked = still.page.locator(f"{STAGES}.linked")
    assert linked.evaluate_all("all => all.map((one) => one.ariaLabel)") == ["Layer 1", "Layer 3", "Sum"]
    code = still.js("studio.views.tokens.codes.values[studio.views.clip.steps]")
    assert f"codes, {code}:" in still.page.locator(".pipeline-said").inner_text()
    still.page.mouse.move(5, 5)
    still.wait("document.querySelectorAll('.layer-stage:not(.unbuilt)').length === 6 && studio.isSettled")
    assert still.page.locator(".hero-said").inner_text().startswith("Layers 1 to 6")

    still.js(f"({NOTE_COUNTS})()")
    button(still, "Build it up").click()
    still.page.mouse.move(5, 5)
    still.wait("counts.length >= 7 && !document.querySelector('.pipeline .lit') && studio.isSettled")
    assert still.js("counts") == [6, 1, 2, 3, 4, 5, 6]
    assert built(still) == 6

    before = still.pixels(".stage-box.Sum canvas")
    still.js("studio.command('drop', {region: [0, 0, 0, 0], repair: false})")
    still.wait("document.querySelector('.code-chip').textContent === 'dropped' && studio.isSettled")
    assert still.pixels(".stage-box.Sum canvas") != before

    still.js("studio.seek(2)")
    still.wait("document.querySelector('.pipeline').dataset.drawn === '10'")
    button(still, "Build it up").focus()
    for name in ("Frames", "Latent", "Layer 1"):
        still.page.keyboard.press("Tab")
        assert still.page.locator(f"{STAGES}.lit").get_attribute("aria-label") == name
    still.settle()
    assert violations(still) == []
