"""What a visitor and a program find at a running Space."""

from pathlib import Path
from urllib.parse import urlparse

from gradio_client import Client
from playwright.sync_api import Frame, Page, sync_playwright

from tests.support.serving import FLAGS, chromium

PATIENCE_MS = 180_000
HUB = "https://huggingface.co/spaces/somebody/rehearsal"
FRAMED_FROM_AFAR = "--disable-features=LocalNetworkAccessChecks"  # the Hub's page frames one of this machine


def look(address: str, picture: Path) -> list[str]:
    """Open the page in Chromium, in a frame as the Hub shows a Space, wait until a body moves, take a picture
    and drop tokens; returns what there was to complain of: errors in the console, and what was asked of other
    machines."""
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=[*FLAGS, FRAMED_FROM_AFAR])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(PATIENCE_MS)
        _listen(page, complaints)
        frame = _framed(page, address)
        frame.wait_for_selector("#studio[data-ready]")
        frame.wait_for_function("window.studio.views.reconstruction && window.studio.clock.time > 0.5")
        page.screenshot(path=picture)
        before = frame.evaluate("JSON.stringify(studio.views.tokens)")
        frame.evaluate("studio.command('set_code', {region: [0, 0, 4, 6], code: -1, repair: false})")
        frame.wait_for_function("was => JSON.stringify(studio.views.tokens) !== was", arg=before)
        browser.close()
    return complaints


def _framed(page: Page, address: str) -> Frame:
    """The studio in a frame of a page that stands where the Hub's would."""
    style = "position: fixed; inset: 0; width: 100%; height: 100%; border: 0"
    host = f'<!doctype html><iframe src="{address}" style="{style}"></iframe>'
    page.route(HUB, lambda route: route.fulfill(body=host, content_type="text/html"))
    page.goto(HUB)
    frame = page.wait_for_selector("iframe").content_frame()
    if frame is None:
        raise RuntimeError(f"{address} is not shown in a frame.")
    return frame


def _listen(page: Page, complaints: list[str]) -> None:
    def note_stranger(url: str) -> None:
        address = urlparse(url)
        if url != HUB and address.scheme.startswith(("http", "ws")) and address.hostname != "127.0.0.1":
            complaints.append(f"left the machine: {url}")

    page.on("console", lambda said: said.type == "error" and complaints.append(f"console: {said.text}"))
    page.on("pageerror", lambda error: complaints.append(f"page error: {error}"))
    page.on("request", lambda request: note_stranger(request.url))


def ask(address: str) -> int:
    """How many tokens a program gets for a clip."""
    tokens = Client(address, verbose=False).predict("walk", api_name="/tokenize")["tokens"]
    return sum(len(layer) for layer in tokens)
