"""`python -m tests.fuzz [--files N] [--seed S] [--growth]`: mutated files against every reader."""

import argparse
import random
import sys
import tempfile
from pathlib import Path

from tests.fuzz.fuzzing import fuzz, peak_megabytes
from tests.fuzz.growth import probes
from tests.fuzz.readers import targets


def main() -> int:
    """Fuzz all readers and print a table; 1 if anything happened that must not."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--files", type=int, default=10_000, help="mutated files over all readers")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--growth", action="store_true", help="probe what grows faster than the file instead")
    parser.add_argument("--keep", type=Path, help="folder for the files that did harm")
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as scratch:
        canary = Path(scratch) / "executed"
        (Path(scratch) / "sound").mkdir()
        found = targets(Path(scratch) / "sound", canary)
        before, harmful = peak_megabytes(), 0
        if arguments.growth:
            for target in found:
                for words in probes(target, Path(scratch) / "grown"):
                    harmful += 1
                    print(words, flush=True)
            print(f"{harmful} grow too fast")
            return 1 if harmful else 0
        print(f"{'reader':28}{'files':>8}{'opened':>8}{'refused':>9}{'slowest':>9}")
        for target in found:
            count = -(-arguments.files // len(found))
            outcome = fuzz(target, count, rng, Path(scratch) / "damaged", canary)
            print(
                f"{target.title:28}{count:8d}{outcome.read:8d}{outcome.refused:9d}{outcome.slowest:8.2f}s",
                flush=True,
            )
            for number, (what, content) in enumerate(outcome.wrong.items()):
                harmful += outcome.counts[what]
                print(f"    {outcome.counts[what]} x {what[:300]}")
                if arguments.keep:
                    arguments.keep.mkdir(parents=True, exist_ok=True)
                    (arguments.keep / f"{target.title}-{number}".replace("/", " ")).write_bytes(content)
        total = len(found) * count
    grown = peak_megabytes() - before
    print(f"{total} files, seed {arguments.seed}: {harmful} did harm; memory grew by at most {grown} MB")
    return 1 if harmful else 0


if __name__ == "__main__":
    sys.exit(main())
