"""What the layers of a clip carry, what a data set tells of a tokenizer, and figures of both."""

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import gradio as gr
from gradio import FileData

from app.api.arguments import Caller
from app.api.endpoint import endpoint
from app.api.work import add_file, plain
from app.errors import StudioError
from app.lab import beam, codebook, information, lattice
from app.lab import relabel as relabel_tab
from app.lab.dataset import RECORDED
from app.lab.information import CLIP
from app.rooms import figure_named
from app.values import as_int
from app.visitor import Visitor

MOST_WIDTHS = 8


@endpoint(long=True)
def analyse(
    request: gr.Request,
    data: str | dict = CLIP,
    clip: str | dict = "",
    checkpoint: str = "",
    alignment: str = "",
) -> dict:
    """Use of the codes, entropies with their estimators, information between layers and between steps
    beside what shuffled tokens give, and rate and distortion.

    Parameters
    ----------
    data : "clip" for the clip alone, "page" for all clips of the library, "recorded" for the training data's
        counts as the checkpoint holds them (use only), or a motion file of many clips, {"path"}
    """
    caller = Caller.of(request)
    visitor = caller.visitor(clip, checkpoint, alignment=alignment)
    key = add_file(visitor, caller.uploaded(data)) if isinstance(data, dict) else str(data)
    if key == RECORDED:
        return _use(visitor, "data_use", None)
    information.finish(visitor, key)
    of = CLIP if key == CLIP else "data"
    part: Any = dict(information.payload(visitor)["of"])[of]
    return _use(visitor, f"{of}_use", part["result"])


@endpoint(long=True)
def layer_subsets(request: gr.Request, clip: str | dict, checkpoint: str = "") -> dict:
    """Error in mm of a clip from every subset of its layers."""
    visitor = Caller.of(request).visitor(clip, checkpoint)
    scored = lattice.finish(visitor)
    return {"subsets": [asdict(subset) for subset in scored], "fps": visitor.workbench.encoded.clip.fps}


@endpoint(long=True)
def beam_search(request: gr.Request, clip: str | dict, widths: list, checkpoint: str = "") -> dict:
    """A clip encoded greedily and by beams of some widths: tokens, latent error, joint error in mm.

    Parameters
    ----------
    widths : of the beams, up to eight whole numbers such as [4, 16]
    """
    if len(widths) > MOST_WIDTHS:
        raise StudioError(f"{len(widths)} widths were sent; at most {MOST_WIDTHS} are tried at once.")
    visitor = Caller.of(request).visitor(clip, checkpoint)
    rows = beam.finish(visitor, [as_int(width) for width in widths])
    made = [{**asdict(row), "tokens": row.tokens.tolist(), "changed": row.changed.tolist()} for row in rows]
    return {"widths": made, "fps": visitor.workbench.encoded.clip.fps}


@endpoint(long=True)
def relabel(
    request: gr.Request,
    clip: str | dict,
    how: str = "random",
    seed: int = 0,
    layer: int | None = None,
    checkpoint: str = "",
) -> dict:
    """A clip's codes under other numbers: tokens, entropies, information and correlations before and
    after, and whether the motion stays.

    Parameters
    ----------
    how : "random", or "agreeing": the numbers under which neighbouring layers agree most
    seed : of the random numbers
    layer : number, from 1, of the one layer to relabel; all of them if null
    """
    visitor = Caller.of(request).visitor(clip, checkpoint)
    relabel_tab.finish(visitor, how, seed, layer)
    return plain(relabel_tab.payload(visitor)["result"])


@endpoint(long=True)
def figure(
    request: gr.Request,
    figure: str,
    kind: str = "png",
    clip: str | dict = "",
    about: dict | None = None,
    checkpoint: str = "",
    alignment: str = "",
) -> FileData:
    """A figure of the laboratory as png or svg, or its numbers as csv; what it needs is computed first.

    Parameters
    ----------
    figure : its name, such as layer-lattice; one that does not exist is answered with the list of those
        that do
    kind : png, svg or csv
    about : what it is of: data as of analyse; how, seed and layer as of relabel; layer and code as of
        look_up; step as of microscope; checkpoints and over as of compare; null for those that need nothing
    """
    caller = Caller.of(request)
    visitor = caller.visitor(clip, checkpoint, alignment=alignment)
    chosen, about = figure_named(figure), about or {}
    chosen.check_kind(kind)
    files = {name: value for name, value in about.items() if isinstance(value, dict)}
    added: dict[str, Any] = {name: add_file(visitor, caller.uploaded(file)) for name, file in files.items()}
    if "checkpoints" in about:
        added["checkpoints"] = caller.all_named(visitor, about["checkpoints"])
    chosen.prepare(visitor, **about | added)
    name, content = chosen.file(visitor, kind)
    file = Path(tempfile.mkdtemp(prefix="figure-", dir=caller.uploads)) / name
    file.write_bytes(content)
    return FileData(path=str(file), orig_name=name)


def _use(visitor: Visitor, which: str, measured: Any) -> dict:
    view: dict[str, Any] = dict(codebook.payload(visitor))
    if view[which] is None:
        raise StudioError("This checkpoint has no record of its codes' use in training; name other data.")
    return plain(
        {
            "alignment": visitor.workbench.alignment,
            "estimator": view["estimator"],
            "use": view[which],
            "codebooks": view["codebooks"],
            "information": measured,
        }
    )
