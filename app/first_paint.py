"""The page as it is served: the studio stands in it, and comes to life before Gradio's script has loaded.

Gradio's script draws a page once all of itself has arrived, which takes longer than all that is the
studio's. So what Gradio serves is completed on its way out: with styles, the shell, its script and the
opening state. Later the shell moves to its place among Gradio's components.
"""

import gzip
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

PAGE = "/"
FIRST_SCRIPT = b"<script"  # ours goes before, and so runs before
GRADIO = b"<gradio-app"
NAMES_WHAT_OPENS = re.compile(rb"(?:^|&)(?:state|lesson)=")
# What Gradio says of every page of its own; the first one counts.
SAID = re.compile(rb'<meta\s+(property="og:|name="twitter:)[^>]*>')

# Light or dark as Gradio decides it, so that nothing changes when it does.
THEME = """<script>{
const asked = new URLSearchParams(location.search).get("__theme");
const dark = asked === "dark" || (asked !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
document.body.classList.toggle("dark", dark);
}</script>"""


@dataclass(frozen=True)
class Written:
    """What is written into the page.

    Attributes
    ----------
    styles : style sheet of the studio
    script : address of its script
    shell : its elements
    waiting : what stands in their place until the script has run, unless the address names what opens
    opening : what the script begins with, as JSON
    """

    styles: str
    script: str
    shell: str
    waiting: str
    opening: Any

    @property
    def head(self) -> str:
        """What goes before Gradio's scripts."""
        return f'<style>{self.styles}</style><script defer src="{self.script}"></script>'

    def body(self, waiting: bool) -> str:
        """What goes before Gradio's element."""
        opening = json.dumps(self.opening, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")
        picture = self.waiting if waiting else ""
        return (
            f'{THEME}<div id="waiting" aria-hidden="true">{picture}</div>{self.shell}'
            f'<script type="application/json" id="opening">{opening}</script>'
        )


class FirstPaint:
    """ASGI middleware that completes the page; everything else passes as it is.

    written : what is written into it
    tags : scope of a request to what the head says besides
    """

    def __init__(self, app: Callable[..., Any], written: Written, tags: Callable[[Mapping[str, Any]], str]):
        self.app = app
        self.tags = tags
        self.head = written.head
        self.bodies = {waiting: written.body(waiting).encode() for waiting in (False, True)}

    async def __call__(
        self, scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Any]
    ) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] != PAGE:
            await self.app(scope, receive, send)
            return
        start: dict[str, Any] = {}
        body = bytearray()

        async def hold(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            body.extend(message.get("body", b""))
            if message.get("more_body"):
                return
            written, more = self._complete(scope, bytes(body))
            dropped = {b"content-length", b"content-encoding"} if more else {b"content-length"}
            headers = [pair for pair in start["headers"] if pair[0].lower() not in dropped]
            headers += [(b"content-length", str(len(written)).encode()), *more]
            await send({**start, "headers": headers})
            await send({"type": "http.response.body", "body": written})

        await self.app(scope, receive, hold)

    def _complete(self, scope: Mapping[str, Any], page: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
        """The page with what is written into it, and the headers that it then has besides."""
        page = SAID.sub(b"", page)
        head = (self.tags(scope) + self.head).encode()
        opens = not NAMES_WHAT_OPENS.search(scope.get("query_string", b""))
        before, gradio, after = page.rpartition(GRADIO)
        page = before.replace(FIRST_SCRIPT, head + FIRST_SCRIPT, 1) + self.bodies[opens] + gradio + after
        headers = [(b"vary", b"accept-encoding")]
        if b"gzip" not in dict(scope["headers"]).get(b"accept-encoding", b""):
            return page, headers
        return gzip.compress(page, compresslevel=3), [*headers, (b"content-encoding", b"gzip")]
