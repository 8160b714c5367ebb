"""The real app on a free port, driven by a real Chromium; console errors and outward requests fail a test."""

import os
from urllib.parse import urlparse

import pytest

from tests.browser.serving import FLAGS, SHIPPED, chromium, serve

PATIENCE_MS = 60_000


@pytest.fixture(scope="session")
def checkpoints_folder(tmp_path_factory):
    """The shipped checkpoints, or an untrained one where none is shipped yet."""
    if (SHIPPED / "model.safetensors").is_file():
        return SHIPPED.parent
    import numpy as np
    import torch

    from rvqvae import RVQVAE, RVQVAEConfig, save_checkpoint

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("checkpoints")
    mean, std = np.zeros(263, np.float32), np.full(263, 0.1, np.float32)
    save_checkpoint(folder / "untrained", RVQVAE(RVQVAEConfig()).eval(), mean=mean, std=std, name="untrained")
    return folder


@pytest.fixture(scope="session")
def library(checkpoints_folder):
    """What the served page must agree with."""
    from app.library import Library

    return Library(checkpoints_folder=checkpoints_folder)


@pytest.fixture(scope="session")
def url(checkpoints_folder, tmp_path_factory):
    """Address of a running `python app.py`."""
    with serve(checkpoints_folder, tmp_path_factory.mktemp("app") / "log.txt") as (address, _):
        yield address


@pytest.fixture(scope="session")
def browser():
    path = chromium()
    if path is None:
        message = "no Chromium on this machine; install one to run the browser tests"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


class Visitor:
    """One visitor's page and what a test asks of it."""

    def __init__(self, context, url):
        self.context = context
        self.complaints = []
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"page error: {error.stack}"))
        self.page.on("request", self._on_request)
        self.page.goto(url, timeout=PATIENCE_MS)
        self.page.wait_for_selector("#studio[data-ready]")
        # A lesson linked alone may hide the curves, and what is hidden is not drawn.
        self.wait("""(() => {
          const { clientWidth, dataset } = document.querySelector('.trajectories-frame');
          return window.studio.views.reconstruction && (dataset.drawn || !clientWidth);
        })()""")

    def _on_console(self, message):
        if message.type == "error":
            self.complaints.append(f"console: {message.text}")

    def _on_request(self, request):
        address = urlparse(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname != "127.0.0.1":
            self.complaints.append(f"left the machine: {request.url}")

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
def open_page(browser, url):
    """Open visitors' pages, each in a context of its own; in the end none may have had a complaint."""
    visitors = []

    def visit(*, query="", width=1440, height=900, scheme="light", **options):
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, **options
        )
        visitors.append(Visitor(context, url + query))
        return visitors[-1]

    yield visit
    complaints = [complaint for visitor in visitors for complaint in visitor.complaints]
    for visitor in visitors:
        visitor.context.close()
    assert complaints == []


@pytest.fixture
def visitor(open_page):
    """A visitor at a wide screen."""
    return open_page()
