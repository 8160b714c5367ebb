"""From latent to sum at every step: what each layer adds, how far the sum then is from the latent, and the
latent itself."""

from collections.abc import Hashable

import numpy as np
import torch

from app.payloads.arrays import pack
from app.payloads.stage import LatentPayload, PipelinePayload
from app.stage.bodies.bones import bones_of
from app.stage.sweep import MOST_FRAMES
from app.view import View
from app.visitor import Visitor
from app.workbench.average import AVERAGE
from app.workbench.encoded_clip import EncodedClip
from app.workbench.receptive_field import steps_needed
from app.workbench.workbench import Workbench
from rvqvae.nn.rows import DROPPED


def latent_payload(visitor: Visitor) -> LatentPayload:
    """The latent (n, d), the bones (pairs of joints) that its frames are drawn with, and the steps (first,
    stop) that each step's frames are decoded from; n is 0 for a long clip."""
    encoded = visitor.workbench.encoded
    steps = _steps(encoded)
    latent = encoded.latent[:, :steps].float().cpu().numpy().T
    frames = ((step * encoded.ratio, (step + 1) * encoded.ratio) for step in range(steps))
    return {
        "latent": pack(latent, "i16", max(float(np.abs(latent).max(initial=0.0)), 1e-9) / 32_767),
        "bones": bones_of(encoded),
        "decoded_from": [list(steps_needed(of, steps, encoded.operations)) for of in frames],
    }


def payload(visitor: Visitor) -> PipelinePayload:
    """The walk of the sum (n, Q + 1, 2), from nothing to all layers, and the length (n, Q) of what each adds;
    n is 0 for a long clip.

    The first coordinate runs along the step's latent, the second is the distance from that line: distances
    from zero and from the latent, which lies at (its length, 0), are those of all d numbers.
    """
    bench = visitor.workbench
    steps = _steps(bench.encoded)
    added = _added(bench, steps)
    latent = bench.encoded.latent[:, :steps].double().cpu().numpy()
    length = np.linalg.norm(latent, axis=0)
    sums = np.concatenate([np.zeros_like(added[:1]), np.cumsum(added, axis=0)])
    along = (sums * (latent / np.maximum(length, 1e-12))).sum(axis=1)
    beside = np.sqrt(np.maximum((sums**2).sum(axis=1) - along**2, 0))
    return {
        "walk": pack(np.stack([along, beside], axis=-1).transpose(1, 0, 2), "f32"),
        "length": pack(length, "f32"),
        "added": pack(np.linalg.norm(added, axis=1).T, "f32"),
    }


def _steps(encoded: EncodedClip) -> int:
    # Of a long clip every edit would bring all that a step by step picture needs.
    return encoded.tokens.shape[1] if encoded.frames <= MOST_FRAMES else 0


@torch.no_grad()
def _added(bench: Workbench, steps: int) -> np.ndarray:
    """(Q, d, n) the vector that each layer adds to the sum at the first steps, with switches and edits."""
    encoded = bench.encoded
    rows = np.where(np.array(bench.layers)[:, None], bench.tokens[:, :steps], DROPPED)
    on_device = torch.from_numpy(rows.astype(np.int64)).to(encoded.latent.device)
    codes = torch.stack(
        [encoded.codebook(v)[:, row.clamp_min(0)] * (row >= 0) for v, row in enumerate(on_device)]
    )
    if bench.off == AVERAGE:
        codes = codes + encoded.average_codes[:, :, None] * (on_device < 0)[:, None]
    added: np.ndarray = codes.double().cpu().numpy()
    return added


def key(visitor: Visitor) -> Hashable:
    """The tokens, which layers are on, and what off means."""
    return visitor.workbench.decoding


VIEWS = (
    View("latent", lambda visitor: visitor.workbench.encoded, latent_payload, panel="pipeline"),
    View("pipeline", key, payload, panel="pipeline"),
)
