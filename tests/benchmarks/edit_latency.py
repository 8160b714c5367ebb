"""Edit to changed pixels, playback, and memory, in a real browser.

`python -m tests.benchmarks.edit_latency [CHECKPOINTS_FOLDER]` serves the app, opens it in headless Chromium
with a clip of 196 frames, sets 50 codes one after another, and measures each from the command to the frame in
which player, plots and grid have been drawn with the answer. Aims on two idle cores: p50 at most 100 ms,
p95 at most 150 ms, 80 KB an edit, playback of 50 frames a second.
"""

import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from app.edits import SetCode
from app.library import Library
from app.region import Region
from app.workbench import Workbench
from rvqvae.motion import read_clips
from tests.browser.serving import FLAGS, ROOT, chromium, serve

FRAMES = 196
EDITS = 50
LONG = 10_000
WIDE = {"width": 1440, "height": 900}

DRAWN = "document.querySelector('.trajectories-frame').dataset.drawn"

EDIT = """
async ([layer, step, code]) => {
  const frame = document.querySelector('.trajectories-frame');
  const drawn = () => [frame.dataset.drawn, document.querySelector('.token-plane').dataset.drawn];
  const before = drawn();
  const start = performance.now();
  studio.command('set_code', {region: [layer, layer, step, step], code, repair: false});
  await studio.settled();
  while (drawn().some((count, i) => count === before[i])) await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  return performance.now() - start;
}
"""

PLAYBACK = """
() => new Promise((resolve) => {
  studio.clock.play();
  let frames = 0;
  const start = performance.now();
  const count = () => {
    frames += 1;
    const seconds = (performance.now() - start) / 1000;
    if (seconds < 4) requestAnimationFrame(count);
    else resolve(frames / seconds);
  };
  requestAnimationFrame(count);
})
"""


def main() -> None:
    """Measure and print."""
    checkpoints = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "checkpoints"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for frames in (FRAMES, LONG):
            np.save(folder / f"clip{frames}.npy", _features(frames))
        _decoder_times(Library(checkpoints_folder=checkpoints))
        with serve(checkpoints, folder / "log.txt") as (address, server), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            page = browser.new_page(viewport=WIDE)
            page.set_default_timeout(120_000)
            page.goto(address)
            page.wait_for_selector("#studio[data-ready]")
            page.wait_for_function(DRAWN)
            for frames in (FRAMES, LONG):
                _measure(page, folder / f"clip{frames}.npy", frames, server.pid)
            browser.close()


def _features(frames: int) -> np.ndarray:
    walk = read_clips(ROOT / "assets" / "clips" / "walk.npy")[0].features
    return np.tile(walk, (-(-frames // len(walk)), 1))[:frames]


def _measure(page: Page, clip: Path, frames: int, server: int) -> None:
    sizes: list[int] = []
    page.on("response", lambda response: _note_size(response, sizes))
    page.locator("#upload-file").set_input_files(clip)
    started = time.perf_counter()
    page.wait_for_function(f"studio.views.clip.title === {clip.stem!r} && studio.isSettled")
    opened = time.perf_counter() - started
    page.evaluate("studio.clock.pause(); studio.seek(0)")
    page.wait_for_timeout(1000)
    sizes.clear()
    rng = np.random.default_rng(0)
    steps = min(page.evaluate("studio.views.clip.steps"), 49)
    times = []
    for layer, step, code in rng.integers(0, (6, steps, 512), (EDITS, 3)).tolist():
        times.append(page.evaluate(EDIT, [layer, step, code]))
    times.sort()
    print(f"{frames} frames, {EDITS} edits: opened in {opened:.1f} s")
    median, late = statistics.median(times), times[int(0.95 * EDITS) - 1]
    print(f"  edit to pixels   p50 {median:.0f} ms, p95 {late:.0f} ms")
    print(
        f"  answer           median {statistics.median(sizes) / 1000:.1f} KB, most {max(sizes) / 1000:.1f} KB"
    )
    print(f"  playback         {page.evaluate(PLAYBACK):.0f} frames a second")
    heap = page.evaluate("performance.memory ? performance.memory.usedJSHeapSize / 2 ** 20 : NaN")
    print(f"  memory           server {_resident_megabytes(server):.0f} MB, page heap {heap:.0f} MB")
    page.evaluate("studio.clock.pause()")


def _note_size(response, sizes: list[int]) -> None:
    if "/run/" in response.url or "/queue/data" in response.url:
        sizes.append(len(response.body()))


def _resident_megabytes(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4096 / 2**20


def _decoder_times(library: Library) -> None:
    """An edit's new features: the whole clip decoded, and only what the edit can reach."""
    clip, checkpoint = library.opening
    source = library.clip(clip)
    for frames in (FRAMES, LONG):
        take = library.take(replace(source, key="benchmark", features=_features(frames)), checkpoint)
        bench = Workbench.of(take)
        whole, part = [], []
        for trial in range(20):
            bench.decoding.features  # noqa: B018
            edited = bench.edit(SetCode(Region(0, 0, 20, 20), False, trial))
            started = time.perf_counter()
            take.decode(edited.tokens, edited.layers)
            middle = time.perf_counter()
            edited.decoding.features  # noqa: B018
            part.append(time.perf_counter() - middle)
            whole.append(middle - started)
        print(
            f"{frames} frames: decoding the whole clip {1000 * statistics.median(whole):.1f} ms, "
            f"only what one edit reaches {1000 * statistics.median(part):.1f} ms"
        )


if __name__ == "__main__":
    main()
