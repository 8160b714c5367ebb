"""Single codes: a page of the dictionary, and one step taken apart."""

from typing import ClassVar

from app.endpoints import work
from app.endpoints.arguments import Endpoints
from app.views import entry, microscope, occurrences


class Codes(Endpoints):
    """Endpoints about single codes and steps."""

    NAMES: ClassVar = ("look_up", "microscope")
    LONG: ClassVar = ("look_up",)

    def look_up(self, layer: int, code: int, clip: str | dict = "", checkpoint: str = "") -> dict:
        """A code's page in the dictionary: where it occurs in the library's clips and in this one, its
        nearest codes, the average motion around it (metres) and what it changes alone (mm)."""
        session = self.session(clip, checkpoint)
        work.look_up(session, layer, code)
        page = {**work.plain(entry.payload(session)), "layer": layer}
        return {**page, "places": occurrences.payload(session)["places"]}

    def microscope(
        self, clip: str | dict, step: int, edits: list | None = None, checkpoint: str = ""
    ) -> dict:
        """One step's latent taken apart: for each layer what it was given, the code it chose, its runners-up
        and what is left, and the walk of the sums in the principal planes."""
        session = self.session(clip, checkpoint, edits=edits)
        work.magnify(session, step)
        return work.plain(microscope.payload(session))
