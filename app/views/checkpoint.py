"""The checkpoint's facts, and an order of its codes in which neighbours are alike."""

import numpy as np

from app.take import OWN
from app.views.arrays import pack
from app.views.view import View


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
    main_axis = np.linalg.eigh(centred.T @ centred)[1][:, -1]
    return np.argsort(np.argsort(centred @ main_axis, kind="stable"), kind="stable")


def payload(session) -> dict:
    """Name, licence, sizes, what had to be assumed, and the colour rank of every code (Q, K)."""
    take = session.workbench.take
    checkpoint = take.checkpoint
    layers = checkpoint.model.quantizer.layers
    order = np.stack([code_order(layer.embedding.T.double().cpu().numpy()) for layer in layers])
    return {
        "key": take.checkpoint_key,
        "title": checkpoint.name,
        "licence": checkpoint.info.get("licence") or "licence not stated",
        "num_quantizers": checkpoint.config.num_quantizers,
        "num_embeddings": checkpoint.config.num_embeddings,
        "own": take.checkpoint_key.startswith(OWN),
        "remarks": list(checkpoint.info.get("remarks", ())),
        "order": pack(order, "u16"),
    }


VIEW = View("checkpoint", lambda session: session.workbench.take.checkpoint_key, payload)
