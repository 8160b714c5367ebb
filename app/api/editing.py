"""Edits of tokens, and what they do."""

from dataclasses import asdict

import gradio as gr

from app.api.arguments import Caller
from app.api.endpoint import endpoint
from app.errors import StudioError
from app.workbench.decoding import Decoding
from app.workbench.workbench import Workbench
from rvqvae import statistics
from rvqvae.statistics import codebook_arrays


def errors_of(bench: Workbench, decoding: Decoding | None = None, name: str = "error") -> dict:
    """The mean error of a decoding, or of the present one, and how it is measured: joints in mm, or
    channels."""
    mean = float((decoding or bench.decoding).errors(bench.alignment).mean())
    how = {"alignment": bench.alignment, "fps": bench.encoded.clip.fps}
    if bench.encoded.has_joints:
        return {f"{name}_mm": mean, **how}
    return {name: mean, "unit": bench.encoded.measure.unit(bench.alignment), **how}


@endpoint
def edit(
    request: gr.Request,
    clip: str | dict,
    edits: list,
    layers: list | None = None,
    checkpoint: str = "",
    alignment: str = "",
) -> dict:
    """Tokens after edits, their error, and which frames the edits reach.

    Parameters
    ----------
    edits : made one after the other, each {"kind", "region", "repair", …} as a saved state holds it. kind is
        one of set (with code, -1 drops), neighbour (anchor, rank), restore, paste (codes), borrow (clip),
        random (seed), shuffle (seed), search (width, of a beam over all layers). region is [first layer,
        last layer, first step, last step], counted from 0; repair lets the layers after the region be
        quantized again
    """
    caller = Caller.of(request)
    bench = caller.bench(clip, checkpoint, layers=layers, edits=edits, alignment=alignment)
    encoded = bench.encoded
    unedited = Decoding(encoded, encoded.tokens, bench.layers, bench.off)
    changed = bench.decoding.frames_that_may_differ(unedited)
    return {
        "tokens": bench.tokens.tolist(),
        "frames": encoded.frames,
        "words": [edit.words(encoded) for edit in bench.version.edits],
        "changed_tokens": int((bench.tokens != encoded.tokens).sum()),
        "changed_frames": None if changed is None else list(changed),
        **errors_of(bench),
        **errors_of(bench, unedited, "error_before"),
    }


@endpoint
def nearest_codes(request: gr.Request, layer: int, code: int, count: int = 8, checkpoint: str = "") -> dict:
    """The codes of a layer that lie nearest to one of its codes, nearest first.

    Parameters
    ----------
    count : how many
    """
    caller = Caller.of(request)
    codebooks = codebook_arrays(caller.checkpoint(checkpoint).model)
    if layer not in range(1, len(codebooks) + 1):
        raise StudioError(f"There is no layer {layer!r}; layers run from 1 to {len(codebooks)}.")
    codebook = codebooks[layer - 1]
    if code not in range(codebook.shape[1]):
        raise StudioError(f"There is no code {code!r}; codes run from 0 to {codebook.shape[1] - 1}.")
    if count not in range(1, codebook.shape[1]):
        raise StudioError(f"{count!r} codes cannot be listed; ask for 1 to {codebook.shape[1] - 1}.")
    near = statistics.nearest_codes(codebook, codebook[:, code], count, except_for=code)
    return {"codes": [asdict(one) for one in near]}
