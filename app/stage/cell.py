"""One selected cell: its code, and the codes nearest to what it stands for."""

import numpy as np
import torch

from app.payloads.stage import CellPayload
from app.view import View
from app.visitor import Visitor
from rvqvae.nn.rows import DROPPED

NEXT_NEAREST = 5


def payload(visitor: Visitor) -> CellPayload:
    """Distances, in latent units, from the residual that the layer must quantize to codes of its codebook."""
    bench = visitor.workbench
    if visitor.cell is None:
        return {"layer": None}
    layer, step = visitor.cell
    encoded, code = bench.encoded, int(bench.tokens[layer, step])
    residual = encoded.residual(bench.tokens, layer, slice(step, step + 1))
    distances = torch.linalg.vector_norm(encoded.codebook(layer) - residual, dim=0).cpu().numpy()
    order = [int(c) for c in np.argsort(distances, kind="stable") if c != code][:NEXT_NEAREST]
    return {
        "layer": layer,
        "step": step,
        "code": code,
        "original": int(encoded.tokens[layer, step]),
        "distance": None if code == DROPPED else float(distances[code]),
        "residual": float(torch.linalg.vector_norm(residual)),
        "next": [{"code": c, "distance": float(distances[c])} for c in order],
    }


VIEWS = (
    View(
        "cell", lambda visitor: (visitor.cell, visitor.workbench.version, visitor.workbench.encoded), payload
    ),
)
