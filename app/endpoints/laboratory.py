"""What the layers of a clip carry, what a data set tells of a tokenizer, and figures of both."""

import base64
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar

from gradio import FileData

from app.commands.figures import save_figure
from app.endpoints import work
from app.endpoints.arguments import Endpoints
from app.figures import FIGURES
from app.lab import PAGE, RECORDED
from app.session import Session
from app.take import StudioError
from app.views import codebook, information, relabel
from rvqvae.statistics import compare_widths, layer_lattice

MOST_WIDTHS = 8

# What a figure's view is about, and what must be done first. Views that are not here need nothing.
NEEDED: dict[str, Callable[..., None]] = {
    "information": work.analyse,
    "lattice": work.score_subsets,
    "beam": work.compare_beams,
    "relabel": work.renumber,
    "dictionary": work.look_up,
    "entry": work.look_up,
    "microscope": work.magnify,
    "compare": work.compare,
}
USUAL: dict[str, dict[str, Any]] = {
    "information": {"data": PAGE},
    "relabel": {"how": "random", "seed": 0, "layer": None},
    "dictionary": {"layer": 1, "code": 0},
    "entry": {"layer": 1, "code": 0},
    "microscope": {"step": 0},
    "compare": {"checkpoints": None, "over": work.CLIP},
}


class Laboratory(Endpoints):
    """Endpoints of the laboratory."""

    NAMES: ClassVar = ("analyse", "layer_subsets", "beam_search", "relabel", "figure")
    LONG: ClassVar = NAMES

    def analyse(
        self, data: str | dict = work.CLIP, clip: str | dict = "", checkpoint: str = "", alignment: str = ""
    ) -> dict:
        """Use of the codes, entropies with their estimators, information between layers and between steps
        beside what shuffled tokens give, and rate and distortion.

        data is "clip" for the clip alone, "page" for all clips of the library, "recorded" for the training
        data's counts as the checkpoint holds them (use only), or a motion file of many clips that is sent
        along.
        """
        session = self.session(clip, checkpoint, alignment=alignment)
        key = work.add_file(session, self.uploaded(data)) if isinstance(data, dict) else str(data)
        if key == RECORDED:
            return self._use(session, "data_use", None)
        work.analyse(session, key)
        of = work.CLIP if key == work.CLIP else "data"
        part = information.payload(session)["of"][of]
        return self._use(session, f"{of}_use", part["result"])

    def _use(self, session: Session, which: str, measured: dict | None) -> dict:
        view = codebook.payload(session)
        if view[which] is None:
            raise StudioError("This checkpoint has no record of its codes' use in training; name other data.")
        return work.plain(
            {
                "alignment": view["alignment"],
                "estimator": view["estimator"],
                "use": view[which],
                "codebooks": view["codebooks"],
                "information": measured,
            }
        )

    def layer_subsets(self, clip: str | dict, checkpoint: str = "") -> dict:
        """Error in mm of a clip from every subset of its layers."""
        take = self.take(clip, checkpoint)
        take.need_joints("Scoring subsets of layers measures")
        scored = layer_lattice(take.checkpoint, take.clip.features, take.tokens)
        return {"subsets": [asdict(subset) for subset in scored], "fps": take.clip.fps}

    def beam_search(self, clip: str | dict, widths: list, checkpoint: str = "") -> dict:
        """A clip encoded greedily and by beams of some widths: tokens, latent error, joint error in mm."""
        if len(widths) > MOST_WIDTHS:
            raise StudioError(f"{len(widths)} widths were sent; at most {MOST_WIDTHS} are tried at once.")
        take = self.take(clip, checkpoint)
        take.need_joints("Comparing beams measures")
        rows = compare_widths(take.checkpoint, take.clip.features, widths)
        plain = [
            {**asdict(row), "tokens": row.tokens.tolist(), "changed": row.changed.tolist()} for row in rows
        ]
        return {"widths": plain, "fps": take.clip.fps}

    def relabel(
        self,
        clip: str | dict,
        how: str = "random",
        seed: int = 0,
        layer: int | None = None,
        checkpoint: str = "",
    ) -> dict:
        """A clip's codes under other numbers: tokens, entropies, information and correlations before and
        after, and whether the motion stays. how is random or agreeing; a layer alone, or all of them."""
        session = self.session(clip, checkpoint)
        work.renumber(session, how, seed, layer)
        return work.plain(relabel.payload(session)["result"])

    def figure(
        self,
        figure: str,
        kind: str = "png",
        clip: str | dict = "",
        about: dict | None = None,
        checkpoint: str = "",
        alignment: str = "",
    ) -> FileData:
        """A figure of the laboratory as png or svg, or its numbers as csv; what it needs is computed first.

        about holds what the figure is of: data as of analyse; how, seed and layer as of relabel; layer and
        code as of look_up; step as of microscope; checkpoints and over as of compare. A figure that does not
        exist is answered with the list of those that do.
        """
        session = self.session(clip, checkpoint, alignment=alignment)
        if figure in FIGURES:
            self._compute(session, figure, about or {})
        save_figure(session, figure, kind)
        folder = Path(tempfile.mkdtemp(prefix="figure-", dir=self.uploads))
        file = folder / session.parcel["name"]
        file.write_bytes(base64.b64decode(session.parcel["base64"]))
        return FileData(path=str(file), orig_name=file.name)

    def _compute(self, session: Session, figure: str, about: dict) -> None:
        view = FIGURES[figure].view.name
        if view == codebook.VIEW.name and "data" in about:
            view = information.VIEW.name
        if view not in NEEDED:
            return
        about = {**USUAL.get(view, {}), **about}
        if figure.endswith(f"-{work.CLIP}"):
            about["data"] = work.CLIP
        for name in ("data", "over"):
            if isinstance(about.get(name), dict):
                about[name] = work.add_file(session, self.uploaded(about[name]))
        NEEDED[view](session, **about)
