"""The workbench by finger: real touch events on a phone's screen."""

import pytest

from tests.support.gestures import cell_point

PHONE = {"width": 400, "height": 800, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


class Fingers:
    """Touches as the screen reports them; several fingers at once."""

    def __init__(self, visitor):
        self.page = visitor.page
        self.devtools = visitor.context.new_cdp_session(visitor.page)

    def _send(self, kind, points):
        touches = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(points)]
        self.devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def tap(self, point):
        self._send("touchStart", [point])
        self._send("touchEnd", [])

    def drag(self, *paths, steps=12):
        """Each finger goes from its first point straight to its second."""
        self._send("touchStart", [start for start, _ in paths])
        for step in range(1, steps + 1):
            share = step / steps
            points = [(x0 + (x1 - x0) * share, y0 + (y1 - y0) * share) for (x0, y0), (x1, y1) in paths]
            self._send("touchMove", points)
            self.page.wait_for_timeout(20)
        self._send("touchEnd", [])


@pytest.fixture
def phone(open_page):
    visitor = open_page(**PHONE)
    visitor.js("studio.clock.pause()")
    return visitor


@pytest.fixture
def fingers(phone):
    return Fingers(phone)


def show(phone, selector):
    """Scroll so that an element is in the middle of the screen; returns its box."""
    phone.js(f"document.querySelector({selector!r}).scrollIntoView({{block: 'center'}})")
    phone.page.wait_for_timeout(200)
    return phone.page.locator(selector).first.bounding_box()


def region(phone):
    return phone.js("studio.selection.region")


def scrolled(phone):
    phone.page.wait_for_timeout(400)
    return phone.js("scrollY")


def test_fingers_in_the_grid(phone, fingers):
    """A tap selects a cell and buttons edit it; sideways selects a block; down scrolls the page and selects
    nothing; the ruler selects whole columns, a name a whole row; after zooming there is room for a finger."""
    show(phone, ".grid")
    fingers.tap(cell_point(phone, 2, 11))
    assert region(phone) == [2, 2, 11, 11]
    phone.page.get_by_role("button", name="Drop", exact=True).tap()
    phone.wait("studio.views.edits.edits.length === 1 && studio.isSettled")
    steps = phone.js("studio.views.clip.steps")
    assert phone.js(f"studio.views.tokens.codes.values[{2 * steps + 11}]") == -1

    show(phone, ".grid")
    before = scrolled(phone)
    fingers.drag((cell_point(phone, 1, 4), cell_point(phone, 3, 20)))
    assert region(phone) == [1, 3, 4, 20]
    assert scrolled(phone) == before

    show(phone, ".grid")
    fingers.tap(cell_point(phone, 0, 3))
    time = phone.js("studio.clock.time")
    before = scrolled(phone)
    x, y = cell_point(phone, 5, 20)
    fingers.drag(((x, y), (x, y - 150)))
    assert scrolled(phone) > before + 50
    assert region(phone) == [0, 0, 3, 3]
    assert phone.js("studio.clock.time") == time

    box = show(phone, ".grid")
    start, end = (cell_point(phone, 0, step)[0] for step in (8, 15))
    fingers.drag(((start, box["y"] + 7), (end, box["y"] + 7)))
    assert region(phone) == [0, 5, 8, 15]

    show(phone, ".grid")
    phone.page.get_by_role("button", name="Layer 4: select its tokens").tap()
    assert region(phone) == [3, 3, 0, phone.js("studio.views.clip.steps") - 1]

    show(phone, ".time-window")
    for _ in range(3):
        phone.page.get_by_role("button", name="Show less time").tap()
    first, last = phone.js("[studio.range.from, studio.range.to]")
    assert last - first < phone.js("studio.clock.duration") / 4
    show(phone, ".grid")
    width = cell_point(phone, 0, 1)[0] - cell_point(phone, 0, 0)[0]
    assert width >= 24


def test_fingers_on_layers_plots_and_player(phone, fingers):
    """Sliding keeps the first layers; over the plots a finger moves the time cursor, or scrolls and leaves
    time alone; on the player one finger turns, two zoom, and the page scrolls past it."""
    show(phone, ".first-strip")
    two, five = (phone.page.locator(f".first-strip [data-first='{k}']").bounding_box() for k in (2, 5))
    centre = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in (two, five)]
    fingers.drag((centre[0], centre[1]))
    phone.wait("studio.isSettled && studio.views.tokens.layers.filter(Boolean).length === 5")

    box = show(phone, ".trajectories-frame")
    before = scrolled(phone)
    y = box["y"] + 80
    fingers.drag(((box["x"] + 120, y), (box["x"] + box["width"] - 40, y + 10)))
    assert phone.js("studio.clock.time") > 0.7 * phone.js("studio.clock.duration")
    cursors = phone.js(
        """[...document.querySelectorAll('.time-cursor')]
        .filter((cursor) => cursor.checkVisibility())
        .map((cursor) => cursor.style.transform)"""
    )
    assert len(cursors) == 2
    assert len(set(cursors)) == 1
    assert scrolled(phone) == before

    box = show(phone, ".trajectories-frame")
    phone.js("studio.seek(1)")
    before = scrolled(phone)
    x, y = box["x"] + 250, box["y"] + 200
    fingers.drag(((x, y), (x, y - 150)))
    assert scrolled(phone) > before + 50
    assert phone.js("studio.clock.time") == 1

    box = show(phone, ".stage")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    drawings = [phone.pixels(".stage")]
    before = scrolled(phone)
    for paths in (
        [((x - 60, y), (x + 80, y + 20))],
        [((x - 60, y), (x - 110, y)), ((x + 60, y), (x + 110, y))],
        [((x, y - 110), (x, y - 80)), ((x, y + 110), (x, y + 80))],
    ):
        fingers.drag(*paths)
        phone.page.wait_for_timeout(150)
        drawings.append(phone.pixels(".stage"))
    assert len(set(drawings)) == 4
    assert scrolled(phone) == before
    assert phone.js("visualViewport.scale") == 1

    box = show(phone, ".stage")
    drawing = phone.pixels(".stage")
    before = scrolled(phone)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] - 60
    fingers.drag(((x, y), (x + 4, y - 250)))
    assert scrolled(phone) > before + 80
    assert phone.pixels(".stage") == drawing
