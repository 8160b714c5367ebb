"""Numbers as the lessons write them."""

from collections.abc import Iterable


def mm(value: float) -> str:
    """Millimetres, as everywhere on the page."""
    return f"{value:.0f} mm" if value >= 100 else f"{value:.1f} mm"


def length(value: float) -> str:
    """A length or squared length in latent units."""
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def count(value: int) -> str:
    """A whole number with its thousands apart."""
    return f"{value:,}"


def times(value: int) -> str:
    """How often."""
    return {0: "never", 1: "once", 2: "twice"}.get(value, f"{value} times")


def ordinal(value: int) -> str:
    """1st, 2nd, 3rd …"""
    last = value % 10 if value % 100 not in (11, 12, 13) else 0
    return f"{value}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(last, 'th') }"


def listed(values: Iterable[object], joined: str = "and") -> str:
    """1, 2 and 3."""
    *first, last = [str(value) for value in values]
    return f"{', '.join(first)} {joined} {last}" if first else last


def layers(on: Iterable[int]) -> str:
    """Layers counted from 1, runs shortened: 1, 3–6."""
    runs: list[list[int]] = []
    for layer in sorted(on):
        if runs and layer == runs[-1][-1] + 1:
            runs[-1].append(layer)
        else:
            runs.append([layer])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs) or "none"
