"""Long work beside a visitor's requests."""

import os
import sys
import time
from threading import Event, get_native_id

import pytest

from app.errors import StudioError
from app.jobs import AT_ONCE, Jobs
from app.places import NICENESS

PATIENCE = 20


def until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def settled(jobs, name, about):
    until(lambda: not jobs.of(name, about).is_open)
    return jobs.of(name, about)


def test_a_result_is_kept_for_what_it_is_about():
    jobs = Jobs()
    jobs.start("sum", "a", lambda job: 1 + 1)
    assert settled(jobs, "sum", "a").state == "done"
    assert jobs.result("sum", "a") == 2
    assert jobs.result("sum", "b") is None
    assert jobs.result("other", "a") is None


def test_work_done_at_once_can_be_told_from_the_work_before_it():
    jobs = Jobs()
    jobs.start("x", "a", lambda job: 1)
    settled(jobs, "x", "a")
    before = jobs.states()
    jobs.start("x", "b", lambda job: 1)
    settled(jobs, "x", "b")
    assert jobs.states() != before


@pytest.mark.skipif(sys.platform != "linux", reason="threads have priorities of their own on Linux alone")
def test_pages_go_before_long_work():
    jobs = Jobs()
    jobs.start("nice", None, lambda job: os.getpriority(os.PRIO_PROCESS, get_native_id()))
    jobs.wait("nice")
    assert jobs.result("nice", None) >= NICENESS
    assert os.getpriority(os.PRIO_PROCESS, get_native_id()) < NICENESS


def test_the_same_work_is_not_begun_twice():
    jobs, begun = Jobs(), []
    for _ in range(2):
        jobs.start("x", "a", lambda job: begun.append(1))
        settled(jobs, "x", "a")
    assert begun == [1]
    jobs.start("x", "b", lambda job: begun.append(1))
    settled(jobs, "x", "b")
    assert begun == [1, 1]


def test_progress_is_seen_and_cancel_stops_the_work():
    jobs, reached, go = Jobs(), Event(), Event()

    def work(job):
        job.progress(0.25, "halving")
        reached.set()
        assert go.wait(PATIENCE)
        job.progress(0.5)
        return "never"

    jobs.start("x", "a", work)
    assert reached.wait(PATIENCE)
    assert jobs.states() == (("x", "running", 0.25, "halving", "a"),)
    jobs.cancel("x")
    go.set()
    assert settled(jobs, "x", "a").state == "cancelled"
    assert jobs.result("x", "a") is None


def test_a_cancelled_job_can_be_started_again():
    jobs = Jobs()
    jobs.start("x", "a", lambda job: job.stop.set() or job.progress(0.1))
    assert settled(jobs, "x", "a").state == "cancelled"
    jobs.start("x", "a", lambda job: "now")
    until(lambda: jobs.result("x", "a") == "now")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (StudioError("The clip is too short."), "The clip is too short."),
        (RuntimeError("/secret/path"), "The server could not finish this; the rest goes on."),
    ],
)
def test_a_failure_is_a_sentence(error, words):
    def work(job):
        raise error

    jobs = Jobs()
    jobs.start("x", "a", work)
    job = settled(jobs, "x", "a")
    assert (job.state, job.words) == ("failed", words)


def test_only_so_many_run_at_once_over_all_visitors():
    go, running, visitors = Event(), [], [Jobs() for _ in range(AT_ONCE + 2)]

    def work(job):
        running.append(1)
        assert go.wait(PATIENCE)

    for jobs in visitors:
        jobs.start("x", "a", work)
    until(lambda: len(running) == AT_ONCE)
    states = sorted(jobs.of("x", "a").state for jobs in visitors)
    assert states == ["running"] * AT_ONCE + ["waiting"] * 2
    visitors[-1].cancel_all()
    go.set()
    ends = [settled(jobs, "x", "a").state for jobs in visitors]
    assert ends.count("done") >= AT_ONCE
    assert ends[-1] in ("cancelled", "done")
    assert len(running) == ends.count("done")
