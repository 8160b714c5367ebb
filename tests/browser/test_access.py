"""For everyone: axe-core's audit against WCAG 2 A and AA, the grid for screen readers, the keyboard alone."""

import pytest

from app.workbench.edits import SetCode
from app.workbench.region import Region
from tests.support.axe import violations
from tests.support.gestures import agrees, button, click_cell, press


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 400])
def test_no_violation_at_first_sight_with_a_selection_and_after_an_edit(open_page, scheme, width):
    visitor = open_page(width=width, scheme=scheme)
    visitor.js("studio.clock.pause()")
    assert violations(visitor) == []
    visitor.page.locator(".grid").scroll_into_view_if_needed()
    click_cell(visitor, 0, 9)
    visitor.wait("studio.views.cell.layer === 0")
    assert violations(visitor) == []
    press(visitor, "Delete")
    visitor.wait("studio.views.edits.edits.length === 1")
    button(visitor, "Pin as B").click()
    visitor.wait("studio.views.compared.words !== ''")
    visitor.page.locator(".history summary").click()
    assert violations(visitor) == []


def test_no_violation_in_the_other_pictures(visitor):
    visitor.js("studio.clock.pause()")
    click_cell(visitor, 0, 9)
    press(visitor, "Delete")
    visitor.wait("studio.views.edits.edits.length === 1")
    for picture in ("Velocity", "Feet", "Edit effect"):
        button(visitor, picture).click()
        button(visitor, "Share").click()
        visitor.wait("document.querySelector('.share .link-field').value !== ''")
        assert violations(visitor) == [], picture
        press(visitor, "Escape")


def stands_on(visitor):
    """What a screen reader reads of the grid: the cell that is its active descendant."""
    return visitor.js("""
      ((grid) => document.getElementById(grid.getAttribute('aria-activedescendant'))?.textContent)(
        document.querySelector('.grid'))""")


def spoken(visitor):
    return visitor.page.locator(".token-plane [aria-live]").text_content()


def tab_to(visitor, selector):
    """Press Tab until an element has the focus, as one who has no mouse."""
    for _ in range(80):
        press(visitor, "Tab")
        if visitor.js(f"document.activeElement.matches({selector!r})"):
            return
    pytest.fail(f"Tab does not lead to {selector}")


def test_a_playing_page_does_not_talk_and_an_edit_by_keyboard_alone_is_heard(visitor, bench):
    """Nothing that changes with time may be a live region: a screen reader would never be silent."""
    visitor.js("""
      window.said = [];
      new MutationObserver((changes) => changes.forEach(({target}) => {
        const element = target.nodeType === 1 ? target : target.parentElement;
        const live = element.closest('[aria-live], [role=status], [role=alert], output');
        if (live && live.getAttribute('aria-live') !== 'off') said.push(live.outerHTML.slice(0, 120));
      })).observe(document.querySelector('#studio'), {subtree: true, childList: true, characterData: true});
    """)
    visitor.js("studio.clock.play()")
    start = visitor.js("studio.clock.time")
    visitor.wait(f"Math.abs(studio.clock.time - {start}) > 0.5")
    assert visitor.js("said") == []

    tab_to(visitor, ".play")
    press(visitor, "Enter")
    assert visitor.js("studio.clock.playing") is False
    tab_to(visitor, ".grid")
    press(visitor, "Home", "ArrowDown", *["ArrowRight"] * 5)
    assert stands_on(visitor) == f"layer 2, step 5, code {bench.tokens[1, 5]}"
    code = (int(bench.tokens[1, 5]) + 200) % bench.encoded.num_codes
    press(visitor, *str(code), "Enter")
    visitor.wait("studio.views.edits.edits.length === 1")
    agrees(visitor, bench.edit(SetCode(Region(1, 1, 5, 5), False, code)))
    assert stands_on(visitor) == spoken(visitor) == f"layer 2, step 5, code {code}"
    assert visitor.js("document.activeElement.className") == "grid"
    press(visitor, "Shift+ArrowRight", "Shift+ArrowUp")
    assert spoken(visitor) == "Layers 1 to 2, steps 5 to 6 selected"
    press(visitor, "Control+z")
    visitor.wait("studio.views.edits.edits.length === 0")
    agrees(visitor, bench)
    press(visitor, "Escape")
    assert stands_on(visitor) is None


def test_focus_is_seen_wherever_it_goes(visitor):
    visitor.js("studio.clock.pause()")
    for _ in range(40):
        press(visitor, "Tab")
        unseen = visitor.js("""
          ((at) => {
            if (!at.closest('#studio') || at.matches('.visually-hidden')) return null;
            const style = getComputedStyle(at);
            const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
            return ring ? null : at.outerHTML.slice(0, 120);
          })(document.activeElement)""")
        assert unseen is None
