"""Single codes: a page of the dictionary, and one step taken apart."""

import gradio as gr

from app.api.arguments import Caller
from app.api.endpoint import endpoint
from app.api.work import plain
from app.lab import dictionary, dictionary_entry
from app.lab import microscope as microscope_tab


@endpoint(long=True)
def look_up(request: gr.Request, layer: int, code: int, clip: str | dict = "", checkpoint: str = "") -> dict:
    """A code's page in the dictionary: where it occurs in the library's clips and in this one, its
    nearest codes, the average motion around it (metres) and what it changes alone (mm)."""
    visitor = Caller.of(request).visitor(clip, checkpoint)
    dictionary.finish(visitor, layer, code)
    page = {**plain(dictionary_entry.payload(visitor)), "layer": layer}
    return {**page, "places": dictionary_entry.places_payload(visitor)["places"]}


@endpoint
def microscope(
    request: gr.Request, clip: str | dict, step: int, edits: list | None = None, checkpoint: str = ""
) -> dict:
    """One step's latent taken apart: for each layer what it was given, the code it chose, its runners-up
    and what is left, and the walk of the sums in the principal planes."""
    visitor = Caller.of(request).visitor(clip, checkpoint, edits=edits)
    microscope_tab.magnify(visitor, step)
    return plain(microscope_tab.payload(visitor))
