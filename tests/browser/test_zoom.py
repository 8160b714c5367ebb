"""At 200 % zoom, which leaves half the pixels of a window, nothing has to be scrolled sideways."""

import numpy as np

from app.rooms import TABS
from rvqvae.tokens import TokenRow, TokenTable, write_tokens
from tests.support.gestures import button, press

ZOOMED = {"1280 x 800": (640, 400), "1440 x 900": (720, 450)}
WIDER = """() => {
  const { clientWidth: wide, scrollWidth } = document.documentElement;
  if (scrollWidth <= wide) return [];
  return [...document.querySelectorAll("#studio *")]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > wide + 1)
    .map((one) => `${one.tagName}.${one.className}`).slice(0, 5).concat(`${scrollWidth} px`);
}"""


def sideways(visitor, state):
    """What stands out at the side of the page in a state, for each of the zoomed windows; work may go on."""
    found = []
    for name, (width, height) in ZOOMED.items():
        visitor.page.set_viewport_size({"width": width, "height": height})
        visitor.page.wait_for_timeout(150)
        if wider := visitor.js(f"({WIDER})()"):
            found.append((state, name, wider))
    return found


def test_no_state_is_wider_than_the_window(open_page, library, tmp_path):
    visitor = open_page(view="simple", width=640, height=400, reduced_motion="reduce")
    found = sideways(visitor, "simple")
    button(visitor, "Studio").click()
    found += sideways(visitor, "studio")
    visitor.js("studio.selection.set({ layer: 0, step: 3 }, { layer: 2, step: 6 })")
    visitor.page.locator(".grid").focus()
    press(visitor, "Delete")
    visitor.wait("studio.views.edits.edits.length === 1")
    button(visitor, "Pin as B").click()
    visitor.page.locator(".history summary").click()
    found += sideways(visitor, "edited, with B")
    for menu in ("Share", "Save", "Open a checkpoint"):
        button(visitor, menu).click()
        found += sideways(visitor, menu)
        press(visitor, "Escape")
    visitor.settle()
    for tab in TABS:
        visitor.js(f"studio.showTab({tab.name!r})")
        found += sideways(visitor, tab.label)

    walk = library.encoded(library.clip("walk"), library.opening[1]).tokens
    table = tmp_path / "a_table_with_a_long_name_of_its_own.csv"
    rows = [TokenRow(f"clip_{n}", walk, None, {"sentence": "A sentence of some words."}) for n in range(9)]
    write_tokens(table, TokenTable(rows))
    visitor.page.locator("#upload-file").set_input_files(table)
    visitor.wait("studio.views.table_rows?.rows.length")
    visitor.page.locator(".row-open").first.click()
    visitor.wait("studio.views.tables.open_row?.index === 0")
    found += sideways(visitor, "table")
    np.save(tmp_path / "wide.npy", np.zeros((30, 77), np.float32))
    visitor.page.locator("#upload-file").set_input_files(tmp_path / "wide.npy")
    visitor.page.locator(".notice").wait_for()
    found += sideways(visitor, "notice")
    button(visitor, "Lessons").click()
    found += sideways(visitor, "lessons")
    visitor.page.locator(".lesson-choice").first.click()
    visitor.page.locator("[name=lesson-answer]").first.wait_for()
    found += sideways(visitor, "a lesson")
    visitor.page.set_viewport_size({"width": 1280, "height": 800})
    lesson, body = (visitor.page.locator(one).bounding_box() for one in (".lessons", ".stage-box.Body"))
    assert body["x"] + body["width"] < lesson["x"]
    assert found == []
