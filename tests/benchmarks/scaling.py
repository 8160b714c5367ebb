"""The rates that `docs/scaling.md` plans with, and its plan.

`python -m tests.benchmarks.scaling [--isa avx2]`

Rates are frames a second of one processor core's own time, so that they hold on a machine that does other
things too; a core that waits for memory or disk is slower. Run with OMP_NUM_THREADS=1.
"""

import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import torch

from rvqvae import load_checkpoint
from rvqvae.bulk.encoding import FRAMES_PER_BATCH, encode_clips
from rvqvae.motion import read_clips
from rvqvae.training.data import read_source
from rvqvae.training.shards import prepare_shards
from rvqvae.training.windows import WindowSampler
from tests.benchmarks.timing import choose_isa
from tests.benchmarks.training_step import make_trainer
from tests.support.paths import CHECKPOINTS, CLIPS

HOURS, FPS, CLIP_SECONDS = 10_000, 20, 6
BYTES_A_FRAME = 263 * 4
PREPARE, DRAW, TRAIN, TOKENIZE = "preparing shards", "drawing windows", "training steps", "tokenising"


def main() -> None:
    """Measure on one thread and print the plan."""
    torch.set_num_threads(1)
    rates = measure()
    for name, rate in rates.items():
        print(f"{name:<18}{rate:>14,.0f} frames a second of a core's time")
    print()
    plan(rates)


def measure() -> dict[str, float]:
    """Frames a core-second of each part of the work."""
    warnings.simplefilter("ignore")
    rates = {}
    with tempfile.TemporaryDirectory() as folder:
        started = time.thread_time()
        shards = prepare_shards([str(CLIPS)], Path(folder) / "shards")
        rates[PREPARE] = shards.moments.count / (time.thread_time() - started)
        source = read_source(str(shards.path), mirror=True)
        sampler = WindowSampler([source], window=64, batch_size=128, seed=0)
        rates[DRAW] = 128 * 64 / core_time(sampler.draw, 50)
    trainer = make_trainer()
    rates[TRAIN] = 128 * 64 / core_time(trainer.train_step, 2)
    checkpoint = load_checkpoint(CHECKPOINTS / "motion-rvq", "cpu")
    clips = [((0, index), clip) for index, clip in enumerate(read_clips(CLIPS))]
    frames = sum(len(clip.features) for _, clip in clips)
    limit = FRAMES_PER_BATCH["cpu"]
    rates[TOKENIZE] = frames / core_time(lambda: list(encode_clips(checkpoint, clips, limit)), 3)
    return rates


def core_time(function: Callable[[], object], rounds: int) -> float:
    """Seconds of this thread's own time that a call takes, after one as warm-up."""
    function()
    started = time.thread_time()
    for _ in range(rounds):
        function()
    return (time.thread_time() - started) / rounds


def plan(rates: dict[str, float]) -> None:
    """Print sizes and core-hours for `HOURS` of motion, with the mirror image of every clip."""
    frames = HOURS * 3600 * FPS
    both = 2 * frames
    tokens = frames // 4 * 6
    print(f"{HOURS:,} hours = {frames:,} frames, {both:,} with mirror images")
    print(f"shards: {both * BYTES_A_FRAME / 1e9:,.0f} GB in {-(-both // 1_000_000):,} files")
    print(f"clips of {CLIP_SECONDS} s, with mirror images: {2 * HOURS * 3600 // CLIP_SECONDS:,}")
    print(
        f"tokens: {tokens:,}, {tokens * 9 / 8 / 1e9:.2f} GB at 9 bits, about {tokens * 4 / 1e9:.1f} GB as CSV"
    )
    for name, amount in ((PREPARE, both), (TRAIN, both), (TOKENIZE, frames)):
        print(f"{name:<18}{amount / rates[name] / 3600:10,.1f} core-hours")


if __name__ == "__main__":
    choose_isa()
    main()
