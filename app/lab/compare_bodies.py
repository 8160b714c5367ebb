"""The open clip through each compared checkpoint: bodies in step, and which of their tokens differ."""

from collections.abc import Hashable
from typing import TYPE_CHECKING, cast

import numpy as np
import torch

from app.lab.compare import JOINTS_FOR, chosen, comparable, comparison
from app.payloads.arrays import pack, pack_joints
from app.payloads.bodies import CompareBodiesPayload, ComparedBody
from app.payloads.packed import Alignment
from app.stage.bodies.bones import bones_of
from app.stage.checkpoint import code_order
from app.stage.sweep import MOST_FRAMES
from app.view import View
from app.visitor import Visitor
from app.workbench.encoded_clip import EncodedClip

if TYPE_CHECKING:  # it takes long to import, and the page opens without it
    from rvqvae.statistics.comparison import Contestant


def payload(visitor: Visitor) -> CompareBodiesPayload:
    """A body for each checkpoint that was compared and takes this clip; none before, and none of a long clip.

    Errors (N,) are means over joints, in the workbench's alignment.
    """
    bench = visitor.workbench
    encoded = bench.encoded
    result = visitor.jobs.result_of(comparison(visitor))
    is_shown = result is not None and encoded.frames <= MOST_FRAMES and encoded.recorded
    return {
        "bones": bones_of(encoded),
        "alignment": cast(Alignment, bench.alignment),
        "frames": encoded.frames,
        "bodies": _bodies(visitor, result[0].contestants) if result is not None and is_shown else [],
    }


def _bodies(visitor: Visitor, contestants: list["Contestant"]) -> list[ComparedBody]:
    bench, keys = visitor.workbench, chosen(visitor)
    keys = tuple(key for key, one in zip(keys, contestants, strict=True) if one.scores is not None)
    clips = [visitor.catalog.encoded(bench.encoded.clip.key, key) for key in keys]
    titles = [comparable(visitor)[key][0] for key in keys]
    return [_body(title, one, clips[0], bench.alignment) for title, one in zip(titles, clips, strict=True)]


def _body(title: str, one: EncodedClip, first: EncodedClip, alignment: str) -> ComparedBody:
    decoded = one.measure.aligned(one.decode(one.tokens, (True,) * one.num_layers))
    errors = one.measure.errors(decoded, one.aligned, alignment).mean(axis=1)
    same = _same_codebooks(one, first)
    books = (one.codebook(v).t().double().cpu().numpy() for v in range(one.num_layers))
    shades = [code_order(book)[row] * 255 // len(book) for book, row in zip(books, one.tokens, strict=True)]
    return {
        "title": title,
        "joints": pack_joints(decoded["global"]),
        "errors": pack(errors, "f32"),
        "shades": pack(np.stack(shades), "u8"),
        "differs": pack(one.tokens != first.tokens, "u8") if same else None,
    }


def _same_codebooks(one: EncodedClip, other: EncodedClip) -> bool:
    """Whether their codes have the same numbers, so that tokens can be held against each other."""
    if one.tokens.shape != other.tokens.shape or one.num_codes != other.num_codes:
        return False
    return all(torch.equal(one.codebook(v), other.codebook(v)) for v in range(one.num_layers))


def key(visitor: Visitor) -> Hashable:
    """The clip, the alignment, what is compared, and whether it is."""
    bench, work = visitor.workbench, comparison(visitor)
    return bench.encoded, bench.alignment, chosen(visitor), visitor.jobs.state_of(work) == "done"


VIEWS = (View("compare_bodies", key, payload, panel="compare", joints_for=JOINTS_FOR),)
