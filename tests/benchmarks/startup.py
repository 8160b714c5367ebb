"""Start-up: imports, the first answer, and the page alive in a browser.

`python -m tests.benchmarks.startup [CHECKPOINTS_FOLDER]`
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.serving import FLAGS, ROOT, chromium, serve


def main() -> None:
    """Measure and print."""
    checkpoints = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "checkpoints"
    for module in ("torch", "gradio", "app.page"):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", f"import {module}"], cwd=ROOT, check=True)
        print(f"import {module:<12} {time.perf_counter() - started:5.1f} s")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        started = time.perf_counter()
        with serve(checkpoints, Path(folder) / "log.txt") as (address, _):
            print(f"answers over HTTP   {time.perf_counter() - started:5.1f} s")
            page = browser.new_page()
            opened = time.perf_counter()
            page.goto(address)
            page.wait_for_selector("#studio[data-ready]", timeout=60_000)
            page.wait_for_function("studio.clock.time > 0", timeout=60_000)
            print(f"page open to moving {time.perf_counter() - opened:5.1f} s")
            page.wait_for_function(
                "document.querySelector('.trajectories-frame').dataset.drawn", timeout=60_000
            )
            print(f"page open to plots  {time.perf_counter() - opened:5.1f} s")
        browser.close()


if __name__ == "__main__":
    main()
