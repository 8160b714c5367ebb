"""What the page does, for programs: stable endpoints for `gradio_client`.

A clip is a key of `list_library`, or a motion file sent along with `gradio_client.handle_file`. Layers are
numbered from 1. Whatever cannot be done is answered by one sentence. Nothing is remembered between two calls
but the checkpoints that a caller opened.
"""

from pathlib import Path

import gradio as gr
from gradio.utils import get_upload_folder

from app.api import checkpoints, codes, described, editing, keeping, laboratory, learning, motion, tables
from app.api.endpoint import ENDPOINTS, Endpoint, Server, served
from app.api.opened import Opened
from app.catalog.library import Library
from app.server.callers import callers

# Importing a module declares its endpoints.
MODULES = (motion, editing, codes, laboratory, checkpoints, tables, keeping, learning)


def add(library: Library) -> None:
    """Register the endpoints in the `gr.Blocks` being built."""
    server = Server(library, Path(get_upload_folder()), Opened(), callers.has_left)
    for one in ENDPOINTS:
        _register(one, server)


def _register(one: Endpoint, server: Server) -> None:
    run = served(one.run, server)
    run.__doc__ = described.docstring(one.run)
    gr.api(  # type: ignore[attr-defined]
        run,
        api_name=one.run.__name__,
        api_description=described.description(one.run),
        concurrency_id="long" if one.long else None,
        concurrency_limit=1 if one.long else "default",
    )
