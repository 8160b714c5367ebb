"""Figures of the laboratory as files."""

import base64
import re

from app.figures import FIGURES
from app.figures.figure import FORMATS
from app.take import StudioError


def save_figure(session, figure: str, kind: str) -> None:
    """Hand over a figure as PNG or SVG, or its numbers as CSV."""
    if figure not in FIGURES:
        raise StudioError(f"There is no figure {figure!r}; choose one of {', '.join(FIGURES)}.")
    chosen = FIGURES[figure]
    if kind not in chosen.kinds:
        raise StudioError(f"{figure} is saved as {', '.join(chosen.kinds)}, not as {kind!r}.")
    payload = chosen.view.payload(session)
    if not chosen.ready(payload):
        raise StudioError("There is nothing to save yet: this figure has not been computed.")
    title = re.sub(r"[^\w-]+", "-", f"{session.workbench.take.clip.title}-{figure}").strip("-").lower()
    content = base64.b64encode(chosen.save(payload, kind)).decode("ascii")
    session.hand_over("file", name=f"{title}.{kind}", base64=content, type=FORMATS[kind])


COMMANDS = (save_figure,)
