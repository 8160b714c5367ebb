"""A checkpoint and clip of 668 features, opened as a person would: channels, and no millimetre anywhere."""

import re

import numpy as np
import pytest
import torch

from app.catalog.own_checkpoints import load
from app.catalog.own_clips import read_own_clip
from app.workbench.workbench import Workbench
from tests.checkpoints.formats.original_motion_s import Original
from tests.support.clips import smooth

WIDTH = 668
# Everything that a visitor can read or hear: what is on the page, its titles, labels and placeholders.
READABLE = """() => {
  const seen = [document.querySelector("#studio").innerText];
  for (const element of document.querySelectorAll("#studio *"))
    if (element.checkVisibility())
      for (const name of ["title", "aria-label", "placeholder", "alt"])
        if (element.hasAttribute(name)) seen.push(element.getAttribute(name));
  return seen.join("\\n");
}"""


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("signing")
    torch.manual_seed(0)
    network = Original(input_dim=WIDTH, hidden_dim=48, latent_dim=16, num_embeddings=64).settle()
    torch.save({"model_state_dict": network.state_dict()}, folder / "rvq_vae_best.pth")
    statistics = {"mean": np.zeros(WIDTH, np.float32), "std": np.full(WIDTH, 9.0, np.float32)}
    np.savez(folder / "normalization.npz", **statistics)
    np.save(folder / "sign.npy", smooth(120))
    return folder


@pytest.fixture
def bench(files):
    """What the page must agree with."""
    clip, _ = read_own_clip(files / "sign.npy", "sign.npy")[:2]
    return Workbench.of(load(files / "rvq_vae_best.pth", "rvq_vae_best").encoded(clip))


def open_both(visitor, files):
    visitor.js("studio.clock.pause()")
    chosen = [files / "rvq_vae_best.pth", files / "normalization.npz"]
    visitor.page.locator("#checkpoint-files").set_input_files(chosen)
    notice = visitor.page.locator(".notice")
    notice.filter(has_text="upload a clip of shape (T, 668)").wait_for()
    assert visitor.js("studio.views.clip.parts") == "joints"
    visitor.page.locator("#upload-file").set_input_files(files / "sign.npy")
    visitor.wait("studio.views.clip.title === 'sign' && studio.isSettled")
    visitor.wait("document.querySelector('#studio .maps').dataset.drawn")


def shown(value):
    return f"{value:.0f}" if value >= 1000 else f"{value:#.3g}".rstrip(".")


def millimetres(visitor):
    """Lines on the page that speak of millimetres."""
    return re.findall(r".*(?:\bmm\b|millimet).*", visitor.js(f"({READABLE})()"))


def test_channels_are_shown_edited_and_searched_and_every_tab_works_or_says_why_not(visitor, files, bench):
    open_both(visitor, files)
    shows_edits_and_searches(visitor, bench)
    opens_every_tab(visitor)


def shows_edits_and_searches(visitor, bench):
    page = visitor.page
    assert visitor.figure("error") == shown(bench.errors.mean())
    assert page.locator(".stat .unit").first.inner_text().startswith("raw feature units")
    assert page.locator("[data-map]:visible").count() == 3
    assert page.locator(".stage-frame").is_hidden()
    assert page.get_by_role("region", name="Path from above").is_hidden()
    assert (
        "without a body, a path from above or the sliding of the feet" in page.locator(".maps").inner_text()
    )
    assert millimetres(visitor) == []

    # The curves begin with the two channels that are furthest off.
    by_channel = bench.errors.mean(axis=0)
    worst = [f"channel {i}" for i in np.argsort(-by_channel)[:2]]
    assert visitor.js("studio.joints") == worst

    search = page.get_by_role("combobox", name="Search a channel")
    search.fill("137")
    page.locator("#found-channels [role=option]").first.wait_for()
    search.press("Enter")
    assert visitor.js("studio.joints") == [*worst, "channel 137"]
    page.get_by_role("searchbox", name="Channels to list").fill("137")
    bar = page.locator("[data-channel='channel 137']")
    assert bar.locator("output").inner_text() == shown(by_channel[137])
    assert bar.get_attribute("aria-pressed") == "true"

    before = visitor.pixels("[data-map=apart] canvas")
    visitor.js("studio.command('set_code', {region: [0, 2, 10, 12], code: -1, repair: false})")
    visitor.wait("studio.isSettled && studio.views.edits.edits.length === 1")
    edited = bench.edit(_drop())
    page.wait_for_timeout(300)
    assert visitor.figure("error") == shown(edited.errors.mean())
    assert visitor.pixels("[data-map=apart] canvas") != before
    channels = np.array(visitor.js("Array.from(studio.views.reconstruction.channels.values)"))
    np.testing.assert_allclose(
        channels.reshape(120, WIDTH), edited.decoding.features, atol=np.ptp(edited.decoding.features) / 20_000
    )
    assert "channels moved in frames" in page.locator(".edit-effect").inner_text()
    page.get_by_role("button", name="standardised").click()
    visitor.wait("studio.isSettled && studio.views.reconstruction.alignment === 'standardised'")
    assert visitor.figure("error") == shown(edited.with_alignment("standardised").errors.mean())
    page.get_by_role("button", name="Undo", exact=True).click()
    visitor.wait("studio.isSettled && studio.views.edits.edits.length === 0")
    assert millimetres(visitor) == []


def opens_every_tab(visitor):
    for tab in visitor.page.get_by_role("tab").all():
        tab.click()
        visitor.wait("studio.isSettled")
        panel = visitor.page.locator(f"#{tab.get_attribute('aria-controls')}")
        assert panel.inner_text().strip()
        assert "could not do that" not in visitor.page.locator(".notice").inner_text()
        assert millimetres(visitor) == [], tab.inner_text()
    visitor.page.get_by_role("tab", name="Layers").click()
    assert "have none that this page knows" in visitor.page.locator("#tab-panel-lattice").inner_text()
    visitor.js("studio.command('choose_clip', {clip: 'walk'})")
    visitor.wait("studio.views.clip.parts === 'joints' && studio.isSettled")
    assert visitor.page.locator(".stage-frame").is_visible()
    visitor.wait("document.querySelector('#tab-panel-lattice').innerText.includes('mm')")


def test_nothing_is_wider_than_a_phone(open_page, files):
    narrow = open_page(width=400, height=800, scheme="dark")
    open_both(narrow, files)
    assert narrow.js("document.documentElement.scrollWidth") <= 400
    assert narrow.page.locator("[data-map=apart] canvas").is_visible()


def _drop():
    from app.workbench.edits import SetCode
    from app.workbench.region import Region

    return SetCode(Region(0, 2, 10, 12), False, -1)
