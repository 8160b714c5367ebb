"""From latent to sum at every step: what each layer adds, how far the sum then is from the latent, and the
latent itself. Of a long clip, at the steps about the cursor."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import torch

from app.command import command
from app.payloads.arrays import pack
from app.payloads.stage import LatentPayload, PipelinePayload
from app.stage.bodies.bones import bones_of
from app.stage.sweep import MOST_FRAMES
from app.values import as_int
from app.view import View
from app.visitor import Visitor
from app.workbench.average import AVERAGE
from app.workbench.receptive_field import steps_needed
from app.workbench.workbench import Workbench
from rvqvae.nn.rows import DROPPED

MOST_STEPS = 128  # of a long clip: an edit brings what each of them is made of


@dataclass
class Flow:
    """The step about which a visitor looks at how steps are made."""

    step: int = 0


@command(replaceable=True, silent=True)
def follow_flow(visitor: Visitor, step: int = 0) -> None:
    """Look at how the steps about this one are made, where a clip is too long to send all of them."""
    visitor.room(Flow).step = as_int(step)


def latent_payload(visitor: Visitor) -> LatentPayload:
    """The latent (n, d) of the steps from `first` on, of so many `steps`; the bones (pairs of joints) that
    their frames are drawn with, and the steps (first, stop) that each is decoded from."""
    encoded = visitor.workbench.encoded
    steps = _steps(visitor)
    latent = encoded.latent[:, steps.start : steps.stop].float().cpu().numpy().T
    frames = ((step * encoded.ratio, (step + 1) * encoded.ratio) for step in steps)
    count = encoded.tokens.shape[1]
    return {
        "steps": count,
        "first": steps.start,
        "latent": pack(latent, "i16", max(float(np.abs(latent).max(initial=0.0)), 1e-9) / 32_767),
        "bones": bones_of(encoded),
        "decoded_from": [list(steps_needed(of, count, encoded.operations)) for of in frames],
    }


def payload(visitor: Visitor) -> PipelinePayload:
    """The walk of the sum (n, Q + 1, 2) at the steps from `first` on, of so many `steps`, from nothing to all
    layers, and the length (n, Q) of what each adds.

    The first coordinate runs along the step's latent, the second is the distance from that line: distances
    from zero and from the latent, which lies at (its length, 0), are those of all d numbers.
    """
    bench = visitor.workbench
    steps = _steps(visitor)
    added = _added(bench, steps)
    latent = bench.encoded.latent[:, steps.start : steps.stop].double().cpu().numpy()
    length = np.linalg.norm(latent, axis=0)
    sums = np.concatenate([np.zeros_like(added[:1]), np.cumsum(added, axis=0)])
    along = (sums * (latent / np.maximum(length, 1e-12))).sum(axis=1)
    beside = np.sqrt(np.maximum((sums**2).sum(axis=1) - along**2, 0))
    return {
        "steps": bench.tokens.shape[1],
        "first": steps.start,
        "walk": pack(np.stack([along, beside], axis=-1).transpose(1, 0, 2), "f32"),
        "length": pack(length, "f32"),
        "added": pack(np.linalg.norm(added, axis=1).T, "f32"),
    }


def _steps(visitor: Visitor) -> range:
    """The steps that are sent: all, or of a long clip those about the one that is looked at."""
    encoded = visitor.workbench.encoded
    count = encoded.tokens.shape[1]
    if encoded.frames <= MOST_FRAMES:
        return range(count)
    first = max(0, min(visitor.room(Flow).step - MOST_STEPS // 2, count - MOST_STEPS))
    return range(first, min(count, first + MOST_STEPS))


@torch.no_grad()
def _added(bench: Workbench, steps: range) -> np.ndarray:
    """(Q, d, n) the vector that each layer adds to the sum at these steps, with switches and edits."""
    encoded = bench.encoded
    rows = np.where(np.array(bench.layers)[:, None], bench.tokens[:, steps.start : steps.stop], DROPPED)
    on_device = torch.from_numpy(rows.astype(np.int64)).to(encoded.latent.device)
    codes = torch.stack(
        [encoded.codebook(v)[:, row.clamp_min(0)] * (row >= 0) for v, row in enumerate(on_device)]
    )
    if bench.off == AVERAGE:
        codes = codes + encoded.average_codes[:, :, None] * (on_device < 0)[:, None]
    added: np.ndarray = codes.double().cpu().numpy()
    return added


def latent_key(visitor: Visitor) -> Hashable:
    """The clip, and which of its steps are sent."""
    return visitor.workbench.encoded, _steps(visitor)


def key(visitor: Visitor) -> Hashable:
    """The tokens, which layers are on, what off means, and which steps are sent."""
    return visitor.workbench.decoding, _steps(visitor)


VIEWS = (
    View("latent", latent_key, latent_payload, panel="pipeline"),
    View("pipeline", key, payload, panel="pipeline"),
)
