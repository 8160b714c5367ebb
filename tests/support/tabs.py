"""Browser tabs in which one visitor after the other opens the page.

Most of what it costs to open the page is reading its scripts, Gradio's above all. A tab that had the page
open has read them already, so the next visitor gets it, with nothing left in it of the last one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from playwright.sync_api import Browser, Page

MOST_KEPT = 4  # each holds some hundred megabytes
EMPTY = "health"  # an address of the server that is no page: from there all that the page kept is forgotten
FORGET = """async () => {
  localStorage.clear();
  sessionStorage.clear();
  for (const { name } of await indexedDB.databases())
    await new Promise((gone) => { indexedDB.deleteDatabase(name).onsuccess = gone; });
}"""


@dataclass(frozen=True)
class Look:
    """What a visitor's screen is like."""

    width: int = 1440
    height: int = 900
    scheme: Literal["light", "dark"] = "light"
    reduced_motion: Literal["no-preference", "reduce"] = "no-preference"


class Tabs:
    """Tabs, each in a context of its own, which shares no storage with another.

    browser : where they are
    """

    def __init__(self, browser: Browser):
        self.browser = browser
        self._kept: list[tuple[dict[str, Any], Page]] = []

    @contextmanager
    def lend(self, url: str, look: Look | None = None, again: bool = True, **options: Any) -> Iterator[Page]:
        """A tab of a context with these options, at an empty page of the server.

        `again` says whether it is fit for others afterwards.
        """
        look = look or Look()
        page = self._taken(options) or self.browser.new_context(**options).new_page()
        page.set_viewport_size({"width": look.width, "height": look.height})
        page.emulate_media(color_scheme=look.scheme, reduced_motion=look.reduced_motion)
        page.goto(url + EMPTY)
        page.context.clear_cookies()
        page.evaluate(FORGET)
        try:
            yield page
        finally:
            if again and not page.is_closed():
                self._keep(options, page, url)
            else:
                page.context.close()

    def _taken(self, options: dict[str, Any]) -> Page | None:
        for index, (made_with, page) in enumerate(self._kept):
            if made_with == options:
                del self._kept[index]
                return page
        return None

    def _keep(self, options: dict[str, Any], page: Page, url: str) -> None:
        page.unroute_all()
        page.goto(url + EMPTY)  # a page in the background would play on
        page.mouse.move(0, 0)
        self._kept.append((options, page))
        if len(self._kept) > MOST_KEPT:
            self._kept.pop(0)[1].context.close()
