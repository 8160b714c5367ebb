"""The Save menu: files that the browser keeps hold what the page shows."""

import numpy as np
from PIL import Image

from app.workbench.workbench import Workbench
from rvqvae.tokens import read_tokens


def open_menu(visitor):
    visitor.page.get_by_role("button", name="Save", exact=True).click()


def download(visitor, kind):
    """Press a button of the open menu; returns the downloaded file, under its own name."""
    with visitor.page.expect_download() as caught:
        visitor.page.click(f"[data-save='{kind}']")
    path = caught.value.path()
    return path.rename(path.with_name(caught.value.suggested_filename))


def test_tokens_and_motion_are_the_librarys_and_a_film_can_be_cancelled_or_drawn(visitor, library):
    """Tokens and motion agree with the library; a film is drawn while the page goes on."""
    bench = Workbench.of(
        library.encoded(library.clip(visitor.js("studio.views.session.clip")), library.opening[1])
    )
    open_menu(visitor)
    (row,) = read_tokens(download(visitor, "tokens.csv")).rows
    np.testing.assert_array_equal(row.tokens, bench.tokens)
    joints = np.load(download(visitor, "joints.npy"))
    np.testing.assert_allclose(joints, bench.decoding.joints, atol=1e-5)

    visitor.page.click("[data-save='film.mp4']")
    visitor.page.click("[data-job=film] >> text=Cancel")
    visitor.wait("studio.views.jobs.jobs.film.state === 'cancelled'")
    visitor.wait("document.querySelector('[data-job=film]').hidden")

    visitor.page.click(".save-row >> text=Side by side")
    visitor.page.click(".save-row >> text=Portrait")
    with visitor.page.expect_download() as caught:
        visitor.page.click("[data-save='film.gif']")
        visitor.wait("document.querySelector('[data-job=film] progress').value > 0")
        visitor.js("studio.command('set_layers', {layers: [1, 0, 0, 0, 0, 0]})")
        visitor.wait("!studio.views.tokens.layers[1]")
    assert caught.value.suggested_filename.endswith("-film.gif")
    with Image.open(caught.value.path()) as film:
        assert film.n_frames == len(bench.encoded.clip.features)
        assert film.size == (360, 640)
    assert visitor.page.locator(".notice[data-kind=done]").inner_text().count("is drawn.") == 1
    visitor.wait("document.querySelector('[data-job=film]').hidden")


def test_menus_fit_a_narrow_page_and_close_by_escape(open_page):
    visitor = open_page(width=400)
    for name in ("Save", "Share"):
        button = visitor.page.get_by_role("button", name=name, exact=True)
        button.click()
        box = visitor.page.locator(".popover:visible").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 400
        assert visitor.js("document.documentElement.scrollWidth") <= 400
        visitor.page.keyboard.press("Escape")
        assert button.get_attribute("aria-expanded") == "false"
        assert visitor.js("document.activeElement.textContent") == name
