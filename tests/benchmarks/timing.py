"""Times several functions side by side, so that their ratios hold whatever else the machine does.

Every benchmark takes `--isa avx2`: it then runs as on a processor without AVX-512. The libraries read this
once, when they are loaded, hence from the environment of a process of its own. With `OMP_NUM_THREADS=1` times
are those of the core itself, so that a machine that does other things too still gives the ratios.
"""

import os
import sys
import time
from collections.abc import Callable
from statistics import median

ISAS = {
    "avx2": {
        "ONEDNN_MAX_CPU_ISA": "AVX2",
        "ATEN_CPU_CAPABILITY": "avx2",
        "MKL_ENABLE_INSTRUCTIONS": "AVX2",
    }
}


def choose_isa() -> None:
    """Start anew with the instruction set of `--isa`, if given, and print which one is in use."""
    if "--isa" in sys.argv:
        at = sys.argv.index("--isa")
        name = sys.argv[at + 1] if at + 1 < len(sys.argv) else ""
        if name not in ISAS:
            sys.exit(f"--isa is {name!r}; it must be one of {list(ISAS)}")
        del sys.argv[at : at + 2]
        module = sys.modules["__main__"].__spec__
        if module is None:
            sys.exit("run benchmarks as modules: python -m tests.benchmarks.…")
        command = [sys.executable, "-m", module.name, *sys.argv[1:]]
        os.execve(sys.executable, command, os.environ | ISAS[name])
    import torch

    print(f"processor: {torch.backends.cpu.get_cpu_capability()}, {torch.get_num_threads()} threads")


def side_by_side(functions: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median milliseconds of each function, called in turn for some rounds after a tenth as warm-up."""
    times: dict[str, list[float]] = {name: [] for name in functions}
    clock = _clock()
    for round_ in range(rounds + rounds // 10):
        for name, function in functions.items():
            start = clock()
            function()
            if round_ >= rounds // 10:
                times[name].append(1000 * (clock() - start))
    return {name: median(values) for name, values in times.items()}


def _clock() -> Callable[[], float]:
    import torch

    alone = torch.get_num_threads() == 1 and not torch.cuda.is_available()
    return time.thread_time if alone else time.perf_counter


def report(title: str, times: dict[str, float], base: str) -> None:
    """Print each time and how often the base's time fits into it."""
    print(f"\n{title}")
    for name, value in times.items():
        print(f"  {name:<44}{value:10.3f} ms {value / times[base]:8.2f} x {base}")
