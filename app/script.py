"""The widgets' modules as one script, so that a page asks for all of them at once."""

import gzip
import re
from functools import cache
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PATH = "/studio/studio.js"
WIDGETS = Path(__file__).resolve().parent / "widgets"
ENTRY = WIDGETS / "studio.js"
FOREVER = "public, max-age=31536000, immutable"  # the address changes with what stands there

IMPORT = re.compile(r'^import (\{[^}]*\}|\* as \w+) from "([^"]+)";$', re.MULTILINE)
EXPORT = re.compile(r"^export ((?:async )?function|class|const) (\w+)", re.MULTILINE)
OTHER = re.compile(r"^(?:import|export)\b.*|^.*(?<!\{)\bimport\(.*", re.MULTILINE)  # types are in braces


def address() -> str:
    """Where the page finds the script, from where the page is."""
    return f"{PATH.removeprefix('/')}?{sha256(_text().encode()).hexdigest()[:16]}"


def route() -> Route:
    """The route that serves it."""
    text = _text().encode()
    short = gzip.compress(text)

    async def answer(request: Request) -> Response:
        headers = {"cache-control": FOREVER, "vary": "accept-encoding"}
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(text, media_type="text/javascript", headers=headers)
        headers["content-encoding"] = "gzip"
        return Response(short, media_type="text/javascript", headers=headers)

    return Route(PATH, answer)


def joined(entry: Path) -> str:
    """A module and all that it imports, each once and after what it imports itself, as one script.

    Raises
    ------
    ValueError
        If a module imports or exports in another form than the widgets do: names in braces or `* as name`
        from a file beside it; a function, class or constant where it is made.
    """
    modules: dict[Path, str] = {}

    def add(file: Path) -> None:
        text = file.read_text()
        for _, name in IMPORT.findall(text):
            if (imported := (file.parent / name).resolve()) not in modules:
                add(imported)
        modules[file] = _function(file, text, len(modules), list(modules))

    add(entry)
    return '"use strict";\n' + "".join(modules.values())


def _function(file: Path, text: str, number: int, before: list[Path]) -> str:
    """A module as a function that is called at once, whose result is what the module exports."""

    def imported(found: re.Match[str]) -> str:
        names, source = found.groups()
        to = names.removeprefix("* as ") if names.startswith("*") else names.replace(" as ", ": ")
        return f"const {to} = module{before.index((file.parent / source).resolve())};"

    exports = [name for _, name in EXPORT.findall(text)]
    body = EXPORT.sub(r"\1 \2", IMPORT.sub(imported, text))
    if unknown := OTHER.search(body):
        raise ValueError(f"{file.name}: “{unknown[0].strip()}” is a form that is not joined into one script")
    return f"const module{number} = (() => {{\n{body}\nreturn {{ {', '.join(exports)} }};\n}})();\n"


@cache
def _text() -> str:
    return joined(ENTRY)
