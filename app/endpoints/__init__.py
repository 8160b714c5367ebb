"""What the page does, for programs: stable endpoints for `gradio_client`.

A clip is a key of `list_library`, or a motion file sent along with `gradio_client.handle_file`. Layers are
numbered from 1. Whatever cannot be done is answered by one sentence. Nothing is remembered between two calls
but the checkpoints that a caller opened.
"""

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from pathlib import Path

import gradio as gr
from gradio.utils import get_upload_folder

from app.endpoints.arguments import Endpoints
from app.endpoints.checkpoints import Checkpoints
from app.endpoints.codes import Codes
from app.endpoints.editing import Editing
from app.endpoints.keeping import Keeping
from app.endpoints.laboratory import Laboratory
from app.endpoints.learning import Learning
from app.endpoints.motion import Motion
from app.endpoints.opened import Opened
from app.endpoints.tables import Tables
from app.library import Library

GROUPS = (Motion, Editing, Codes, Laboratory, Checkpoints, Tables, Keeping, Learning)


def add(library: Library) -> None:
    """Register the endpoints in the `gr.Blocks` being built."""
    uploads, opened = Path(get_upload_folder()), Opened()
    for group in GROUPS:
        for name in group.NAMES:
            gr.api(
                _endpoint(group, name, library, uploads, opened),
                api_name=name,
                concurrency_id="long" if name in group.LONG else None,
                concurrency_limit=1 if name in group.LONG else "default",
            )


def _endpoint(group: type[Endpoints], name: str, library: Library, uploads: Path, opened: Opened) -> Callable:
    """A method as a function that Gradio can call; its refusals are errors that travel to the caller."""
    method = getattr(group, name)
    request = Parameter("request", Parameter.POSITIONAL_OR_KEYWORD, annotation=gr.Request)

    @wraps(method)
    def answer(request: gr.Request, *arguments):
        endpoints = group(library, uploads, opened, request.session_hash or "")
        try:
            return method(endpoints, *arguments)
        except ValueError as error:
            raise gr.Error(str(error), print_exception=False) from error
        except (TypeError, KeyError, AttributeError, OverflowError) as error:
            raise gr.Error(f"The arguments cannot be read ({error}).", print_exception=False) from error

    # Gradio passes the request where the signature asks for it, and shows callers the rest.
    _, *parameters = signature(method).parameters.values()
    answer.__signature__ = signature(method).replace(parameters=[request, *parameters])
    answer.__annotations__ = {"request": gr.Request, **method.__annotations__}
    return answer
