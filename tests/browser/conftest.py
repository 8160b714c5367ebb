"""The real app on a free port, driven by a real Chromium; console errors and outward requests fail a test."""

from contextlib import ExitStack
from urllib.parse import urlparse

import pytest

from app.catalog.library import Library
from app.workbench.workbench import Workbench
from tests.support.learner import opening_encoded
from tests.support.serving import serve
from tests.support.tabs import Look

PATIENCE_MS = 180_000  # the doctor tries many repairs, and other tests may run beside


@pytest.fixture(scope="session")
def library():
    """What the served page must agree with."""
    return Library()


@pytest.fixture
def encoded(library):
    """The clip and checkpoint that the page opens with."""
    return opening_encoded(library)


@pytest.fixture
def bench(library, encoded):
    """The page's opening workbench."""
    return Workbench.of(
        encoded, lambda donor: library.encoded(library.clip(donor), encoded.checkpoint_key).tokens
    )


@pytest.fixture(scope="session")
def url(tmp_path_factory):
    """Address of a running `python app.py`."""
    with serve(tmp_path_factory.mktemp("app") / "log.txt") as (address, _):
        yield address


class Visitor:
    """One visitor's page and what a test asks of it."""

    def __init__(self, page, url, view, network_fails=False):
        self.page, self.context = page, page.context
        self.network_fails = network_fails
        self.complaints = []
        page.set_default_timeout(PATIENCE_MS)
        if view:
            page.evaluate(f"localStorage['rvq-motion-studio.view'] = '{view}'")
        self._listeners = {
            "console": self._on_console,
            "pageerror": lambda error: self.complaints.append(f"page error: {error.stack}"),
            "request": self._on_request,
        }
        for event, listener in self._listeners.items():
            page.on(event, listener)
        page.goto(url, timeout=PATIENCE_MS)
        self.page.wait_for_selector("gradio-app #studio[data-ready]")  # where it stays from now on
        # A lesson linked alone may hide the curves, and what is hidden is not drawn.
        self.wait("""(() => {
          const { clientWidth, dataset } = document.querySelector('.trajectories-frame');
          return window.studio.views.reconstruction && (dataset.drawn || !clientWidth);
        })()""")

    def _on_console(self, message):
        expected = self.network_fails and message.text.startswith("Failed to load resource")
        if message.type == "error" and not expected:
            self.complaints.append(f"console: {message.text}")

    def _on_request(self, request):
        address = urlparse(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname != "127.0.0.1":
            self.complaints.append(f"left the machine: {request.url}")

    def leave(self):
        """What happens in the tab from now on concerns others."""
        for event, listener in self._listeners.items():
            self.page.remove_listener(event, listener)

    def js(self, expression):
        return self.page.evaluate(expression)

    def wait(self, condition):
        self.page.wait_for_function(condition, timeout=PATIENCE_MS)

    def settle(self):
        self.wait("window.studio.isSettled")

    def figure(self, name):
        return self.page.locator(f"[data-figure={name}]").inner_text()

    def pixels(self, selector):
        """A canvas as a data URL, to tell whether the drawing changed."""
        return self.js(f"document.querySelector({selector!r}).toDataURL()")


@pytest.fixture
def open_page(tabs, url):
    """Open visitors' pages, each where nothing is known of others; in the end none may have had a complaint.

    `view` is what was chosen there before, Simple or Studio; "" for who is new.
    """
    visitors = []
    with ExitStack() as lent:

        def visit(
            *,
            query="",
            width=1440,
            height=900,
            scheme="light",
            reduced_motion="no-preference",
            view="studio",
            network_fails=False,
            **options,
        ):
            look = Look(width, height, scheme, reduced_motion)
            page = lent.enter_context(tabs.lend(url, look, again=not network_fails, **options))
            visitors.append(Visitor(page, url + query, view, network_fails))
            return visitors[-1]

        yield visit
        for visitor in visitors:
            visitor.leave()
    complaints = [complaint for visitor in visitors for complaint in visitor.complaints]
    assert complaints == []


@pytest.fixture
def visitor(open_page):
    """A visitor at a wide screen."""
    return open_page()


@pytest.fixture
def still(visitor):
    """A visitor whose clip does not play."""
    visitor.js("studio.clock.pause()")
    return visitor
