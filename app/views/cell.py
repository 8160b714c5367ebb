"""One selected cell: its code, and the codes nearest to what it stands for."""

import numpy as np
import torch

from app.edits import DROPPED
from app.views.view import View

NEXT_NEAREST = 5


def payload(session) -> dict:
    """Distances, in latent units, from the residual that the layer must quantize to codes of its codebook."""
    bench = session.workbench
    if session.cell is None:
        return {"layer": None}
    layer, step = session.cell
    take, code = bench.take, int(bench.tokens[layer, step])
    residual = take.residual(bench.tokens, layer, slice(step, step + 1))
    distances = torch.linalg.vector_norm(take.codebook(layer) - residual, dim=0).cpu().numpy()
    order = [int(c) for c in np.argsort(distances, kind="stable") if c != code][:NEXT_NEAREST]
    return {
        "layer": layer,
        "step": step,
        "code": code,
        "original": int(take.tokens[layer, step]),
        "distance": None if code == DROPPED else float(distances[code]),
        "residual": float(torch.linalg.vector_norm(residual)),
        "next": [{"code": c, "distance": float(distances[c])} for c in order],
    }


VIEW = View(
    "cell", lambda session: (session.cell, session.workbench.version, session.workbench.take), payload
)
