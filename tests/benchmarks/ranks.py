"""Training steps by two ranks, against one process of one thread and of two.

`python -m tests.benchmarks.ranks [--isa avx2]`

Every figure is the median of three launches by torchrun; launches of different kinds take turns. Two ranks
of one thread each have as many cores as one process of two threads; they pay for summing gradients and
statistics.
"""

import os
import subprocess
import sys
from statistics import median

import torch

from rvqvae.nn.distributed import gather_objects, process_group, rank
from rvqvae.training.settings import TrainingSettings
from tests.benchmarks.timing import choose_isa, side_by_side
from tests.benchmarks.training_step import make_trainer

WINDOWS, STEPS, ROUNDS = 64, 12, 3
# Name, ranks, threads of each, windows a step of all together.
KINDS = (
    ("one rank, one thread", 1, 1, WINDOWS),
    ("one rank, two threads", 1, 2, WINDOWS),
    ("two ranks, same batch", 2, 1, WINDOWS),
    ("two ranks, a batch each", 2, 1, 2 * WINDOWS),
)


def main() -> None:
    """Launch each kind in turn and compare frames a second."""
    times: dict[str, list[float]] = {kind[0]: [] for kind in KINDS}
    for _ in range(ROUNDS):
        for name, ranks, threads, windows in KINDS:
            times[name].append(_launch(ranks, threads, windows))
    frames = TrainingSettings().window
    base = None
    for name, _, _, windows in KINDS:
        rate = windows * frames / median(times[name]) * 1000
        base = base or rate
        pace = f"{median(times[name]):8.0f} ms a step{rate:10,.0f} frames a second"
        print(f"  {name:<26}{pace}{rate / base:7.2f} x")


def _launch(ranks: int, threads: int, windows: int) -> float:
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(ranks)]
    done = subprocess.run(
        [*command, "-m", "tests.benchmarks.ranks", str(windows)],
        env={**os.environ, "OMP_NUM_THREADS": str(threads)},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout.split()[-1])


def measure(windows: int) -> None:
    """As one rank: print the milliseconds of a step."""
    with process_group():
        torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
        trainer = make_trainer(TrainingSettings(batch_size=windows))
        trainer.train_step()  # places the codebooks too
        time = side_by_side({"step": trainer.train_step}, STEPS)["step"]
        gather_objects(None)
        if rank() == 0:
            print(time)


if __name__ == "__main__":
    if "WORLD_SIZE" in os.environ:
        measure(int(sys.argv[1]))
    else:
        choose_isa()
        main()
