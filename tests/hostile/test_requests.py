"""Requests, sessions, connections and long work that would take the server from others."""

import json
import socket
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest

from tests.hostile.strangers import Stranger
from tests.hostile.test_files import quick


def get(address, **headers):
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read().decode(errors="replace")
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode(errors="replace")


def test_made_up_sessions_put_nobody_out(server, stranger, watch):
    stranger.say("set_code", region=[0, 0, 1, 1], code=3, repair=False)
    stranger.say("look")
    refused = 0
    with watch:
        for number in range(260):
            body = json.dumps({"session": None, "number": 1, "commands": [{"name": "look"}]}).encode()
            headers = {"Content-Type": "application/json", "X-Forwarded-For": f"10.0.0.{number % 4}"}
            request = urllib.request.Request(server[0] + "studio/requests", body, headers)
            try:
                urllib.request.urlopen(request, timeout=30).read()
            except urllib.error.HTTPError as error:
                refused += error.code == 429
    assert refused >= 20
    assert stranger.say("look") == ""
    quick(watch)


def test_replaced_work_keeps_no_thread(stranger, watch):
    before = watch.threads()
    with watch:
        for number in range(4):
            commands = [{"name": "relabel", "how": "random", "seed": 100 * number + n} for n in range(100)]
            assert stranger.send(*commands)[0] == 200
            assert watch.threads() < before + 30
    quick(watch)


@pytest.mark.parametrize("commands", [[{"name": "look"}] * 201, [{}] * 100_000])
def test_a_request_has_only_so_many_commands(stranger, commands):
    status, said = stranger.send(*commands)
    assert (status, "at most 200 commands" in json.dumps(said)) == (400, True)
    resume = {"state": "", "panels": [], "then": commands}
    assert stranger.send({"name": "look"}, resume=resume)[0] == 400


def test_a_body_of_many_values_is_refused_unread(stranger, watch):
    body = b'{"number": 1, "commands": [' + b"[]," * 2_000_000 + b"[]]}"
    with watch:
        assert stranger.post("studio/requests", body, "application/json")[0] == 400
        assert stranger.post("gradio_api/queue/join", body, "application/json")[0] == 413
    quick(watch)


def test_a_long_path_is_not_followed(server, stranger, watch):
    path = "/a" * 300_000
    with watch:
        assert stranger.say("open_file", path=path, file_name="a.npy") == 400
        file = {"path": path, "meta": {"_type": "gradio.FileData"}}
        body = json.dumps({"data": [file], "session_hash": "abc", "fn_index": 2}).encode()
        assert stranger.post("gradio_api/queue/join", body, "application/json")[0] == 413
        assert get(f"{server[0]}gradio_api/file={'/a' * 5_000}")[0] == 414
    quick(watch)


def test_an_upload_has_a_limit(stranger):
    assert stranger.upload("large.npy", bytes(66 << 20)) in (413, 0)


def test_half_sent_requests_are_closed(server, watch):
    place = urlsplit(server[0])
    with watch:
        open_ones = [socket.create_connection((place.hostname, place.port)) for _ in range(100)]
        for one in open_ones:
            one.sendall(b"POST /studio/requests HTTP/1.1\r\nHost: a\r\n")
            one.settimeout(20)
        time.sleep(2)
        assert all(one.recv(1) in (b"", b"H") for one in open_ones)
    for one in open_ones:
        one.close()
    quick(watch)


def test_one_address_has_only_so_many_streams_open(server):
    place = urlsplit(server[0])

    def listen(number):
        one = socket.create_connection((place.hostname, place.port))
        one.settimeout(20)
        one.sendall(f"GET /gradio_api/heartbeat/a{number} HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n".encode())
        return one, one.recv(12)[-3:]

    listening = [listen(number) for number in range(24)]
    assert [status for _, status in listening] == [b"200"] * 20 + [b"429"] * 4
    for one, _ in listening:
        one.close()
    deadline = time.monotonic() + 20
    while (again := listen(99))[1] != b"200":
        assert time.monotonic() < deadline
        again[0].close()
        time.sleep(0.2)
    again[0].close()


def test_endpoints_wait_in_the_queue(stranger):
    body = b'{"data": []}'
    assert stranger.post("gradio_api/run/list_library", body, "application/json")[0] == 404


def test_who_runs_it_is_told_how_it_is_and_nobody_else(server):
    assert get(f"{server[0]}health")[::2] == (200, "ok")
    assert get(f"{server[0]}ready")[::2] == (200, "ready")
    assert get(f"{server[0]}metrics")[0] == 404
    status, _, text = get(f"{server[0]}metrics", Authorization="Bearer secret")
    assert (status, "studio_memory_bytes" in text, "studio_sessions " in text) == (200, True, True)
    for closed in ("openapi.json", "gradio_api/openapi.json", "monitoring", "docs"):
        assert get(server[0] + closed)[0] == 404


def test_browsers_are_told_what_the_page_may_do(server):
    headers = get(server[0])[1]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert (
        "frame-ancestors 'self' https://huggingface.co https://*.hf.space"
        in headers["Content-Security-Policy"]
    )


def test_messages_name_no_place_on_the_server(stranger):
    said = [
        stranger.open("broken.npy", b"no array"),
        stranger.open("broken.bvh", b"HIERARCHY MOTION"),
        stranger.open("broken.csv", b"a,b\n1,2\n"),
        stranger.open_checkpoint(("broken.pt", b"nothing")),
    ]
    assert all(one.startswith("broken.") for one in said)
    assert not any("/tmp" in one or "uploads" in one for one in said)


def test_what_a_sentence_repeats_is_cut(stranger):
    for command in ({"name": "choose_clip", "clip": "a" * 5_000}, {"name": "b" * 5_000}):
        status, answer = stranger.send(command)
        assert status == 200
        assert 0 < len(answer["notice"]) < 300


def test_a_lost_session_is_told_so(stranger):
    other = Stranger(stranger.address)
    other.session = "made-up"
    assert other.say("look") == 410
