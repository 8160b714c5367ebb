"""The theme's colours are legible: WCAG 2 AA, in light and dark."""

import re

import pytest

from app.page import WIDGETS

TEXT, GRAPHICS = 4.5, 3.0
PAIRS = [
    ("ink", "panel", TEXT),
    ("ink", "bg", TEXT),
    ("ink", "accent-soft", TEXT),
    ("ink-soft", "panel", TEXT),
    ("ink-soft", "bg", TEXT),
    ("on-accent", "accent", TEXT),
    ("accent", "accent-soft", TEXT),
    ("good", "good-soft", TEXT),
    ("warn", "warn-soft", TEXT),
    ("other", "panel", TEXT),
    ("accent", "panel", GRAPHICS),
    ("line-strong", "panel", GRAPHICS),
    ("edited", "panel", GRAPHICS),
    ("hot", "panel", GRAPHICS),
    ("ghost", "panel", GRAPHICS),
    *[(f"joint-{number}", "panel", GRAPHICS) for number in range(1, 5)],
]


def themes():
    css = (WIDGETS / "theme.css").read_text()
    light = css[css.index("#studio {") : css.index(".dark #studio {")]
    dark = css[css.index(".dark #studio {") : css.index("#studio *,")]
    return {
        name: dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", part))
        for name, part in [("light", light), ("dark", dark)]
    }


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_contrast(theme, front, back, least):
    colours = themes()[theme]
    lights = sorted((luminance(colours[front]), luminance(colours[back])), reverse=True)
    assert (lights[0] + 0.05) / (lights[1] + 0.05) >= least
