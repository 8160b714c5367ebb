"""Edit to changed pixels and where the time goes, playback, and memory, in a real browser.

`python -m tests.benchmarks.edit_latency [CHECKPOINTS_FOLDER] [--isa avx2]` serves the app, opens it in
headless Chromium with clips of 196 and of 10,000 frames, and sets 50 codes one after another. Each is
measured from the command to the frame in which player, plots and grid have been drawn with the answer;
beside it, an event of Gradio's own that does next to nothing. Aims on two idle cores: p50 at most 40 ms and
p95 70 ms (196 frames), 60 and 100 ms (10,000), playback of 60 frames a second.
"""

import gzip
import json
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from app.catalog import devices
from app.catalog.library import Library
from app.connection import Connection
from app.visitor import Visitor
from rvqvae.motion import read_clips
from tests.benchmarks.timing import choose_isa
from tests.support.paths import ROOT
from tests.support.serving import FLAGS, chromium, serve

FRAMES = 196
EDITS = 50
LONG = 10_000
WIDE = {"width": 1440, "height": 900}

DRAWN = "document.querySelector('.trajectories-frame').dataset.drawn"

# Milliseconds of each part, in the order in which they come.
EDIT = """
async ([layer, step, code]) => {
  const frame = document.querySelector('.trajectories-frame');
  const grid = document.querySelector('.token-plane');
  const before = [grid.dataset.drawn, frame.dataset.drawn];
  performance.clearResourceTimings();
  const start = performance.now();
  studio.command('set_code', {region: [layer, layer, step, step], code, repair: false});
  await studio.settled();
  const settled = performance.now();
  while (grid.dataset.drawn === before[0]) await new Promise(requestAnimationFrame);
  const painted = performance.now();
  while (frame.dataset.drawn === before[1]) await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  const end = performance.now();
  const asked = performance.getEntriesByType('resource').find(({ name }) => name.endsWith('/requests'));
  return {
    request: asked.requestStart - start,
    server: asked.responseStart - asked.requestStart,
    transfer: asked.responseEnd - asked.responseStart,
    merge: settled - asked.responseEnd,
    'paint grid': painted - settled,
    'paint curves': end - painted,
    total: end - start,
  };
}
"""

# An event of Gradio's own, as its client in the page sends it: joined, then its result awaited.
EVENT = """
async () => {
  const start = performance.now();
  const url = new URL('gradio_api/call/list_lessons', document.baseURI).href;
  const joined = await fetch(url, {
    method: 'POST', headers: {'Content-Type': 'application/json'}, body: '{"data": []}'});
  await (await fetch(`${url}/${(await joined.json()).event_id}`)).text();
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
    choose_isa()
    checkpoints = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "checkpoints"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for frames in (FRAMES, LONG):
            np.save(folder / f"clip{frames}.npy", _features(frames))
        _server_times(Library(checkpoints_folder=checkpoints), folder)
        with serve(folder / "log.txt", checkpoints) as (address, server), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            page = browser.new_page(viewport=WIDE)
            page.set_default_timeout(120_000)
            page.goto(f"{address}?view=studio")
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
    parts, events = [], []
    for layer, step, code in rng.integers(0, (6, steps, 512), (EDITS, 3)).tolist():
        parts.append(page.evaluate(EDIT, [layer, step, code]))
        events.append(page.evaluate(EVENT))
    times = sorted(part["total"] for part in parts)
    print(f"{frames} frames, {EDITS} edits: opened in {opened:.1f} s")
    median, late = statistics.median(times), times[int(0.95 * EDITS) - 1]
    empty = statistics.median(events)
    print(f"  edit to pixels   p50 {median:.0f} ms, p95 {late:.0f} ms")
    print(f"  event of Gradio  p50 {empty:.0f} ms, into which an edit fits {empty / median:.2f} times")
    medians = {name: statistics.median(part[name] for part in parts) for name in parts[0]}
    print(
        "  of which         "
        + ", ".join(f"{name} {ms:.0f}" for name, ms in medians.items() if name != "total")
    )
    print(
        f"  answer           median {statistics.median(sizes) / 1000:.1f} KB, most {max(sizes) / 1000:.1f} KB"
    )
    print(f"  playback         {page.evaluate(PLAYBACK):.0f} frames a second")
    heap = page.evaluate("performance.memory ? performance.memory.usedJSHeapSize / 2 ** 20 : NaN")
    print(f"  memory           server {_resident_megabytes(server):.0f} MB, page heap {heap:.0f} MB")
    page.evaluate("studio.clock.pause()")


def _note_size(response, sizes: list[int]) -> None:
    if response.url.endswith("/studio/requests"):
        sizes.append(len(response.body()))


def _resident_megabytes(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4096 / 2**20


def _server_times(library: Library, folder: Path) -> None:
    """What an edit takes of a processor within the server: commands, decoding, views, the answer as bytes."""
    clip, _ = library.opening
    for frames in (FRAMES, LONG):
        visitor = Visitor(library, folder)
        key = visitor.add_own_clip(replace(library.clip(clip), key="", features=_features(frames)))
        connection = Connection(visitor)
        visitor.apply({"name": "choose_clip", "clip": key})
        connection.changed_views()
        rows = []
        for trial in range(20):
            edit = {"name": "set_code", "region": [0, 0, 20, 20], "code": trial, "repair": False}
            with devices.threads(1):
                times = [time.thread_time()]
                visitor.apply(edit)
                times.append(time.thread_time())
                visitor.workbench.decoding.features  # noqa: B018
                times.append(time.thread_time())
                views = connection.changed_views()
                times.append(time.thread_time())
                gzip.compress(json.dumps(views, separators=(",", ":")).encode(), compresslevel=1)
                times.append(time.thread_time())
            rows.append(np.diff(times))
        each = zip(("commands", "decode", "views", "bytes"), 1000 * np.median(rows, axis=0), strict=True)
        print(
            f"{frames} frames, processor of the server: "
            + ", ".join(f"{name} {ms:.1f} ms" for name, ms in each)
        )


if __name__ == "__main__":
    main()
