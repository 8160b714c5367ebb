"""Checkpoints: how their codebooks are used, whether they are sound, side by side, and the caller's own."""

from dataclasses import asdict
from pathlib import Path

import gradio as gr
import numpy as np

from app.api import work
from app.api.arguments import Caller
from app.api.endpoint import endpoint, go_on
from app.catalog import own_checkpoints
from app.catalog.examining import report_on
from app.catalog.own_checkpoints import check_where
from app.errors import StudioError
from app.lab import compare as compare_tab
from rvqvae.evaluation.metrics import code_counts, usage_statistics


@endpoint
def codebook_statistics(request: gr.Request, clip: str | dict = "", checkpoint: str = "") -> dict:
    """For each layer tokens, codes used, perplexity and entropy in bits: in a clip if one is given, and
    over the training data if the checkpoint has a record of it."""
    caller = Caller.of(request)
    loaded = caller.checkpoint(checkpoint)
    in_clip = None
    if clip:
        in_clip = code_counts(caller.encoded(clip, checkpoint).tokens, loaded.config.num_embeddings)
    return {
        "codes": loaded.config.num_embeddings,
        "clip": None if in_clip is None else _layers(in_clip),
        "training": None if loaded.usage is None else _layers(loaded.usage),
    }


@endpoint(long=True)
def inspect(request: gr.Request, checkpoint: str = "", files: list | None = None) -> dict:
    """The doctor's report: what a checkpoint is, what was measured, and what was found wrong; or the same
    of files that are sent along, whether or not they can be loaded.

    Parameters
    ----------
    files : a checkpoint's files that were sent, [{"path"}, ...]; null for the checkpoint that is named
    """
    caller = Caller.of(request)
    if files:
        entry = own_checkpoints.from_uploads([caller.uploaded(file) for file in files])
    else:
        visitor = caller.visitor()
        entry = visitor.catalog.entry(caller.checkpoint_key(visitor, checkpoint))
    return report_on(entry, go_on).to_dict()


@endpoint(long=True)
def compare(
    request: gr.Request,
    checkpoints: list | None = None,
    over: str | dict = compare_tab.CLIP,
    clip: str | dict = "",
    checkpoint: str = "",
) -> dict:
    """Up to four checkpoints side by side: error by layer, rate and distortion, use of the codes, speed,
    size."""
    caller = Caller.of(request)
    visitor = caller.visitor(clip, checkpoint)
    key = work.add_file(visitor, caller.uploaded(over)) if isinstance(over, dict) else str(over)
    compare_tab.finish(visitor, caller.all_named(visitor, checkpoints), key)
    return work.plain(compare_tab.payload(visitor)["result"])


@endpoint(long=True)
def open_checkpoint(request: gr.Request, files: list | None = None, where: str = "") -> dict:
    """Open a checkpoint of one's own, of this project, MoMask, T2M-GPT, MotionGPT or Motion-S. What is
    answered as "checkpoint" names it in other calls; the latest few are kept.

    Parameters
    ----------
    files : its files together, [{"path"}, ...]: weights and what lies beside them (config.json, opt.txt,
        mean.npy, std.npy); null where it is not sent
    where : an id on the Hugging Face Hub, owner/name, where no files are sent; or a path, where the server
        allows it
    """
    caller = Caller.of(request)
    if files:
        own = own_checkpoints.from_uploads([caller.uploaded(file) for file in files])
    elif where:
        check_where(where, paths_allowed=caller.library.paths_allowed)
        own = own_checkpoints.load(where, Path(where).name, trusted=caller.library.paths_allowed)
    else:
        raise StudioError("Nothing was sent to open; send files, or say where the checkpoint is.")
    name = caller.opened.keep(caller.name, own)
    loaded = own.load()
    return {
        "checkpoint": name,
        "title": own.title,
        "layout": loaded.layout,
        "features": loaded.config.input_dim,
        "layers": loaded.config.num_quantizers,
        "codes": loaded.config.num_embeddings,
        "fps": loaded.fps,
        "remarks": list(loaded.info.get("remarks", ())),
    }


@endpoint
def forget_checkpoint(request: gr.Request, checkpoint: str) -> dict:
    """Put one of one's own checkpoints away; returns the keys of those that are left to a named client.

    Parameters
    ----------
    checkpoint : what open_checkpoint answered
    """
    caller = Caller.of(request)
    caller.opened.forget(caller.name, str(checkpoint))
    return {"checkpoints": list(caller.opened.of(caller.name))}


def _layers(counts: np.ndarray) -> list[dict]:
    return [asdict(layer) for layer in usage_statistics(counts)]
