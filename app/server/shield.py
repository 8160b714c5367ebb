"""What stands before everything: sizes, times and addresses of requests, and headers of answers."""

import asyncio
import os
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from gradio.utils import get_upload_folder
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from app import limits
from app.errors import StudioError
from app.server import temporary
from app.server.addresses import address_of
from app.server.bodies import ForeignFileError, check_files, check_values

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

API = "/gradio_api"
UPLOAD = f"{API}/upload"
# Gradio's own for its makers, and a description of endpoints that nobody needs: on request only.
CLOSED = (
    "/monitoring",
    *(f"{API}/{one}" for one in ("openapi.json", "vibe", "undo-vibe", "proxy=", "dev")),
)
# Gradio would fetch what an address names, for whoever asks.
FETCHED = f"{API}/file=http"
# They stay open for as long as whoever asked listens.
STREAMS = (f"{API}/heartbeat", f"{API}/queue/data", f"{API}/upload_progress")
OPENED = "STUDIO_OPENAPI"
# A Space shows the page in a frame of the Hub's.
ANCESTORS = os.environ.get("STUDIO_FRAME_ANCESTORS", "'self' https://huggingface.co https://*.hf.space")
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "media-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' blob: data:; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
    f"form-action 'self'; frame-ancestors {ANCESTORS}"
)
HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"content-security-policy", POLICY.encode()),
]


class Shield:
    """ASGI middleware."""

    def __init__(self, app: App):
        self._app = app
        self._streams: Counter[str] = Counter()  # that are open, by address

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http" or not scope["path"].startswith(STREAMS):
            await self._shielded(scope, receive, send)
            return
        address = address_of(Request(scope))
        if self._streams[address] >= limits.STREAMS:
            refusal = PlainTextResponse("Many pages are open where you are; close one.", 429)
            await refusal(scope, receive, send)
            return
        self._streams[address] += 1
        try:
            await self._shielded(scope, receive, send)
        finally:
            self._streams[address] -= 1
            if not self._streams[address]:
                del self._streams[address]

    async def _shielded(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await send(message)

        refusal = _refusal(scope)
        if refusal is None and scope["method"] == "POST":
            try:
                receive = await _body(scope, receive)
            except TimeoutError:
                refusal = 408, "The rest of this request did not come."
            except ForeignFileError as error:
                refusal = 400, str(error)
            except StudioError as error:
                refusal = 413, str(error)
        if refusal is not None:
            await PlainTextResponse(refusal[1], refusal[0])(scope, receive, send_with_headers)
            return
        await self._app(scope, receive, send_with_headers)


def _refusal(scope: MutableMapping[str, Any]) -> tuple[int, str] | None:
    """Status and words for a request that nothing else need see."""
    path, named = scope["path"], {name for name, _ in scope["headers"]}
    if {b"content-length", b"transfer-encoding"} <= named:
        # Where a proxy goes by the one and this server by the other, a second request hides in the first.
        return 400, "A request says how long it is in one way."
    whole = len(path) + len(scope.get("query_string", b""))
    if len(path) > limits.PATH_CHARACTERS or whole > 4 * limits.PATH_CHARACTERS:
        return 414, "That address is too long."
    if path.lower().startswith(FETCHED) or (path.startswith(CLOSED) and not os.environ.get(OPENED)):
        return 404, "Not Found"
    if path.startswith(UPLOAD) and scope["method"] == "POST":
        length = dict(scope["headers"]).get(b"content-length", b"")
        if length.isdigit() and int(length) > (limits.UPLOAD_MB + 1) * limits.MB:
            return 413, f"A file has at most {limits.UPLOAD_MB} MB."
        if not temporary.has_room(int(length) if length.isdigit() else 0):
            return 507, "The server's disk is full; try again later."
    return None


async def _body(scope: MutableMapping[str, Any], receive: Receive) -> Receive:
    """The same body, looked over; that of an upload as it comes, but not for ever."""
    if scope["path"].startswith(UPLOAD):
        return _patient(receive, [(limits.UPLOAD_MB + 1) * limits.MB])
    api = scope["path"].startswith(API)
    most = (limits.API_BODY_MB if api else limits.BODY_MB) * limits.MB
    body = bytearray()
    async with asyncio.timeout(limits.BODY_SECONDS):
        while True:
            message = await receive()
            body += message.get("body", b"")
            if len(body) > most:
                raise StudioError(f"A request has at most {most >> 20} MB.")
            if message["type"] != "http.request" or not message.get("more_body"):
                break
    if api:
        check_values(bytes(body))
        check_files(bytes(body), Path(get_upload_folder()))
    whole: Message | None = {"type": "http.request", "body": bytes(body), "more_body": False}

    async def again() -> Message:
        nonlocal whole
        if whole is None or message["type"] != "http.request":
            return message if message["type"] != "http.request" else await receive()
        found, whole = whole, None
        return found

    return again


def _patient(receive: Receive, left: list[int]) -> Receive:
    """A body piece by piece, each within a time; too much of it ends it."""
    ended = False

    async def piece() -> Message:
        nonlocal ended
        if ended:
            return await receive()
        try:
            async with asyncio.timeout(limits.BODY_SECONDS):
                message = await receive()
        except TimeoutError:
            return {"type": "http.disconnect"}
        left[0] -= len(message.get("body", b""))
        ended = not message.get("more_body")
        return message if left[0] >= 0 else {"type": "http.disconnect"}

    return piece
