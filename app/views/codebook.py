"""How the codebooks are used, in this clip and over the training data."""

from dataclasses import asdict

import numpy as np

from app.views.arrays import pack
from app.views.view import View
from rvqvae.metrics import code_counts, usage_statistics


def payload(session) -> dict:
    """Counts (Q, K) and statistics a layer; the data set's are None where the checkpoint has none."""
    take = session.workbench.take
    size = take.checkpoint.config.num_embeddings
    clip_counts = code_counts(take.tokens, size)
    data_counts = take.checkpoint.usage
    return {
        "num_quantizers": take.num_layers,
        "num_embeddings": size,
        "clip": _rows(clip_counts),
        "clip_counts": pack(clip_counts, "u16"),
        "data": None if data_counts is None else _rows(data_counts),
        "data_counts": None if data_counts is None else pack(data_counts, "i32"),
    }


def _rows(counts: np.ndarray) -> list[dict]:
    return [asdict(layer) for layer in usage_statistics(counts)]


VIEW = View("codebook", lambda session: session.workbench.take, payload)
