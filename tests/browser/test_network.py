"""Servers that restart and networks that fail: the page waits, says so, and nothing is lost or done twice."""

import re
from contextlib import ExitStack

import numpy as np
import pytest

from app.catalog.own_clips import read_own_clip
from app.workbench.edits import SetCode
from app.workbench.region import Region
from app.workbench.workbench import Workbench
from tests.support.gestures import agrees
from tests.support.serving import free_port, serve

pytestmark = pytest.mark.timeout(900)  # a server starts twice, which on a busy machine takes long

REQUESTS = re.compile(r"/studio/requests$")
UNREACHABLE = "The server cannot be reached; trying again. Nothing you did is lost."


class Server:
    """A server of its own that can go away and come back at the same address."""

    def __init__(self, folder):
        self.folder, self.port, self.running = folder, free_port(), ExitStack()
        self.start()

    def start(self):
        self.url, _ = self.running.enter_context(serve(self.folder / "log.txt", port=self.port))

    def stop(self):
        self.running.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("network"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def url(server):
    return server.url


@pytest.fixture
def still(open_page):
    """A page whose network may fail."""
    visitor = open_page(network_fails=True)
    visitor.js("studio.clock.pause()")
    return visitor


def edit(visitor, step, code=3):
    """Give a command as a click does, without waiting for its answer."""
    region = [0, 0, step, step]
    visitor.page.evaluate("(values) => studio.command('set_code', values)", values(region, code))


def values(region, code):
    return {"region": region, "code": code, "repair": False}


def edited(bench, *steps, code=3):
    for step in steps:
        bench = bench.edit(SetCode(Region(0, 0, step, step), False, code))
    return bench


def notice(visitor):
    return visitor.page.locator(".notice")


def test_a_restart_between_two_edits_loses_neither_them_nor_an_own_clip(still, server, library, tmp_path):
    own = tmp_path / "mine.npy"
    np.save(own, library.clip("walk").features[:60])
    still.page.locator("#upload-file").set_input_files(own)
    still.wait("studio.views.clip.title === 'mine' && studio.isSettled")
    still.js("window.same = true")
    edit(still, 4)
    still.settle()
    server.stop()
    edit(still, 7)
    notice(still).filter(has_text=UNREACHABLE).wait_for()
    server.start()
    still.settle()
    assert still.js("window.same")  # the page was not loaded again
    clip, _ = read_own_clip(own, own.name)[:2]
    agrees(still, edited(Workbench.of(library.encoded(clip, library.opening[1])), 4, 7))
    assert still.js("studio.views.clip.title") == "mine"
    assert UNREACHABLE not in still.page.inner_text("#studio")


def test_ten_seconds_offline_with_clicks_meanwhile(still, bench):
    devtools = still.context.new_cdp_session(still.page)
    devtools.send("Network.enable")

    def emulate(**changes):
        usual = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        devtools.send("Network.emulateNetworkConditions", usual | changes)

    still.settle()
    before = still.js("studio.requests")
    emulate(offline=True)
    edit(still, 4)
    still.page.wait_for_timeout(5_000)
    assert UNREACHABLE in notice(still).inner_text()
    edit(still, 5)
    edit(still, 6)
    still.page.wait_for_timeout(5_000)
    emulate()
    agrees(still, edited(bench, 4, 5, 6))
    assert still.js("studio.requests") <= before + 3  # those that waited went together

    # And a slow one: 400 ms each way and 1.5 Mbit/s.
    emulate(latency=400, downloadThroughput=1.5e6 / 8, uploadThroughput=1.5e6 / 8)
    for step in range(7, 17):
        edit(still, step)
    agrees(still, edited(bench, *range(4, 17)))
    assert still.js("studio.requests") <= before + 9  # not one for each
    assert not notice(still).is_visible()


def test_an_answer_that_is_lost_or_comes_twice_is_applied_once(still, bench):
    handled = []

    def lose_the_first_answer(route):
        handled.append(route.fetch().json()["number"])
        if len(handled) == 1:
            return route.abort()
        return route.fulfill(response=route.fetch())  # the server is asked a third time

    still.page.route(REQUESTS, lose_the_first_answer)
    region = [0, 0, 8, 8]
    still.page.evaluate("(values) => studio.command('set_code', values)", values(region, 3))
    still.settle()
    assert handled[0] == handled[1]  # it was sent again under its number
    still.page.unroute(REQUESTS)
    agrees(still, edited(bench, 8))
    edit(still, 9)
    agrees(still, edited(bench, 8, 9))


def test_a_reload_offers_to_continue_or_start_fresh(still, bench):
    edit(still, 4)
    still.settle()
    still.page.wait_for_timeout(600)  # until changes come to rest
    offer = still.page.locator(".kept-offer")
    for choice, wanted in (("Continue", edited(bench, 4)), ("Start fresh", bench)):
        still.page.reload()
        still.page.wait_for_selector("#studio[data-ready]")
        offer.get_by_text("Continue where you left off?").wait_for()
        assert f"{bench.encoded.clip.title}, 1 edit" in offer.inner_text()
        offer.get_by_role("button", name=choice, exact=True).click()
        offer.wait_for(state="detached")
        still.wait(f"studio.isSettled && studio.views.edits.edits.length === {len(wanted.version.edits)}")
        agrees(still, wanted)
    still.page.reload()
    still.page.wait_for_selector("#studio[data-ready]")
    still.page.wait_for_timeout(300)
    assert offer.count() == 0
