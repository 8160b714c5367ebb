"""Runs readers on mutated files and keeps to account what they do."""

import random
import resource
import shutil
import signal
import time
import traceback
import warnings
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import StudioError
from rvqvae.checkpoints.checkpoint import CheckpointError
from rvqvae.motion import DegenerateClipError, MotionFileError
from rvqvae.tokens import TokenFileError
from tests.fuzz.mutations import mutate
from tests.fuzz.readers import Target

CLEAN = (CheckpointError, DegenerateClipError, MotionFileError, StudioError, TokenFileError)
MOST_SECONDS = 2.0
HANG_SECONDS = 60
LONGEST_MESSAGE = 1_000


@dataclass
class Outcome:
    """What one reader did.

    Attributes
    ----------
    read, refused : files that opened all the same, and files refused in one clean sentence
    slowest : float, processor seconds of the slowest file
    wrong : what must not happen, each kind with an example
    """

    title: str
    read: int = 0
    refused: int = 0
    slowest: float = 0.0
    wrong: dict[str, bytes] = field(default_factory=dict)
    counts: Counter = field(default_factory=Counter)

    def accuse(self, what: str, content: bytes) -> None:
        """Note something that must not happen."""
        self.wrong.setdefault(what, content)
        self.counts[what] += 1


def fuzz(target: Target, files: int, rng: random.Random, folder: Path, canary: Path) -> Outcome:
    """Damage a target's files in many ways and open each."""
    outcome = Outcome(target.title)
    signal.signal(signal.SIGALRM, _hang)
    for _ in range(files):
        name = rng.choice(target.mutated)
        content = mutate(target.files[name], rng)
        shutil.rmtree(folder, ignore_errors=True)
        for other, sound in target.files.items():
            (folder / other).parent.mkdir(parents=True, exist_ok=True)
            (folder / other).write_bytes(content if other == name else sound)
        start = time.process_time()
        signal.alarm(HANG_SECONDS)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                target.read(folder)
            outcome.read += 1
        except CLEAN as error:
            outcome.refused += 1
            if "\n" in str(error) or not str(error) or len(str(error)) > LONGEST_MESSAGE:
                outcome.accuse(f"message is not one sentence: {str(error)[:200]!r}", content)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            where = traceback.extract_tb(error.__traceback__)[-1]
            outcome.accuse(
                f"{type(error).__name__} at {Path(where.filename).name}:{where.lineno}: {error}", content
            )
        finally:
            signal.alarm(0)
        seconds = time.process_time() - start
        outcome.slowest = max(outcome.slowest, seconds)
        if seconds > MOST_SECONDS:
            outcome.accuse(f"took {seconds:.1f} s", content)
        if canary.exists():
            outcome.accuse("executed code", content)
            canary.unlink()
    return outcome


def peak_megabytes() -> int:
    """Largest memory this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _hang(*_):
    raise TimeoutError("hangs")
