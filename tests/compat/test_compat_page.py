"""A page that opens from a link made with an earlier version looks as the link says."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.compat.frozen import read
from tests.support.tabs import Tabs

PATIENCE_MS = 60_000
SHOWN = [kept for kept in read("states.json") if kept["page"]]

# Names in links, and what the page calls them.
PICTURES = {
    "position": "Position",
    "velocity": "Velocity",
    "speed": "Speed",
    "feet": "Feet",
    "blast": "Blast radius|Edit effect",
}
TABS = {"beam": "Beam search", "dictionary": "Dictionary", "lattice": "Layers", "codebook": "Codebooks"}


@pytest.fixture
def page(tabs: Tabs, address: str) -> Iterator[Page]:
    """A visitor who was never here."""
    with tabs.lend(address) as page:
        page.set_default_timeout(PATIENCE_MS)
        yield page


@pytest.mark.parametrize("kept", SHOWN, ids=[kept["name"] for kept in SHOWN])
def test_the_page_looks_as_the_link_says(page: Page, address: str, kept: dict) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    look = kept["page"]
    page.goto(f"{address}{kept['state']}", timeout=PATIENCE_MS)
    expect(page.get_by_role("tab", name=TABS[look["tab"]], exact=True)).to_have_attribute(
        "aria-selected", "true"
    )
    pictures = page.get_by_role("group", name="Picture").filter(visible=True)
    chosen = pictures.get_by_role("button", name=re.compile(f"^({PICTURES[look['picture']]})$"))
    expect(chosen).to_have_attribute("aria-pressed", "true")
    moment = re.compile(rf"^{look['time']:.2f} of ")
    expect(page.get_by_role("slider", name="Time", exact=True)).to_have_attribute("aria-valuetext", moment)
    if look["picture"] in ("position", "velocity", "speed"):
        chips = page.get_by_role("button", name=re.compile("^Remove ")).filter(visible=True)
        named = [re.compile(f"^Remove {joint.replace('_', ' ')}$", re.IGNORECASE) for joint in look["joints"]]
        expect(chips).to_have_count(len(named))
        for name in named:
            expect(page.get_by_role("button", name=name)).to_be_visible()
    if look["b"]:
        error = look["b"]["error_mm"]
        shown = f"{error:.0f}" if error >= 100 else f"{error:.1f}"
        expect(page.get_by_text(f"B {shown} mm")).to_be_visible()


@pytest.mark.parametrize(("lesson", "called"), [("2", "Lesson 2 of"), ("challenge", "Challenge")])
def test_a_teachers_link_opens_a_lesson_alone(page: Page, address: str, lesson: str, called: str) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    page.goto(f"{address}?lesson={lesson}&only=lesson&clip=kick&checkpoint=small-dilated")
    expect(page.get_by_role("complementary", name="Lessons")).to_contain_text(called)
    expect(page.get_by_text(re.compile("Kick:.*Checkpoint small-dilated"))).to_be_attached()
    expect(page.get_by_role("group", name="Picture").filter(visible=True)).to_have_count(0)
