"""Who waits for an endpoint's answer: Gradio sends it over a stream, which breaks when its caller leaves."""

import time
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from threading import Lock
from typing import Any
from urllib.parse import parse_qs

from app import limits

STREAM = "/gradio_api/queue/data"
PATIENCE = 5.0  # seconds in which a caller may open another stream: one ends with each of several answers

Message = MutableMapping[str, Any]
App = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]


class Callers:
    """Callers by session hash, whose streams are open or were closed of late."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._open: Counter[str] = Counter()
        self._closed: dict[str, float] = {}

    def has_left(self, caller: str) -> bool:
        """Whether a caller who listened does so no more."""
        with self._lock:
            return self._clock() - self._closed.get(caller, float("inf")) > PATIENCE

    def opened(self, caller: str) -> None:
        """Note a stream."""
        with self._lock:
            self._open[caller] += 1
            self._closed.pop(caller, None)

    def closed(self, caller: str) -> None:
        """Note the end of one; what nobody can ask about any more is forgotten."""
        with self._lock:
            self._open[caller] -= 1
            if self._open[caller] <= 0:
                del self._open[caller]
                self._closed[caller] = self._clock()
            oldest = self._clock() - 2 * limits.JOB_SECONDS
            self._closed = {one: at for one, at in self._closed.items() if at > oldest}


callers = Callers()


class ListenerCount:
    """ASGI middleware that tells `callers` of their streams."""

    def __init__(self, app: App):
        self._app = app

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:
        """Pass everything on."""
        if scope["type"] != "http" or not scope["path"].endswith(STREAM):
            await self._app(scope, receive, send)
            return
        (caller,) = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("session_hash", [""])[:1]
        callers.opened(caller)
        try:
            await self._app(scope, receive, send)
        finally:
            callers.closed(caller)
