"""Layers off and on: where the body stands, what off means, and how it is taken back."""

import numpy as np

from tests.support.axe import violations
from tests.support.gestures import agrees, button, click_cell, press, tokens_of

FIRST_OFF = (False, True, True, True, True, True)


def drawn_share(visitor):
    """Share of the stage's width in which the coloured body has pixels."""
    return visitor.js("""
      (() => {
        const stage = document.querySelector('.stage');
        const { data, width, height } = stage.getContext('2d').getImageData(0, 0, stage.width, stage.height);
        let count = 0;
        for (let at = 0; at < data.length; at += 4) {
          const [r, g, b] = [data[at], data[at + 1], data[at + 2]];
          if (data[at + 3] > 200 && Math.max(r, g, b) - Math.min(r, g, b) > 60) count += 1;
        }
        return count / (width * height);
      })()""")


def test_off_can_mean_the_average_code_and_the_body_stays_in_the_picture_without_layer_1(still, bench):
    still.page.get_by_role("switch", name="Layer 1").click()
    button(still, "average code").click()
    still.wait("studio.isSettled && studio.views.tokens.off === 'average'")
    agrees(still, bench.with_layers(FIRST_OFF, "average"))
    assert "average code" in still.page.locator(".stage-said").inner_text()
    assert violations(still) == []
    press(still, "Control+z")
    still.wait("studio.isSettled && studio.views.tokens.off === 'nothing'")
    press(still, "Control+z")
    still.wait("studio.isSettled && studio.views.tokens.layers[0]")
    press(still, "Control+y")
    still.wait("studio.isSettled && !studio.views.tokens.layers[0]")

    agrees(still, bench.with_layers(FIRST_OFF))
    still.js("studio.seek(4.5)")
    still.page.wait_for_timeout(200)
    assert drawn_share(still) > 0.01
    away = still.page.locator(".drift-metres").inner_text()
    frame = round(4.5 * bench.encoded.fps)
    apart = (bench.with_layers(FIRST_OFF).decoding.joints - bench.encoded.joints)[frame, 0, [0, 2]]
    assert abs(float(away.split()[0]) - np.hypot(*apart)) < 0.06
    assert "Without layer 1" in still.page.locator(".stage-said").inner_text()
    for mode in ("Decoded only", "Side by side", "Overlay"):
        button(still, mode).click()
        still.page.wait_for_timeout(150)
        assert drawn_share(still) > 0.005, mode
    still.page.get_by_label("drift").check()
    still.page.wait_for_timeout(150)
    assert drawn_share(still) > 0.005
    axis = still.js("document.querySelector('.trajectories canvas.picture').picture.y[0]")
    span = np.ptp(bench.encoded.joints[:, [20, 11], 0])
    assert np.ptp(axis) < 2.2 * span
    assert still.page.locator(".trajectories .key:visible", has_text="leaves the picture").count() == 1


def test_solo_gives_back_what_was_on_and_repair_treats_the_edit_in_hand_as_one_step(still, bench):
    still.page.get_by_role("switch", name="Layer 6").click()
    still.settle()
    alone = button(still, "Layer 3 alone")
    alone.click()
    still.wait("studio.isSettled && studio.views.tokens.layers.filter(Boolean).length === 1")
    alone.click()
    still.wait("studio.isSettled && studio.views.tokens.layers.filter(Boolean).length === 5")

    still.page.get_by_role("switch", name="Layer 6").click()
    still.wait("studio.isSettled && studio.views.tokens.layers.every(Boolean)")
    click_cell(still, 0, 7)
    press(still, "Delete")
    still.wait("studio.views.edits.edits.length === 1 && studio.isSettled")
    kept = tokens_of(still)
    button(still, "repair").click()
    still.wait("studio.views.edits.edits[0].repair && studio.isSettled")
    assert not np.array_equal(tokens_of(still), kept)
    press(still, "Control+z")
    still.wait("!studio.views.edits.edits[0].repair && studio.isSettled")
    assert np.array_equal(tokens_of(still), kept)
    assert button(still, "keep").get_attribute("aria-pressed") == "true"

    # A notice says of what kind it is.
    click_cell(still, 0, 3)
    press(still, *"99999", "Enter")
    notice = still.page.locator(".notice")
    notice.wait_for(state="visible")
    assert notice.get_attribute("data-kind") == "refused"
    assert "Not done" in notice.inner_text()


def test_a_phone_keeps_the_body_in_sight(open_page):
    phone = open_page(width=400, height=860, has_touch=True, is_mobile=True, view="simple")
    assert phone.page.locator(".stage").bounding_box()["height"] >= 200
    rows = phone.page.locator(".layer-row").nth(2).bounding_box()  # with the tour's offer above it
    assert rows["y"] + rows["height"] <= 860
    button(phone, "Studio").tap()
    phone.js("document.querySelector('.second').scrollIntoView()")
    stage = phone.page.locator(".stage-frame")
    phone.wait("document.querySelector('.stage-frame').className === 'stage-frame afloat'")
    phone.js("document.querySelector('.lab').scrollIntoView()")
    button(phone, "Show the body").tap()  # it is folded over the laboratory
    box = stage.bounding_box()
    assert box["width"] > 100
    assert box["y"] + box["height"] <= 860
    button(phone, "Fold the body away").tap()
    assert stage.bounding_box()["width"] < 50
    assert phone.js("document.documentElement.scrollWidth") <= 400
    phone.js(
        "document.querySelector('.pipeline').scrollIntoView({block: 'end'})"
    )  # has a body, and a sentence
    phone.wait("!document.querySelector('.stage-frame').classList.contains('afloat')")
