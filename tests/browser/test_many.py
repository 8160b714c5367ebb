"""Many clips as a person measures them: an archive in, a table, a click plays; a reload loses nothing."""

import zipfile

import pytest

from rvqvae.evaluation.evaluation import evaluate
from rvqvae.motion import read_clips
from tests.support.axe import violations
from tests.support.paths import CLIPS

NAMES = ("walk", "punch", "spin", "kick")


def test_an_archive_becomes_a_table_that_plays_and_outlives_a_reload(visitor, library, tmp_path):
    with zipfile.ZipFile(tmp_path / "mine.zip", "w") as out:
        for name in NAMES:
            out.write(CLIPS / f"{name}.npy", f"takes/{name}.npy")
        out.writestr("takes/broken.npy", b"nothing")
    page = visitor.page
    visitor.js("studio.showTab('many')")
    page.locator("#many-files").set_input_files(tmp_path / "mine.zip")
    visitor.wait("studio.views.many?.complete && studio.views.many.state === 'done' && studio.isSettled")
    clips = {f"mine.zip/takes/{name}.npy": read_clips(CLIPS / f"{name}.npy") for name in NAMES}
    checkpoint = library.checkpoint(library.opening[1])
    errors = {
        title: evaluate(checkpoint, clip)["layers"][-1]["mpjpe_root_mm"] for title, clip in clips.items()
    }
    worst = sorted(errors, key=errors.get, reverse=True)
    assert page.locator(".many-table .row-open").all_inner_texts() == worst
    shown = page.locator(f".many-table tr:has-text('{worst[0]}') td").nth(6).inner_text()
    assert float(shown) == pytest.approx(errors[worst[0]], abs=0.051)
    assert "95% interval over clips" in page.locator(".many-summary").inner_text()
    assert "1 not measured" in page.locator(".many-failures summary").inner_text()
    assert violations(visitor) == []
    page.click(f".many-table .row-open:has-text('{worst[0]}')")
    visitor.wait(f"studio.views.clip.title === '{worst[0]}' && studio.isSettled")
    with page.expect_download() as caught:
        page.click(".tab-panel.many [data-save=csv]")
    assert len(caught.value.path().read_text().splitlines()) == 1 + len(NAMES) + 1
    page.reload()
    page.wait_for_selector("#studio[data-ready]")
    visitor.js("studio.showTab('many')")
    visitor.wait("studio.views.many?.clips === 4 && studio.isSettled")
    assert page.locator(".many-table .row-open").all_inner_texts() == worst


def test_what_is_being_measured_goes_on_after_a_reload(visitor, tmp_path):
    clips = 60
    with zipfile.ZipFile(tmp_path / "long.zip", "w") as out:
        for number in range(clips):
            out.write(CLIPS / f"{NAMES[number % 4]}.npy", f"{number}.npy")
    visitor.js("studio.showTab('many')")
    visitor.page.locator("#many-files").set_input_files(tmp_path / "long.zip")
    visitor.wait("studio.views.many?.batch && !studio.views.many.complete")
    visitor.page.reload()
    visitor.page.wait_for_selector("#studio[data-ready]")
    visitor.js("studio.showTab('many')")
    visitor.wait(f"studio.views.many?.complete && studio.views.many.clips === {clips} && studio.isSettled")
    assert "60 clips" in visitor.page.locator(".many-summary").inner_text()
