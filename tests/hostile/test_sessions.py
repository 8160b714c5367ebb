"""Who leaves when there is no more room, and what ends with them."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import gradio as gr
import pytest

from app import job as job_module
from app import jobs as jobs_module
from app import limits
from app.api.endpoint import Server, served
from app.errors import StudioError
from app.job import Job, Work, interrupt_overdue
from app.jobs import Jobs
from app.places import Places
from app.sessions import GONE, Sessions, TooManyError

PATIENCE = 20


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def connect():
    return SimpleNamespace(visitor=SimpleNamespace(jobs=Jobs(), workbenches={}, bytes=0), sent={})


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def sessions(clock):
    return Sessions(connect, most=10, most_bytes=1_000, clock=clock)


def test_those_at_work_leave_last(sessions, clock):
    at_work = sessions.begin()
    for number in range(50):
        clock.now += 1
        assert sessions.find(at_work.token) is at_work
        sessions.begin(f"10.0.0.{number}")
    assert len(sessions) == 10
    assert sessions.find(at_work.token) is at_work


def test_one_address_begins_only_so_many_a_minute(sessions, clock):
    for _ in range(limits.SESSIONS_A_MINUTE):
        sessions.begin("1.2.3.4")
    with pytest.raises(TooManyError, match="within a minute"):
        sessions.begin("1.2.3.4")
    sessions.begin("4.3.2.1")
    clock.now += 61
    sessions.begin("1.2.3.4")


def test_memory_of_all_is_bounded_and_the_idle_and_costly_leave(sessions, clock):
    idle, costly, small = (sessions.begin() for _ in range(3))
    for one, size in ((idle, 400), (costly, 500), (small, 10)):
        one.connection.visitor.bytes = size
        for _ in range(3):
            sessions.find(one.token)
    sessions.sweep()
    assert (len(sessions), sessions.bytes) == (3, 910)
    clock.now += 600
    sessions.find(small.token)
    small.connection.visitor.bytes = 200
    sessions.measure(small)
    assert sessions.find(costly.token) is None
    assert sessions.find(small.token) is small
    assert sessions.bytes <= 1_000


def test_long_work_ends_when_its_page_is_silent(sessions, clock):
    session, begun = sessions.begin(), Event()

    def work(job):
        begun.set()
        while True:
            time.sleep(0.01)
            job.progress(0.5)

    jobs = session.connection.visitor.jobs
    jobs.start("film", 1, work)
    assert begun.wait(PATIENCE)
    clock.now += GONE + 1
    sessions.sweep()
    assert jobs.of("film", 1).ended.wait(PATIENCE)
    assert jobs.of("film", 1).state == "cancelled"


def test_work_has_a_time_limit(monkeypatch):
    monkeypatch.setattr(limits, "JOB_SECONDS", 0)
    jobs = Jobs()
    jobs.start("film", 1, lambda job: time.sleep(0.01) or job.progress(0.5))
    with pytest.raises(StudioError, match="took longer than"):
        jobs.wait("film")


@pytest.mark.parametrize("left", [False, True])
def test_work_that_never_asks_is_interrupted(monkeypatch, left):
    monkeypatch.setattr(job_module, "GRACE", 0.0)
    monkeypatch.setattr(limits, "JOB_SECONDS", 900 if left else 0)
    jobs, begun = Jobs(), Event()

    def never_asks(job):
        begun.set()
        while True:
            time.sleep(0.001)

    monkeypatch.setattr(Job, "progress", lambda job, share: None)
    jobs.start("search", 1, never_asks)
    job = jobs.of("search", 1)
    assert begun.wait(PATIENCE)
    if left:
        interrupt_overdue()
        assert not job.ended.wait(0.1)
        jobs.cancel_all()
    time.sleep(0.01)
    interrupt_overdue()
    assert job.ended.wait(PATIENCE)
    assert job.state == ("cancelled" if left else "failed")
    assert left or "took longer than" in job.words
    done = Event()  # and its place serves others
    jobs.start("next", 1, lambda job: done.set())
    assert done.wait(PATIENCE)


def test_an_endpoints_work_ends_when_its_caller_has_left():
    jobs, begun, left = Jobs(), Event(), Event()

    def work(job):
        begun.set()
        while True:
            time.sleep(0.01)
            job.progress(0.5)

    server = Server(None, Path("uploads"), None, has_left=lambda caller: caller == "a" and left.is_set())
    call = served(lambda request: jobs.finish(Work("film", 1, work)), server)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(call, SimpleNamespace(session_hash="a"))
        assert begun.wait(PATIENCE)
        left.set()
        with pytest.raises(gr.Error, match="has left"):
            waiting.result(PATIENCE)
    assert jobs.of("film", 1).ended.wait(PATIENCE)
    assert jobs.of("film", 1).state == "cancelled"


def test_a_visitor_has_only_so_much_work_open(monkeypatch):
    go, places = Event(), Places(1, 1)
    monkeypatch.setattr(jobs_module, "places", places)
    jobs = Jobs()
    for number in range(limits.JOBS_OPEN):
        jobs.start(f"work {number}", 1, lambda job: go.wait(PATIENCE))
    with pytest.raises(StudioError, match="are under way"):
        jobs.start("more", 1, lambda job: None)
    assert places.working == 1
    jobs.cancel_all()
    assert places.waiting == 0
    go.set()


def test_visitors_get_a_place_in_turn():
    places, go, order = Places(1, 1), Event(), []
    places.begin("first", lambda: go.wait(PATIENCE))
    done = Event()
    for owner in ("first", "first", "second"):
        places.begin(owner, lambda owner=owner: order.append(owner))
    places.begin("third", done.set)
    go.set()
    assert done.wait(PATIENCE)
    assert order[0] == "first" or "second" in order


def test_a_server_about_to_end_begins_nothing(monkeypatch):
    places = Places(1, 1)
    places.closed = True
    monkeypatch.setattr(jobs_module, "places", places)
    with pytest.raises(StudioError, match="about to restart"):
        Jobs().start("film", 1, lambda job: None)
