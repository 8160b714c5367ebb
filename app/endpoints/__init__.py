"""What the page does, for programs: stable endpoints for `gradio_client`, stateless.

A clip is a key of `list_library`, or a motion file sent along with `gradio_client.handle_file`. Layers are
numbered from 1. Whatever cannot be done is answered by one sentence.
"""

from collections.abc import Callable
from functools import wraps

import gradio as gr

from app.endpoints.checkpoints import Checkpoints
from app.endpoints.editing import Editing
from app.endpoints.laboratory import Laboratory
from app.endpoints.motion import Motion
from app.library import Library

GROUPS = (Motion, Editing, Checkpoints, Laboratory)


def add(library: Library) -> None:
    """Register the endpoints in the `gr.Blocks` being built."""
    for group in GROUPS:
        endpoints = group(library)
        for name in group.NAMES:
            gr.api(
                _in_one_sentence(getattr(endpoints, name)),
                api_name=name,
                concurrency_id="long" if name in group.LONG else None,
                concurrency_limit=1 if name in group.LONG else "default",
            )


def _in_one_sentence(endpoint: Callable) -> Callable:
    """The endpoint with its refusals as errors that travel to the caller."""

    @wraps(endpoint)
    def answer(*arguments):
        try:
            return endpoint(*arguments)
        except ValueError as error:
            raise gr.Error(str(error)) from error
        except TypeError as error:
            raise gr.Error(f"The arguments cannot be read ({error}).") from error

    return answer
