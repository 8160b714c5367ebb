"""Times several functions side by side, so that their ratios hold whatever else the machine does."""

import time
from collections.abc import Callable
from statistics import median


def side_by_side(functions: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median milliseconds of each function, called in turn for some rounds after a tenth as warm-up."""
    times: dict[str, list[float]] = {name: [] for name in functions}
    for round_ in range(rounds + rounds // 10):
        for name, function in functions.items():
            start = time.perf_counter()
            function()
            if round_ >= rounds // 10:
                times[name].append(1000 * (time.perf_counter() - start))
    return {name: median(values) for name, values in times.items()}


def report(title: str, times: dict[str, float], base: str) -> None:
    """Print each time and how often the base's time fits into it."""
    print(f"\n{title}")
    for name, value in times.items():
        print(f"  {name:<44}{value:10.3f} ms {value / times[base]:8.2f} x {base}")
