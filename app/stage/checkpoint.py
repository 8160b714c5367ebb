"""The checkpoint's facts, and an order of its codes in which neighbours are alike."""

import numpy as np

from app.catalog.keys import is_own
from app.payloads.arrays import pack
from app.payloads.choosing import CheckpointPayload
from app.view import View
from app.visitor import Visitor

ITERATIONS = 100  # more than the colours of a grid need


def code_order(codebook: np.ndarray) -> np.ndarray:
    """Rank of each code along the codebook's main axis, so that similar codes get similar colours.

    Parameters
    ----------
    codebook : (K, d) array

    Returns
    -------
    (K,) int array, a permutation of 0 … K - 1
    """
    centred = codebook - codebook.mean(axis=0)
    return np.argsort(np.argsort(centred @ _main_axis(centred), kind="stable"), kind="stable")


def _main_axis(points: np.ndarray) -> np.ndarray:
    """Where centred points vary most, by power iteration: linear in the points, which may be a stranger's."""
    axis: np.ndarray = points[np.square(points).sum(axis=1).argmax()]
    for _ in range(ITERATIONS):
        length = np.linalg.norm(axis)
        if not length:
            break
        axis = (axis / length @ points.T) @ points
    return axis


def payload(visitor: Visitor) -> CheckpointPayload:
    """Name, licence, sizes, what had to be assumed, and the colour rank of every code (Q, K)."""
    encoded = visitor.workbench.encoded
    checkpoint = encoded.checkpoint
    layers = checkpoint.model.quantizer.layers
    order = np.stack([code_order(layer.embedding.T.double().cpu().numpy()) for layer in layers])
    return {
        "key": encoded.checkpoint_key,
        "title": checkpoint.name,
        "licence": checkpoint.info.get("licence") or "licence not stated",
        "num_quantizers": checkpoint.config.num_quantizers,
        "num_embeddings": checkpoint.config.num_embeddings,
        "own": is_own(encoded.checkpoint_key),
        "remarks": list(checkpoint.info.get("remarks", ())),
        "order": pack(order, "u16"),
    }


VIEWS = (View("checkpoint", lambda visitor: visitor.workbench.encoded.checkpoint_key, payload),)
