"""The way of the page's requests: a POST with commands in, changed views out, beside Gradio's own events."""

import gzip
import json
import logging
import re
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app import limits
from app.connection import REFUSED
from app.errors import StudioError
from app.server.addresses import address_of
from app.server.bodies import check_values
from app.server.health import Health
from app.sessions import Session, Sessions, TooManyError

PATH = "/studio/requests"
MOST_BYTES = limits.BODY_MB * limits.MB  # of a body: the browser keeps work of up to 5 MB and sends it back
MOST_COMMANDS = limits.COMMANDS  # of one request, and of what brings work back
# They wait for a process that reads a file; requests without one have threads of their own.
READ_FILES = {"open_file", "open_table", "open_checkpoint", "use_joint_map", "check_table", "play_measured"}
NOT_FINITE = (
    "What this comes to holds NaN or infinity, which cannot be shown; undo it, or choose another clip or "
    "checkpoint."
)
LONGEST_NOTICE = 2_000  # characters: whatever of a request it repeats
_LONG_WORD = re.compile(r"(\S{120})\S{80,}")  # no sentence has one, but for what it repeats
SMALL = 1024  # bytes that compression would not shorten much

log = logging.getLogger(__name__)


def route(sessions: Sessions, health: Health) -> Route:
    """The route that answers pages."""
    quick = CapacityLimiter(limits.QUICK_REQUESTS)
    reading = CapacityLimiter(limits.FILE_REQUESTS)

    async def handle(request: Request) -> Response:
        if not _same_origin(request):
            return _refusal(403, "This page was not served from here.")
        try:
            message = read_message(await _body(request))
        except TooLargeError as error:
            return _refusal(413, str(error))
        except StudioError as error:
            return _refusal(400, str(error))
        compress = "gzip" in request.headers.get("accept-encoding", "")
        workers = reading if _reads_files(message) else quick
        if health.draining and message.get("session") is None:
            return _refusal(503, "This server is about to restart.")
        with health.timed():
            answer = partial(_answer, sessions, message, compress, address_of(request))
            return await to_thread.run_sync(answer, limiter=workers)

    return Route(PATH, handle, methods=["POST"])


class TooLargeError(StudioError):
    """A body that is larger than any page sends."""


def read_message(body: bytes) -> dict[str, Any]:
    """A request as a page sends it, checked.

    Raises
    ------
    StudioError
        If it is none.
    """
    check_values(body)
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        raise StudioError("A request is a JSON object.") from None
    if not isinstance(message, dict):
        raise StudioError("A request is a JSON object.")
    number, commands, token = (message.get(key) for key in ("number", "commands", "session"))
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise StudioError("A request has a number, 1 or more.")
    if not isinstance(commands, list) or not all(isinstance(command, dict) for command in commands):
        raise StudioError("A request has a list of commands.")
    if len(commands) > MOST_COMMANDS:
        raise StudioError(f"A request has at most {MOST_COMMANDS} commands.")
    if token is not None and not isinstance(token, str):
        raise StudioError("A session is a text, or null.")
    resume = message.get("resume")
    if not isinstance(resume, dict | None):
        raise StudioError("What a session resumes is an object, or null.")
    then = resume.get("then", ()) if resume else ()
    if not isinstance(then, list | tuple) or not all(isinstance(command, dict) for command in then):
        raise StudioError("What a session resumes has a list of commands.")
    if len(then) > MOST_COMMANDS:
        raise StudioError(f"A request has at most {MOST_COMMANDS} commands.")
    return message


def _reads_files(message: dict[str, Any]) -> bool:
    commands = [*message["commands"], *((message.get("resume") or {}).get("then", ()))]
    return any(str(command.get("name")) in READ_FILES for command in commands)


def _answer(sessions: Sessions, message: dict[str, Any], compress: bool, address: str) -> Response:
    token = message.get("session")
    try:
        session = sessions.begin(address) if token is None else sessions.find(token)
    except TooManyError as error:
        return _refusal(429, str(error))
    if session is None:
        return _refusal(410, "This server does not know this session.")
    if not session.busy.acquire(blocking=False):
        return _refusal(409, "This session's last request is still worked on.")
    try:
        try:
            return _response({"session": session.token, **_apply(session, message)}, compress)
        except ValueError:  # a number that JSON has no word for
            session.connection.page_has_nothing()
            refused = {"number": message["number"], "notice": NOT_FINITE, "kind": REFUSED, "views": {}}
            return _response({"session": session.token, **refused}, compress)
    finally:
        session.busy.release()
        if _reads_files(message):
            sessions.measure(session)


def _apply(session: Session, message: dict[str, Any]) -> dict[str, Any]:
    try:
        answer = session.connection.answer(message)
        notice = _LONG_WORD.sub(r"\1…", answer["notice"])[:LONGEST_NOTICE]
        return {**answer, "notice": notice}
    except Exception:
        log.exception("a request failed")
        notice = "The server could not do that; what you see is the last state that worked."
        return {"number": message["number"], "notice": notice, "views": {}}


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise TooLargeError(f"A request has at most {MOST_BYTES >> 20} MB.")
    return bytes(body)


def _same_origin(request: Request) -> bool:
    """Whether a browser sent this from a page of this server's; programs send no origin."""
    origin = request.headers.get("origin")
    if origin is None:
        return True
    hosts = (request.headers.get("host"), request.headers.get("x-forwarded-host"))
    return urlsplit(origin).netloc in hosts


def _response(content: dict[str, Any], compress: bool) -> Response:
    body = json.dumps(content, allow_nan=False, separators=(",", ":")).encode()
    headers = {"Cache-Control": "no-store"}
    if compress and len(body) > SMALL:
        body = gzip.compress(body, compresslevel=1)
        headers["Content-Encoding"] = "gzip"
    return Response(body, headers=headers, media_type="application/json")


def _refusal(status: int, words: str) -> Response:
    return Response(json.dumps({"notice": words}), status, media_type="application/json")
