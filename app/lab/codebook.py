"""The state of the codebooks, and how they are used in this clip and over a data set."""

from collections.abc import Hashable
from functools import lru_cache
from typing import Any

import numpy as np

from app.lab import codebook_figure as drawn
from app.lab import information
from app.lab.analysis import ESTIMATOR, entropy_payload
from app.lab.dataset import RECORDED, analysis, data_set
from app.lab.figure import Figure, of_clip
from app.lab.tab import HEALTH, Tab
from app.payloads.arrays import pack
from app.payloads.packed import PackedArray
from app.payloads.statistics import CodebookFacts, CodebookPayload, CodeUse
from app.view import View
from app.visitor import Visitor
from app.workbench.encoded_clip import EncodedClip
from rvqvae import RVQVAE
from rvqvae.evaluation.metrics import code_counts, usage_statistics
from rvqvae.statistics import (
    EntropyEstimate,
    clip_coverage,
    codebook_arrays,
    estimate_entropy,
    layer_statistics,
    residual_energies,
)


def payload(visitor: Visitor) -> CodebookPayload:
    """Codebooks, the clip's use of them and the data set's; the last is None where it is not known."""
    encoded = visitor.workbench.encoded
    counts = code_counts(encoded.tokens, encoded.num_codes)
    codebooks, norms = _codebooks(encoded.checkpoint.model)
    return {
        **of_clip(visitor),
        "num_quantizers": encoded.num_layers,
        "num_embeddings": encoded.num_codes,
        "estimator": ESTIMATOR,
        "codebooks": codebooks,
        "norms": norms,
        "clip_use": _use(
            [
                estimate_entropy(row, clip_coverage([tokens]))
                for row, tokens in zip(counts, encoded.tokens, strict=True)
            ],
            counts,
            _clip_energies(encoded),
        ),
        "data_use": _data_use(visitor),
        "data": data_set(visitor).title,
    }


def key(visitor: Visitor) -> Hashable:
    """The clip through its checkpoint, the data set and whether it is analysed."""
    work = analysis(visitor)
    return visitor.workbench.encoded, work.about, visitor.jobs.state_of(work) == "done"


def prepare(visitor: Visitor, data: str | None = None, **about: Any) -> None:
    """Measure a data set where one is named."""
    if data is not None:
        information.finish(visitor, data)


def _use(entropies: list[EntropyEstimate], counts: np.ndarray, energies: np.ndarray | None) -> CodeUse:
    """How codes are used: a row a layer, counts (Q, K), and mean squared residuals (Q + 1) if known."""
    return {
        "rows": [
            {
                "layer": usage.layer,
                "used": usage.used,
                "never_used": len(row) - usage.used,
                "perplexity": usage.perplexity,
                **entropy_payload(entropy),
            }
            for usage, row, entropy in zip(usage_statistics(counts), counts, entropies, strict=True)
        ],
        "counts": pack(counts, "i32"),
        "energies": None if energies is None else [float(value) for value in energies],
    }


def _data_use(visitor: Visitor) -> CodeUse | None:
    checkpoint = visitor.workbench.encoded.checkpoint
    if data_set(visitor).key == RECORDED and checkpoint.usage is not None:
        return _use(
            [estimate_entropy(row) for row in checkpoint.usage], checkpoint.usage, checkpoint.energies
        )
    seen = visitor.jobs.result_of(analysis(visitor))
    if seen is None:
        return None
    counts = np.stack([layer.counts for layer in seen.layers])
    return _use([layer.entropy for layer in seen.layers], counts, seen.energies)


def _clip_energies(encoded: EncodedClip) -> np.ndarray:
    latents = encoded.latent.float().t().cpu().numpy()
    sums = residual_energies(latents, codebook_arrays(encoded.checkpoint.model), encoded.tokens)
    return sums / len(latents)


@lru_cache(maxsize=8)
def _codebooks(model: RVQVAE) -> tuple[list[CodebookFacts], PackedArray]:
    """What no clip changes, kept because looking for duplicates takes a while."""
    codebooks = codebook_arrays(model)
    layers = layer_statistics(np.zeros((len(codebooks), codebooks[0].shape[1]), dtype=int), codebooks)
    facts: list[CodebookFacts] = [
        {
            "layer": layer.layer,
            "zero_norm": layer.zero_norm,
            "duplicates": layer.duplicates,
            "least_norm": float(layer.norms.min()),
            "median_norm": float(np.median(layer.norms)),
            "largest_norm": float(layer.norms.max()),
        }
        for layer in layers
    ]
    return facts, pack(np.stack([layer.norms for layer in layers]), "f32")


TAB = Tab("codebook", "Codebooks", HEALTH)
VIEWS = (View("codebook", key, payload),)
FIGURES = (
    Figure("code-use", VIEWS[0], drawn.draw_use, drawn.use_table, prepare=prepare),
    Figure("residual-energy", VIEWS[0], drawn.draw_energy, drawn.energy_table, prepare=prepare),
    Figure("code-norms", VIEWS[0], drawn.draw_norms, drawn.norms_table, prepare=prepare),
    Figure("codebooks", VIEWS[0], None, drawn.statistics_table, prepare=prepare),
)
