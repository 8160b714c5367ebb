"""Time and memory that grow faster than the file: the same sign a hundred thousand times in every reader."""

import shutil
import time
import tracemalloc
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tests.fuzz.fuzzing import CLEAN
from tests.fuzz.readers import Target

UNITS = (b"\n", b"{", b"[", b",", b'"', b" ", b"1 ", b"[],", b"0", b"a\n", b"\r", b"\x00", b"}\n", b'""')
SHARES = (0.0, 0.5, 1.0)  # where in the file they are put
SMALL, LARGE = 50_000, 200_000  # bytes of them
LEAST_SECONDS = 0.3  # below which nothing is made of it
MOST_GROWTH = 9.0  # four times the bytes: sixteen would be quadratic
MOST_AMPLIFICATION = 150  # bytes of memory for a byte of the file
FREE = 48 << 20


def probes(
    target: Target,
    folder: Path,
    units: tuple[bytes, ...] = UNITS,
    shares: tuple[float, ...] = SHARES,
    *,
    memory: bool = True,
) -> Iterator[str]:
    """What of a target's reader grows too fast, in words; `memory` is measured too, which takes longer."""
    for name in target.mutated:
        for unit in units:
            for share in shares:
                where = f"{target.title}, {name}: {unit!r} at {share:g}"
                _put(target, name, unit * (SMALL // len(unit)), share, folder)
                small = _seconds(target, folder)
                _put(target, name, unit * (LARGE // len(unit)), share, folder)
                large = _seconds(target, folder)
                if large > LEAST_SECONDS and large > MOST_GROWTH * small:
                    yield f"{where} took {small:.2f} s, and four times as many {large:.2f} s"
                peak = _peak(target, folder) if memory else 0
                if peak > FREE + MOST_AMPLIFICATION * LARGE:
                    yield f"{where} took {peak >> 20} MB of memory"


def _put(target: Target, name: str, block: bytes, share: float, folder: Path) -> None:
    """Write a target's files, one with a block put into it."""
    shutil.rmtree(folder, ignore_errors=True)
    for other, sound in target.files.items():
        at = int(share * len(sound))
        content = sound[:at] + block + sound[at:] if other == name else sound
        (folder / other).parent.mkdir(parents=True, exist_ok=True)
        (folder / other).write_bytes(content)


def _seconds(target: Target, folder: Path) -> float:
    """Processor seconds that reading takes."""
    start = time.process_time()
    _read(target, folder)
    return time.process_time() - start


def _peak(target: Target, folder: Path) -> int:
    """Bytes of memory that reading takes."""
    tracemalloc.start(1)
    try:
        _read(target, folder)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _read(target: Target, folder: Path) -> None:
    with warnings.catch_warnings(), suppress(*CLEAN):
        warnings.simplefilter("ignore")
        target.read(folder)
