"""The library's statistics as JSON, for this clip and for a data set alike."""

from dataclasses import asdict

import numpy as np

from app.views.arrays import pack
from rvqvae.metrics import usage_statistics
from rvqvae.statistics import (
    CorpusStatistics,
    EntropyEstimate,
    MutualInformation,
    estimate_entropy,
    judge_entropy,
    judge_information,
)

ESTIMATOR = "Grassberger (2003)"


def use_payload(counts: np.ndarray, energies: np.ndarray | None) -> dict:
    """How codes are used: a row a layer, counts (Q, K), and mean squared residuals (Q + 1) if known."""
    return {
        "rows": [
            {
                "layer": usage.layer,
                "used": usage.used,
                "never_used": len(row) - usage.used,
                "perplexity": usage.perplexity,
                **entropy_payload(estimate_entropy(row)),
            }
            for usage, row in zip(usage_statistics(counts), counts, strict=True)
        ],
        "counts": pack(counts, "i32"),
        "energies": None if energies is None else [float(value) for value in energies],
    }


def entropy_payload(estimate: EntropyEstimate) -> dict:
    """An entropy in each estimator, and whether there are enough tokens for it."""
    judgement = judge_entropy(estimate)
    return {
        "tokens": estimate.tokens,
        "plugin_bits": estimate.plugin_bits,
        "miller_madow_bits": estimate.miller_madow_bits,
        "corrected_bits": estimate.corrected_bits,
        "reliable": judgement.reliable,
        "reason": judgement.reason,
    }


def mutual_payload(information: MutualInformation) -> dict:
    """A mutual information beside its null, and whether it stands out from it."""
    judgement = judge_information(information)
    return {
        **asdict(information),
        "excess_bits": information.excess_bits,
        "reliable": judgement.reliable,
        "reason": judgement.reason,
    }


def information_payload(statistics: CorpusStatistics, codes: int, alignment: str) -> dict:
    """Information, entropy curves and rates; errors in one alignment, mm."""
    return {
        "clips": statistics.clips,
        "frames": statistics.frames,
        "steps": statistics.steps,
        "layers": [
            {"layer": row.layer, "nominal_bits": float(np.log2(codes)), **entropy_payload(row.entropy)}
            for row in statistics.layers
        ],
        "between_layers": [
            {"first": u, "second": v, **mutual_payload(pair)}
            for (u, v), pair in statistics.between_layers.items()
        ],
        "between_steps": [
            {"layer": layer, **mutual_payload(pair)}
            for layer, pair in enumerate(statistics.between_steps, start=1)
        ],
        "curves": [
            {
                "sizes": curve.sizes.tolist(),
                "plugin_bits": curve.plugin_bits.tolist(),
                "corrected_bits": curve.corrected_bits.tolist(),
                "corrected_std_bits": curve.corrected_std_bits.tolist(),
            }
            for curve in statistics.entropy_curves
        ],
        "information_curves": [
            {
                "layer": layer,
                "sizes": curve.sizes.tolist(),
                "corrected_bits": curve.corrected_bits.tolist(),
                "null_bits": curve.null_bits.tolist(),
            }
            for layer, curve in statistics.information_curves.items()
        ],
        "rate_distortion": [
            {
                "layers": point.rate.layers,
                "nominal": point.rate.nominal,
                "entropy": point.rate.entropy,
                "mm": getattr(point, f"{alignment}_mm"),
            }
            for point in statistics.rate_distortion
        ],
    }


def caption(session) -> dict:
    """What a figure of the laboratory is of."""
    bench = session.workbench
    return {
        "clip": bench.take.clip.title,
        "checkpoint": bench.take.checkpoint.name,
        "alignment": bench.alignment,
        "fps": bench.take.clip.fps,
    }
