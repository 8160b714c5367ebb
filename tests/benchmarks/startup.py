"""Start-up: imports, the first answer beside what the imports alone take, and the page alive in a browser.

`python -m tests.benchmarks.startup [CHECKPOINTS_FOLDER] [--isa avx2]`. Aims: the first answer within 1.25
times `import torch, gradio`; a body moves within 1.5 times what an empty Gradio page takes to be interactive.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from tests.benchmarks.timing import choose_isa
from tests.support.paths import ROOT
from tests.support.serving import FLAGS, chromium, free_port, serve, wait_for

ROUNDS = 3  # of each, in turn, so that whatever else the machine does is shared
EMPTY = """
import gradio as gr
with gr.Blocks(analytics_enabled=False) as demo:
    gr.Button("empty")
demo.launch(server_port={port}, quiet=True, ssr_mode=False, run_history=False)
"""


def main() -> None:
    """Measure and print."""
    choose_isa()
    checkpoints = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    imports, answers, empty_pages, pages = [], [], [], []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        log = Path(folder) / "log.txt"
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for _ in range(ROUNDS):
            imports.append(_import("torch, gradio"))
            started = time.perf_counter()
            with serve(log, checkpoints) as (address, _):
                answers.append(time.perf_counter() - started)
                pages.append(_opens(browser, address, "#studio[data-ready]", "studio.clock.time > 0"))
            with _empty_page(log) as address:
                empty_pages.append(_opens(browser, address, "button", "true"))
        browser.close()
    base, empty = median(imports), median(empty_pages)
    print(f"import torch, gradio  {base:5.1f} s")
    print(f"import app.page       {_import('app.page'):5.1f} s")
    print(f"answers over HTTP     {median(answers):5.1f} s, {median(answers) / base:.2f} x the imports")
    print(f"empty page open       {empty:5.1f} s")
    print(f"page open to moving   {median(pages):5.1f} s, {median(pages) / empty:.2f} x the empty page")


def _import(modules: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", f"import {modules}"], cwd=ROOT, check=True)
    return time.perf_counter() - started


def _opens(browser: Browser, address: str, there: str, alive: str) -> float:
    context = browser.new_context()  # with an empty cache, as a visitor's first time
    page = context.new_page()
    started = time.perf_counter()
    page.goto(address, wait_until="commit")  # the load event waits for all of Gradio's script
    page.wait_for_selector(there, timeout=120_000)
    page.wait_for_function(alive, timeout=120_000)
    seconds = time.perf_counter() - started
    context.close()
    return seconds


@contextmanager
def _empty_page(log: Path) -> Iterator[str]:
    port = free_port()
    with open(log, "w") as output:
        server = subprocess.Popen(
            [sys.executable, "-c", EMPTY.format(port=port)], stdout=output, stderr=output
        )
    try:
        address = f"http://127.0.0.1:{port}/"
        wait_for(address, server, log)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


if __name__ == "__main__":
    main()
