"""An edit and playback with 55 joints beside 22, in a real browser.

`python -m tests.benchmarks.skeletons` serves the app and opens in one page HumanML3D's 22 joints (263
features) and in another 55 joints with fingers (668 features), clips of 196 frames through checkpoints of the
same size with random weights. Rounds of edits alternate between the two, so that the ratio holds on a busy
machine too. Aims: an edit within a fifth of that with 22 joints, playback of 60 frames a second.
"""

import statistics
import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from rvqvae.motion import read_clips
from tests.benchmarks.edit_latency import DRAWN, EDIT, FRAMES, PLAYBACK, WIDE
from tests.support.checkpoints import small
from tests.support.paths import CLIPS
from tests.support.serving import FLAGS, chromium, serve
from tests.support.signer import signing_body

ROUNDS, EDITS = 6, 8
SIZE = {"latent_dim": 256, "hidden_dim": 512, "num_embeddings": 512}


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bodies = {22: _features(), 55: signing_body(np.random.default_rng(3))[0]}
        with serve(folder / "log.txt") as (address, _), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            pages = {}
            for joints, features in bodies.items():
                clip = np.tile(features, (-(-FRAMES // len(features)), 1))[:FRAMES]
                np.save(folder / f"clip{joints}.npy", clip.astype(np.float32))
                pages[joints] = browser.new_page(viewport=WIDE)
                _open(pages[joints], address, folder, joints, clip.shape[1])
            _measure(pages)
            browser.close()


def _features() -> np.ndarray:
    return read_clips(CLIPS / "walk.npy")[0].features


def _open(page: Page, address: str, folder: Path, joints: int, width: int) -> None:
    page.set_default_timeout(240_000)
    page.goto(f"{address}?view=studio")
    page.wait_for_selector("#studio[data-ready]")
    page.wait_for_function(DRAWN)
    layout = "humanml3d" if width == 263 else "unknown"
    page.locator("#checkpoint-files").set_input_files(
        small(folder / f"ck{joints}", width=width, layout=layout, **SIZE)
    )
    page.wait_for_function("studio.isSettled")
    page.locator("#upload-file").set_input_files(folder / f"clip{joints}.npy")
    page.wait_for_function(f"studio.views.clip.title === 'clip{joints}' && studio.isSettled")
    if joints == 55:
        page.get_by_role("button", name="Show as a body").click()
    page.wait_for_function("studio.views.clip.parts === 'joints' && studio.isSettled")
    page.evaluate("studio.clock.pause(); studio.seek(0)")


def _measure(pages: dict[int, Page]) -> None:
    rng = np.random.default_rng(0)
    times: dict[int, list[float]] = {joints: [] for joints in pages}
    playback: dict[int, list[float]] = {joints: [] for joints in pages}
    ratios = []
    for _ in range(ROUNDS):
        edits = rng.integers(0, (6, 49, 512), (EDITS, 3)).tolist()
        for joints, page in pages.items():
            page.bring_to_front()
            times[joints].append(statistics.median(page.evaluate(EDIT, edit)["total"] for edit in edits))
            playback[joints].append(page.evaluate(PLAYBACK))
            page.evaluate("studio.clock.pause(); studio.seek(0)")
        ratios.append(times[55][-1] / times[22][-1])
    for joints, rates in playback.items():
        print(
            f"{joints} joints: edit to pixels median {statistics.median(times[joints]):.0f} ms, "
            f"playback {statistics.median(rates):.0f} frames a second, up to {max(rates):.0f}"
        )
    print(f"an edit with 55 joints takes {statistics.median(ratios):.2f} times what it takes with 22")


if __name__ == "__main__":
    main()
