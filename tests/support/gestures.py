"""What a person does on the page with mouse and keys, and what the page then shows."""

import numpy as np

RULER = 16  # pixels above the rows of the grid


def shown(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}"


def tokens_of(visitor):
    codes = visitor.js("Array.from(studio.views.tokens.codes.values)")
    return np.reshape(codes, visitor.js("studio.views.tokens.codes.shape"))


def agrees(visitor, bench):
    """The page shows this workbench's tokens and error."""
    visitor.settle()
    np.testing.assert_array_equal(tokens_of(visitor), bench.tokens)
    assert visitor.figure("error") == shown(bench.errors.mean())


def cell_point(visitor, layer, step):
    box = visitor.page.locator(".grid").bounding_box()
    layers = visitor.js("studio.views.tokens.codes.shape[0]")
    gutter = visitor.js(
        "parseFloat(getComputedStyle(document.querySelector('.token-plane')).getPropertyValue('--gutter'))"
    )
    first, last = visitor.js("[studio.range.from, studio.range.to]")
    fps, ratio = visitor.js("[studio.views.clip.fps, studio.views.clip.ratio]")
    middle = (step * ratio + ratio / 2 - 0.5) / fps
    x = gutter + (middle - first) / (last - first) * (box["width"] - gutter - 14)
    y = RULER + (layer + 0.5) * (box["height"] - RULER) / layers
    return box["x"] + x, box["y"] + y


def click_cell(visitor, layer, step, **options):
    visitor.page.mouse.click(*cell_point(visitor, layer, step), **options)


def drag_cells(visitor, start, end):
    mouse = visitor.page.mouse
    mouse.move(*cell_point(visitor, *start))
    mouse.down()
    mouse.move(*cell_point(visitor, *end), steps=6)
    mouse.up()


def press(visitor, *keys):
    for key in keys:
        visitor.page.keyboard.press(key)


def button(visitor, name):
    return visitor.page.get_by_role("button", name=name, exact=True)
