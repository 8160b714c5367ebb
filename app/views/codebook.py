"""The state of the codebooks, and how they are used in this clip and over a data set."""

from functools import lru_cache

import numpy as np

from app.lab import RECORDED, about_data, data_set, job_state
from app.views.analysis import ESTIMATOR, caption, use_payload
from app.views.arrays import pack
from app.views.view import View
from rvqvae.metrics import code_counts
from rvqvae.statistics import codebook_arrays, layer_statistics, residual_energies


def payload(session) -> dict:
    """Codebooks, the clip's use of them and the data set's; the last is None where it is not known."""
    take = session.workbench.take
    counts = code_counts(take.tokens, take.num_codes)
    return {
        **caption(session),
        "num_quantizers": take.num_layers,
        "num_embeddings": take.num_codes,
        "estimator": ESTIMATOR,
        **_codebooks(take.checkpoint.model),
        "clip_use": use_payload(counts, _clip_energies(take)),
        "data_use": _data_use(session),
        "data": data_set(session).title,
    }


def _data_use(session) -> dict | None:
    if data_set(session).key == RECORDED:
        checkpoint = session.workbench.take.checkpoint
        return use_payload(checkpoint.usage, checkpoint.energies)
    seen = session.jobs.result("data", about_data(session))
    return seen and use_payload(np.stack([layer.counts for layer in seen.layers]), seen.energies)


def _clip_energies(take) -> np.ndarray:
    latents = take.latent.float().t().cpu().numpy()
    return residual_energies(latents, codebook_arrays(take.checkpoint.model), take.tokens) / len(latents)


@lru_cache(maxsize=8)
def _codebooks(model) -> dict:
    """What no clip changes, kept because looking for duplicates takes a while."""
    codebooks = codebook_arrays(model)
    layers = layer_statistics(np.zeros((len(codebooks), codebooks[0].shape[1]), dtype=int), codebooks)
    return {
        "codebooks": [
            {
                "layer": layer.layer,
                "zero_norm": layer.zero_norm,
                "duplicates": layer.duplicates,
                "least_norm": float(layer.norms.min()),
                "median_norm": float(np.median(layer.norms)),
                "largest_norm": float(layer.norms.max()),
            }
            for layer in layers
        ],
        "norms": pack(np.stack([layer.norms for layer in layers]), "f32"),
    }


def key(session):
    """The clip through its checkpoint, the data set and whether it is analysed."""
    about = about_data(session)
    return session.workbench.take, about, job_state(session, "data", about) == "done"


VIEW = View("codebook", key, payload)
