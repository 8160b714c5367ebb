"""Layout and what the page is served with: the one file that knows Gradio's page."""

import logging
from importlib.util import find_spec
from pathlib import Path
from threading import Event, Thread
from typing import Any

import gradio as gr
from gradio.utils import get_upload_folder
from starlette.middleware import Middleware

from app import api, limits, preview, script
from app.catalog import devices
from app.catalog.library import Library
from app.connection import Connection
from app.first_paint import FirstPaint, Written
from app.job import interrupt_overdue
from app.parsing import pool
from app.requests import route
from app.server import health, impatience, temporary
from app.server.callers import ListenerCount
from app.server.shield import Shield
from app.sessions import Sessions
from app.stage import first_frame
from app.visitor import Visitor

WIDGETS = Path(__file__).resolve().parent / "widgets"
# Its script alone is served; importing the package would take time and give nothing.
PLOTLY = Path(getattr(find_spec("plotly"), "origin", "")).resolve().parent / "package_data" / "plotly.min.js"
SWEEP_SECONDS = 15.0
WARM_SECONDS = 5.0  # after which the page is up, and what parses files can be made ready

log = logging.getLogger(__name__)

# Gradio runs this once, where its component is on the page: the studio, which is there already, moves in.
ON_LOAD = "window.moveIn({ element, upload });"


def build(library: Library) -> gr.Blocks:
    """The page over a library of clips and checkpoints."""
    devices.limit_threads()
    gr.set_static_paths([PLOTLY])
    with gr.Blocks(title=preview.TITLE, analytics_enabled=False, fill_width=True) as demo:
        gr.HTML("", html_template="<div></div>", js_on_load=ON_LOAD, apply_default_css=False)
        api.add(library)
    # Calls that answer at once would go past the queue, and so past its limits.
    demo.queue(api_open=False, max_size=limits.CALLS)
    return demo


def launch_settings(library: Library, state: health.Health | None = None) -> dict[str, Any]:
    """What `demo.launch` needs for this page: its style sheets and scripts, its own route, no run history."""
    impatience.install()
    state = state or health.Health()
    sessions = _sessions(library)
    first_paint = Middleware(FirstPaint, written=_written(library), tags=preview.tags)
    picture = preview.route(library, Path(get_upload_folder()))
    return {
        "footer_links": [],
        "run_history": False,
        "ssr_mode": False,
        "enable_monitoring": False,
        "max_file_size": limits.UPLOAD_MB * limits.MB,
        "app_kwargs": {
            "routes": [route(sessions, state), *health.routes(sessions, state), picture, script.route()],
            "middleware": [Middleware(Shield), Middleware(ListenerCount), first_paint],
            "openapi_url": None,
        },
    }


def _written(library: Library) -> Written:
    """The studio as it opens, for the page that is served."""
    opening = Connection(Visitor(library, Path(get_upload_folder())))
    sheets = [sheet.read_text() for sheet in style_sheets()]
    return Written(
        styles="".join(sheets),
        script=script.address(),
        shell=(WIDGETS / "shell.html").read_text().replace("PLOTLY_URL", _url(PLOTLY)),
        waiting=first_frame.svg(opening.visitor.workbench),
        opening={"number": 0, "notice": "", "views": opening.changed_views()},
    )


def _sessions(library: Library) -> Sessions:
    """The pages of this server, swept from time to time for as long as it runs."""
    uploads = Path(get_upload_folder())

    def connect() -> Connection:
        connection = Connection(Visitor(library, uploads))
        connection.page_shows_opening()
        return connection

    sessions = Sessions(connect)

    def sweep() -> None:
        never = Event()
        never.wait(WARM_SECONDS)
        try:
            pool.start()
        except OSError:
            log.exception("what parses files does not start")
        while not never.wait(SWEEP_SECONDS):
            try:
                sessions.sweep()
                interrupt_overdue()
                temporary.sweep(uploads)
            except Exception:
                log.exception("sweeping failed")

    Thread(target=sweep, name="sweep sessions", daemon=True).start()
    return sessions


def style_sheets() -> list[Path]:
    """The theme, each widget's own sheet, and what narrower screens change of all of them."""
    widgets = sorted(WIDGETS.glob("*/*.css"))
    return [WIDGETS / "theme.css", *widgets, WIDGETS / "narrow.css"]


def _url(file: Path) -> str:
    return f"gradio_api/file={file.as_posix()}"
