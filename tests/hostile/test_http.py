"""Requests that are strange as such: to a proxy and to this server they must mean the same, or nothing."""

import json
import socket
import time
from urllib.parse import urlsplit

import pytest

from tests.hostile.strangers import Stranger
from tests.hostile.test_files import MOST_MEGABYTES, MOST_WAIT, TIMES_WAIT, quick
from tests.hostile.test_requests import get

PATIENCE = 20
BODY = b'{"number": 1, "commands": [], "session": null}'
CHUNKED = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
OWN = ("health", "ready", "metrics", "studio/requests", "studio/preview.png", "studio/studio.js", "")


def ask(address, head, body=b""):
    """Status and the rest of the answer to a request as it is."""
    place = urlsplit(address)
    with socket.create_connection((place.hostname, place.port), timeout=20) as one:
        one.sendall(head.replace(b"\n", b"\r\n") + b"\r\n\r\n" + body)
        answer = one.recv(65536)
    return int(answer[9:12] or 0), answer[12:]


POST = b"POST /studio/requests HTTP/1.1\nHost: a\n"
GET = b"GET /health HTTP/1.1\nHost: a\n"
STRANGE = {
    "two lengths": (POST + b"Content-Length: 4\nTransfer-Encoding: chunked", CHUNKED, 400),
    "other lengths": (POST + b"Content-Length: %d\nContent-Length: 3" % len(BODY), BODY, 400),
    "two encodings": (POST + b"Transfer-Encoding: gzip, chunked", CHUNKED, 400),
    "a space": (b"GET /health HTTP/1.1\nHost: a\nContent-Length : 3", b"abc", 400),
    "two hosts": (GET + b"Host: b", b"", 400),
    "headers": (GET + b"\n".join(b"x%d: y" % n for n in range(20_000)), b"", 400),
    "elsewhere": (b"GET http://169.254.169.254/latest HTTP/1.1\nHost: a", b"", 404),
    "connect": (b"CONNECT elsewhere:80 HTTP/1.1\nHost: a", b"", 404),
    "star": (b"OPTIONS * HTTP/1.1\nHost: a", b"", 404),
}


def test_what_could_be_read_in_two_ways_is_refused(server, watch):
    with watch:
        found = {name: ask(server[0], head, body)[0] for name, (head, body, _) in STRANGE.items()}
    assert found == {name: status for name, (_, _, status) in STRANGE.items()}
    quick(watch)


def test_own_routes_take_their_methods_alone_and_repeat_nothing(server):
    for path in OWN:
        for method in ("HEAD", "OPTIONS", "TRACE", "PUT", "FOO"):
            status, rest = ask(server[0], f"{method} /{path} HTTP/1.1\nHost: a\nX-Mark: repeated".encode())
            assert status in (404, 405) or (status, method) == (200, "HEAD"), (method, path)
            assert b"repeated" not in rest
        upgrade = f"GET /{path} HTTP/1.1\nHost: a\nConnection: Upgrade\nUpgrade: websocket\n"
        upgrade += "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\nSec-WebSocket-Version: 13"
        assert ask(server[0], upgrade.encode())[0] != 101


def test_a_head_that_comes_letter_by_letter_is_closed(server, watch):
    place = urlsplit(server[0])
    with watch, socket.create_connection((place.hostname, place.port), timeout=0.1) as one:
        one.sendall(b"GET /health HTTP/1.1\r\nHost: ")
        start, is_open = time.monotonic(), True
        while is_open and time.monotonic() - start < PATIENCE:
            try:
                one.sendall(b"a")
                is_open = one.recv(1) != b""
            except TimeoutError:
                pass
            except ConnectionError:
                is_open = False
    assert not is_open
    quick(watch)


MARK = {"_type": "gradio.FileData"}


@pytest.mark.parametrize("path", ["http://1.1.1.1/a.npy", "https://1.1.1.1/a.npy", "/etc/hostname", "a\0b"])
def test_gradio_is_given_no_file_that_was_not_sent(stranger, path):
    """It would fetch what an address names; and an agent's tools would send any file of the server's."""
    call = json.dumps({"data": [{"file": {"path": path, "meta": MARK}}], "session_hash": "a", "fn_index": 2})
    spelled = call.replace("meta", "\\u006deta")
    for body in (
        call.encode(),
        spelled.encode(),
        call.encode("utf-16"),
        call.encode()[:-1] + b',"a":' + b"1" * 5_000 + b"}",
    ):
        for where in ("queue/join", "call/tokenize", "mcp/"):
            status, said = stranger.post(f"gradio_api/{where}", body, "application/json")
            assert status == 400, (where, body[:40])
            assert "gradio_api/upload" in said or "A call is JSON" in said


def test_gradio_fetches_no_address(server):
    for place in ("http://1.1.1.1/", "HTTPS://1.1.1.1/", "http:/1.1.1.1"):
        assert get(f"{server[0]}gradio_api/file={place}")[0] == 404


HUGE = {
    "decode": [[[0] * 10_000] * 6, 0, None, "first"],
    "joints": [{"path": "a"}, {f"joint {number}": "a" for number in range(150_000)}],
    "tokenize": ["a" * 15_000_000, "first"],
}


def test_huge_calls_to_endpoints_hold_nobody_up(server, watch):
    calls = {one["api_name"]: one["id"] for one in json.loads(get(f"{server[0]}config")[2])["dependencies"]}
    one = Stranger(server[0])

    def call(name, data):
        body = json.dumps({"data": data, "session_hash": "huge", "fn_index": calls[name]}).encode()
        if one.post("gradio_api/queue/join", body, "application/json")[0] != 200:
            return ""
        return get(f"{server[0]}gradio_api/queue/data?session_hash=huge")[2]

    assert '"success":true' in call("tokenize", ["kick", "first"])  # the first takes longer
    with watch:
        answers = {name: call(name, data) for name, data in HUGE.items()}
        one.post("gradio_api/mcp/", json.dumps(HUGE["joints"]).encode(), "application/json")
    assert not any('"success":true' in answer for answer in answers.values())
    assert "more than is decoded in one call" in answers["decode"]
    # Gradio reads a call's JSON where it answers everybody: all of them are over in two seconds.
    assert not watch.failed
    assert watch.grown < MOST_MEGABYTES
    assert watch.longest < MOST_WAIT + TIMES_WAIT * watch.usual


def test_only_so_many_calls_wait(server, watch):
    """One works, as many as are let wait do, and the rest is told so; others go on.

    Its calls are still worked on when it ends: it comes last.
    """
    calls = json.loads(get(f"{server[0]}config")[2])["dependencies"]
    (number,) = (one["id"] for one in calls if one["api_name"] == "inspect")
    stranger, statuses = Stranger(server[0]), []
    with watch:
        for _ in range(12):
            body = {"data": ["first", None], "session_hash": "many", "fn_index": number}
            status, _ = stranger.post("gradio_api/queue/join", json.dumps(body).encode(), "application/json")
            statuses.append(status)
    refused = statuses.count(503)
    assert statuses == [200] * (12 - refused) + [503] * refused
    assert refused >= 12 - 4 - 2  # beside those that wait one works, and one was taken from the queue
    # Their work is done in this process, so that an edit goes between two bits of it.
    assert not watch.failed
    assert watch.typical < 0.5 + 5 * watch.usual
    assert watch.longest < 1 + 5 * watch.usual
