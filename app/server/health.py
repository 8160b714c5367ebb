"""How the server is: /health and /ready for whatever watches it, /metrics for who runs it."""

import hmac
import os
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from app.jobs import places
from app.sessions import Sessions

TOKEN = "STUDIO_METRICS_TOKEN"  # the environment variable; without it there are no metrics
LATEST = 1_000  # requests whose times are kept


@dataclass
class Health:
    """What is known of this process.

    Attributes
    ----------
    draining : whether it is about to end: work that runs is finished, nothing new begins
    times : seconds that the latest requests took
    """

    draining: bool = False
    requests: int = 0
    times: deque[float] = field(default_factory=lambda: deque(maxlen=LATEST))

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Count a request, and how long it takes."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.requests += 1
            self.times.append(time.perf_counter() - start)


def routes(sessions: Sessions, health: Health) -> list[Route]:
    """The routes that tell it."""

    async def alive(request: Request) -> Response:
        return PlainTextResponse("ok")

    async def ready(request: Request) -> Response:
        return PlainTextResponse("draining", 503) if health.draining else PlainTextResponse("ready")

    async def metrics(request: Request) -> Response:
        token = os.environ.get(TOKEN, "")
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not token or not hmac.compare_digest(given.encode(), token.encode()):
            return PlainTextResponse("Not Found", 404)
        return PlainTextResponse(_metrics(sessions, health))

    return [Route("/health", alive), Route("/ready", ready), Route("/metrics", metrics)]


def _metrics(sessions: Sessions, health: Health) -> str:
    times = sorted(health.times) or [0.0]
    values = {
        "memory_bytes": resident_bytes(),
        "sessions": len(sessions),
        "sessions_bytes": sessions.bytes,
        "jobs_running": places.working,
        "jobs_waiting": places.waiting,
        "requests_total": health.requests,
        "request_seconds_median": round(times[len(times) // 2], 4),
        "request_seconds_p99": round(times[int(0.99 * (len(times) - 1))], 4),
    }
    return "".join(f"studio_{name} {value}\n" for name, value in values.items())


def resident_bytes() -> int:
    """Memory of this process; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
