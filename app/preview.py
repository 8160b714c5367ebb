"""The picture that others show for a link to this page: the state that the link holds."""

import io
from collections import OrderedDict
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.catalog import devices
from app.catalog.library import Library
from app.errors import StudioError
from app.stage import exports, links
from app.visitor import Visitor
from app.workbench.workbench import Workbench

PATH = "/studio/preview.png"
SIZE = (1200, 630)
KEPT = 64  # pictures
TITLE = "RVQ Motion Studio"
WORDS = "Human motion as residual vector quantization: see, drop and edit its tokens."


def tags(scope: Mapping[str, Any]) -> str:
    """What the head of the page says to who shows a link to it, for the address that was asked for."""
    state = _state_of(scope.get("query_string", b"").decode("latin-1"))
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    scheme = headers.get(b"x-forwarded-proto", scope.get("scheme", "http")).split(",")[0].strip()
    base = f"{scheme}://{headers.get(b'host', 'localhost')}{scope.get('root_path', '')}"
    picture = f"{base}{PATH}" + (f"?state={quote(state, safe='')}" if state else "")
    told = {
        "og:type": "website",
        "og:title": TITLE,
        "og:description": WORDS,
        "og:image": picture,
        "og:image:width": str(SIZE[0]),
        "og:image:height": str(SIZE[1]),
    }
    metas = "".join(f'<meta property="{name}" content="{escape(value)}">' for name, value in told.items())
    return f'{metas}<meta name="twitter:card" content="summary_large_image">'


def route(library: Library, uploads: Path) -> Route:
    """The route that draws it, one picture at a time; where a state cannot be drawn, how the page opens."""
    kept: OrderedDict[str, bytes] = OrderedDict()
    one_at_a_time = CapacityLimiter(1)

    async def answer(request: Request) -> Response:
        state = _state_of(request.url.query)
        if state not in kept:
            kept[state] = await to_thread.run_sync(draw, library, uploads, state, limiter=one_at_a_time)
        kept.move_to_end(state)
        while len(kept) > KEPT:
            kept.popitem(last=False)
        return Response(kept[state], media_type="image/png", headers={"cache-control": "max-age=86400"})

    return Route(PATH, answer)


def draw(library: Library, uploads: Path, state: str) -> bytes:
    """A PNG of a link's state, at the moment that it shows."""
    from rvqvae.export.film import Film
    from rvqvae.export.strip import FilmWithTokens

    with devices.threads(1):
        bench, seconds = _opened(library, uploads, state)
        encoded = bench.encoded
        original, made = encoded.clip.features, bench.decoding.features
        words = encoded.clip.title, exports.caption(bench), bench.alignment
        known = encoded.checkpoint.known_body
        film = Film(original, made, encoded.fps, *words, against=encoded.reference, layout=known)
        frame = max(0, min(encoded.frames - 1, round(seconds * encoded.fps)))
        picture = next(FilmWithTokens(film, exports.token_strip(bench)).frames(*SIZE, first=frame))
    file = io.BytesIO()
    picture.save(file, "png")
    return file.getvalue()


def _opened(library: Library, uploads: Path, state: str) -> tuple[Workbench, float]:
    visitor = Visitor(library, uploads)
    opening = visitor.workbench
    try:
        links.open_link(visitor, state)
        visitor.workbench.encoded.need_joints("A picture is made of")
    except StudioError:
        return opening, opening.encoded.frames / opening.encoded.fps / 2
    return visitor.workbench, float((visitor.notification or {}).get("time", 0.0))


def _state_of(query: str) -> str:
    return parse_qs(query).get("state", [""])[0]
