"""Layout and event wiring: the one file that knows Gradio's events."""

import logging
from pathlib import Path

import gradio as gr
import plotly
from gradio.utils import get_upload_folder

from app import endpoints
from app.library import Library
from app.session import Session

WIDGETS = Path(__file__).resolve().parent / "widgets"
PLOTLY = Path(plotly.__file__).resolve().parent / "package_data" / "plotly.min.js"
TITLE = "RVQ Motion Studio"

# Gradio runs this once, where the shell is on the page. The address is made whole against the page's own,
# so that it holds behind a proxy and inside a Space's frame.
ON_LOAD = """
import(new URL("MODULE_URL", document.baseURI).href)
  .then((studio) => studio.mount({ element, props, trigger, watch, upload }));
"""

log = logging.getLogger(__name__)


def build(library: Library) -> gr.Blocks:
    """The page over a library of clips and checkpoints."""
    gr.set_static_paths([WIDGETS, PLOTLY])
    uploads = Path(get_upload_folder())
    opening = Session(library, uploads)
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as demo:
        session = gr.State(None, delete_callback=_forget)
        shell = gr.HTML(
            {"letter": 0, "notice": "", "views": opening.changed_views()},
            html_template=(WIDGETS / "shell.html").read_text().replace("PLOTLY_URL", _url(PLOTLY)),
            js_on_load=ON_LOAD.replace("MODULE_URL", _url(WIDGETS / "studio.js")),
            apply_default_css=False,
        )
        shell.input(
            _postman(library, uploads),
            session,
            [session, shell],
            queue=False,
            show_progress="hidden",
            trigger_mode="multiple",
            api_visibility="private",
        )
        endpoints.add(library)
    return demo


def launch_settings() -> dict:
    """What `demo.launch` needs for this page: its style sheets and scripts, and no run history."""
    modules = sorted(WIDGETS.rglob("*.js"))
    styles = "".join(sheet.read_text() for sheet in style_sheets())
    preload = "".join(f'<link rel="modulepreload" href="{_url(module)}">' for module in modules)
    return {
        "head": f"<style>{styles}</style>{preload}",
        "footer_links": [],
        "run_history": False,
        "ssr_mode": False,
        # Sessions beyond these are forgotten, the oldest first; their pages bring their work back.
        "state_session_capacity": 200,
    }


def style_sheets() -> list[Path]:
    """The theme, each widget's own sheet, and what narrower screens change of all of them."""
    widgets = sorted(WIDGETS.glob("*/*.css"))
    return [WIDGETS / "theme.css", *widgets, WIDGETS / "narrow.css"]


def _postman(library: Library, uploads: Path):
    """The handler of a page's letters: (session or None, the event) to (session, answer)."""

    def answer(session: Session | None, event: gr.EventData):
        letter = event._data
        if session is None:
            session = Session(library, uploads)
            session.page_shows_opening()
        try:
            return session, session.answer(letter)
        except Exception:
            log.exception("letter %s failed", letter.get("letter"))
            notice = "The server could not do that; what you see is the last state that worked."
            return session, {"letter": letter.get("letter"), "notice": notice, "views": {}}

    return answer


def _forget(session: Session | None) -> None:
    if session is not None:
        session.jobs.cancel_all()


def _url(file: Path) -> str:
    return f"gradio_api/file={file.as_posix()}"
