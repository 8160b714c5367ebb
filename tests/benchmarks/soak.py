"""Visitors who edit without end while some are hostile: does anybody else notice, and does memory stay flat?

`python -m tests.benchmarks.soak [--visitors 50] [--minutes 10] [--isa avx2]`, against `python app.py`. A
tenth of the visitors send, one after the other, files that are made to fill memory or take for ever, made-up
sessions and requests of too many commands. Beside the server's memory stand the sessions that it keeps and
what it counts for them. Aims: no error for the others, and memory flat once it keeps all the sessions it may.
"""

import argparse
import os
import random
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread

import numpy as np

from app.limits import MB
from tests.benchmarks.timing import choose_isa
from tests.hostile.strangers import Stranger
from tests.hostile.test_files import CHECKPOINTS, FILES
from tests.support.serving import serve
from tests.support.visitors import RemotePage

HOSTILE = 0.1
PAUSE = 0.5  # seconds between two edits of a visitor, who looks at what came of them
SAMPLE = 15.0  # seconds between two looks at the server's memory
TOKEN = "soak"
METRICS = ("memory_bytes", "sessions", "sessions_bytes")


def main() -> None:
    """Run and print."""
    choose_isa()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=10)
    asked = parser.parse_args()
    os.environ["STUDIO_SESSIONS_A_MINUTE"] = "1000"  # for here all come from one address
    os.environ["STUDIO_PARSER_SECONDS"] = "6"
    hostile = max(1, round(HOSTILE * asked.visitors))
    files = [(f"{name}.pth", make()) for name, make in CHECKPOINTS.items()]
    files += [(name, make()) for name, make in FILES.items()]
    settings = {"STUDIO_METRICS_TOKEN": TOKEN}
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder) / "log.txt", settings=settings) as (address, _),
    ):
        until = time.monotonic() + 60 * asked.minutes
        seen: list[list[float]] = []
        Thread(target=note_metrics, args=(address, until, seen)).start()
        with ThreadPoolExecutor(asked.visitors) as pool:
            bad = [pool.submit(harm, address, until, files, seed) for seed in range(hostile)]
            good = [pool.submit(edit, address, until, seed) for seed in range(asked.visitors - hostile)]
            waits = np.array([wait for one in good for wait in one.result()[0]])
            errors = [error for one in good for error in one.result()[1]]
            harms = sum(one.result() for one in bad)
        print(f"{asked.visitors} visitors, {hostile} of them hostile, {asked.minutes:g} minutes")
        print(f"  edits of the others   {len(waits)}, errors {len(errors)} {errors[:3]}")
        print(f"  answer                p50 {np.median(waits):.3f} s, p95 {np.quantile(waits, 0.95):.3f} s")
        print(f"  hostile requests      {harms}")
        print("  after s   memory MB   sessions   counted for them MB")
        for at, (memory, sessions, counted) in enumerate(seen):
            print(f"  {at * SAMPLE:7.0f}   {memory / MB:9.0f}   {sessions:8.0f}   {counted / MB:19.0f}")


def edit(address: str, until: float, seed: int) -> tuple[list[float], list[str]]:
    """Seconds of each of a visitor's edits, and what went wrong."""
    page, rng, waits, errors = RemotePage(address), random.Random(seed), [], []
    while time.monotonic() < until:
        step, code = rng.randrange(20), rng.randrange(512)
        started = time.monotonic()
        try:
            if notice := page.say(
                {"name": "set_code", "region": [0, 0, step, step], "code": code, "repair": False},
                *([{"name": "reset"}] if len(waits) % 100 == 99 else []),
            )["notice"]:
                errors.append(notice)
        except (RuntimeError, OSError) as error:
            errors.append(str(error))
        waits.append(time.monotonic() - started)
        time.sleep(PAUSE)
    return waits, errors


def harm(address: str, until: float, files: list[tuple[str, bytes]], seed: int) -> int:
    """Send what is made to harm, in an order of one's own; returns how often."""
    rng, count = random.Random(seed), 0
    while time.monotonic() < until:
        stranger = Stranger(address)
        name, content = rng.choice(files)
        try:
            if name.endswith(".pth"):
                stranger.open_checkpoint((name, content))
            else:
                stranger.open(name, content)
            stranger.send(*[{"name": "look"}] * 201)
            stranger.session = f"made up {rng.random()}"
            stranger.say("look")
        except OSError:
            pass  # refused in whatever way: that is for the server to choose
        count += 3
    return count


def note_metrics(address: str, until: float, seen: list[list[float]]) -> None:
    """Add what the server says of its memory and sessions from time to time."""
    request = urllib.request.Request(f"{address}metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    while time.monotonic() < until:
        with urllib.request.urlopen(request) as answer:
            told = dict(line.split() for line in answer.read().decode().splitlines())
        seen.append([float(told[f"studio_{name}"]) for name in METRICS])
        time.sleep(SAMPLE)


if __name__ == "__main__":
    main()
