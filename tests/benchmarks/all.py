"""The README's table of speed, measured: `python -m tests.benchmarks.all [BENCHMARK …]`.

Each benchmark (all, or those that are named) runs in a process of its own, as the processor is and then as
one without AVX-512; what it prints follows, and in the end the rows of the table. Wants an idle machine.
"""

import os
import re
import subprocess
import sys
from typing import NamedTuple

from tests.support.paths import ROOT

# A core's own time, so that ratios hold whatever else the machine does.
ALONE = {"quantizer", "round_trip", "tokenizing", "training_step", "motion_features", "analysis"}
NUMBER = r"([\d.,]+)"


class Row(NamedTuple):
    """A line of the table.

    Attributes
    ----------
    what : is measured
    benchmark : that prints it
    found : finds the numbers in what that prints
    figure : the numbers in words
    """

    what: str
    benchmark: str
    found: str
    figure: str


def timed(name: str, after: str = "") -> str:
    """Finds milliseconds and ratio of a line of `timing.report`, which comes after other words."""
    return rf"{after}[\s\S]*?  {re.escape(name)} +{NUMBER} ms +{NUMBER} x"


ONE, MANY, WORK = "one clip of 196 frames", "a batch of 64 such clips", "bare convolutions and products"
ROWS = [
    Row(
        "residual quantizer, tokens of 196 frames",
        "quantizer",
        timed("tokens only", ONE),
        "{1} times its six bare matrix products",
    ),
    Row("the same of 64 such clips at once", "quantizer", timed("tokens only", MANY), "{1} times"),
    Row(
        "forward pass of 64 clips, with all that training needs",
        "quantizer",
        timed("forward", MANY),
        "{1} times",
    ),
    Row(
        "vector-quantize-pytorch's ResidualVQ, 64 clips",
        "quantizer",
        timed("vector-quantize-pytorch ResidualVQ", MANY),
        "{1} times",
    ),
    Row(
        "encode and decode 196 frames",
        "round_trip",
        timed("encode + decode"),
        "{1} times the bare convolutions; {0} ms",
    ),
    Row(
        "decode what an edit reaches, not the whole clip",
        "round_trip",
        rf"what an edit reaches\n  decode +{NUMBER} ms.*\n  decode 8 latents +{NUMBER} ms",
        "{1} ms, not {0}",
    ),
    Row(
        "tokenize 300 clips in batches", "tokenizing", timed("tokens, in batches"), f"{{1}} times the {WORK}"
    ),
    Row("one by one", "tokenizing", timed("tokens, one clip at a time"), "{1} times"),
    Row(
        "from a file of joints to a table of tokens",
        "tokenizing",
        rf"to a table: {NUMBER} frames",
        "{0} frames a second",
    ),
    Row(
        "training step, 128 windows of 64 frames",
        "training_step",
        timed("training step"),
        f"{{1}} times the {WORK}",
    ),
    Row(
        "the same with ResidualVQ in the network",
        "training_step",
        rf"ResidualVQ's step takes {NUMBER}",
        "takes {0} times as long",
    ),
    Row(
        "joints to features",
        "motion_features",
        rf"joints to features +{NUMBER} frames",
        "{0} frames a second",
    ),
    Row(
        "all codebook statistics of 250,000 frames",
        "analysis",
        rf"analysed in {NUMBER} s[\s\S]*, {NUMBER} MB after",
        "{0} s, {1} MB at most",
    ),
    Row(
        "edit of a token to changed pixels, 196 frames",
        "edit_latency",
        rf"196 frames, 50[\s\S]*?p50 {NUMBER} ms, p95 {NUMBER} ms",
        "p50 {0} ms, p95 {1} ms",
    ),
    Row(
        "the same, 10,000 frames",
        "edit_latency",
        rf"10000 frames, 50[\s\S]*?p50 {NUMBER} ms, p95 {NUMBER} ms",
        "p50 {0} ms, p95 {1} ms",
    ),
    Row(
        "an event of Gradio's own that does nothing",
        "edit_latency",
        rf"event of Gradio  p50 {NUMBER} ms",
        "p50 {0} ms",
    ),
    Row(
        "playback with all views following, 10,000 frames",
        "edit_latency",
        rf"10000 frames, 50[\s\S]*?playback +{NUMBER} frames",
        "{0} frames a second",
    ),
    Row(
        "memory with 10,000 frames open",
        "edit_latency",
        rf"10000 frames, 50[\s\S]*?server {NUMBER} MB, page heap {NUMBER} MB",
        "server {0} MB, page {1} MB",
    ),
    Row(
        "50 visitors who edit without a pause",
        "visitors",
        rf"edits a second +{NUMBER}\n.*?p50 {NUMBER} s, p95 {NUMBER} s\n.*? {NUMBER} ms",
        "{0} edits a second, p95 {2} s, {3} ms of processor each",
    ),
    Row(
        "`python app.py` until it answers",
        "startup",
        rf"answers over HTTP +{NUMBER} s, {NUMBER} x",
        "{0} s, {1} times `import torch, gradio`",
    ),
    Row(
        "page open until a body moves",
        "startup",
        rf"page open to moving +{NUMBER} s, {NUMBER} x",
        "{0} s, {1} times an empty Gradio page",
    ),
]


def main() -> None:
    """Run, print, and end with an error where a benchmark did or printed no figure."""
    names = sys.argv[1:] or list(dict.fromkeys(row.benchmark for row in ROWS))
    rows = [row for row in ROWS if row.benchmark in names]
    printed = {(name, isa): run(name, isa) for isa in ("", "avx2") for name in names}
    print("\n| what | AVX-512 | AVX2 | command |\n|---|---|---|---|")
    for row in rows:
        figures = " | ".join(figure(row, printed[row.benchmark, isa]) for isa in ("", "avx2"))
        print(f"| {row.what} | {figures} | `python -m tests.benchmarks.{row.benchmark}` |")
    if any("?" in (figure(row, printed[row.benchmark, isa]) for isa in ("", "avx2")) for row in rows):
        sys.exit("some benchmarks did not print their figures")


def run(name: str, isa: str) -> str:
    """What a benchmark prints, also shown."""
    command = [sys.executable, "-m", f"tests.benchmarks.{name}", *(["--isa", isa] if isa else [])]
    print(f"\n$ python {' '.join(command[1:])}", flush=True)
    environment = {**os.environ, **({"OMP_NUM_THREADS": "1"} if name in ALONE else {})}
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    print(done.stdout, flush=True)
    return done.stdout


def figure(row: Row, printed: str) -> str:
    """A row's figure in what its benchmark printed; "?" where it is not in it."""
    found = re.search(row.found, printed)
    return row.figure.format(*found.groups()) if found else "?"


if __name__ == "__main__":
    main()
