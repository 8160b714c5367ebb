"""What codes tell about each other, how sure that is, and what the bits buy."""

from collections.abc import Hashable
from functools import partial

import numpy as np

from app.command import command
from app.jobs import Job, Work
from app.lab import dataset
from app.lab import information_figure as drawn
from app.lab.analysis import ESTIMATOR, JOINTS_FOR, analyse, entropy_payload
from app.lab.dataset import PAGE, RECORDED, as_clips, data_set, with_clips
from app.lab.figure import Figure, Payload, caption
from app.lab.tab import HEALTH, Tab
from app.payloads.statistics import Information, InformationOf, InformationPayload, InformationResult
from app.view import View
from app.visitor import Visitor
from rvqvae.statistics import CorpusStatistics, MutualInformation, judge_information

CLIP = "clip"


def analysis_of_clip(visitor: Visitor) -> Work[CorpusStatistics]:
    """The analysis of this clip alone."""
    encoded = visitor.workbench.encoded

    def run(job: Job) -> CorpusStatistics:
        return analyse(encoded.checkpoint, as_clips([encoded.clip]), job.progress)

    return Work(CLIP, encoded, run)


@command(silent=True)
def analyse_clip(visitor: Visitor) -> None:
    """Analyse this clip alone."""
    visitor.workbench.encoded.need_joints(JOINTS_FOR)
    visitor.jobs.begin(analysis_of_clip(visitor))


@command(silent=True)
def analyse_together(visitor: Visitor) -> None:
    """Analyse the chosen data set, or the page's clips where that is the checkpoint's counts alone."""
    visitor.workbench.encoded.need_joints(JOINTS_FOR)
    visitor.jobs.begin(dataset.analysis(visitor, with_clips(visitor)))


def finish(visitor: Visitor, data: str) -> CorpusStatistics:
    """What an analysis comes to, for programs: of CLIP, this clip alone, or of a data set."""
    if data == CLIP:
        analyse_clip(visitor)
        return visitor.jobs.finish(analysis_of_clip(visitor))
    dataset.choose_data(visitor, data)
    dataset.analyse_data(visitor)
    return visitor.jobs.finish(dataset.analysis(visitor))


def payload(visitor: Visitor) -> InformationPayload:
    """The same for this clip and for the data set; "result" is None before the analysis."""
    encoded, chosen = visitor.workbench.encoded, with_clips(visitor)
    whole = _part(visitor, dataset.analysis(visitor, chosen), chosen.title)
    return {
        **caption(visitor),
        "num_quantizers": encoded.num_layers,
        "num_embeddings": encoded.num_codes,
        "steps_per_second": (encoded.clip.fps or encoded.checkpoint.fps) / encoded.ratio,
        "estimator": ESTIMATOR,
        "of": {
            "clip": _part(visitor, analysis_of_clip(visitor), encoded.clip.title),
            "data": {**whole, "only_counts": data_set(visitor).key == RECORDED},
        },
    }


def key(visitor: Visitor) -> Hashable:
    """The clip, the data set, how far the analyses of both are, and the alignment."""
    bench, data = visitor.workbench, with_clips(visitor)
    works = analysis_of_clip(visitor), dataset.analysis(visitor, data)
    return (
        bench.encoded,
        bench.alignment,
        data.title,
        data_set(visitor).key,
        *((work.about, visitor.jobs.state_of(work)) for work in works),
    )


def _part(visitor: Visitor, work: Work[CorpusStatistics], title: str) -> InformationOf:
    bench, seen = visitor.workbench, visitor.jobs.result_of(work)
    return {
        "title": title,
        "state": visitor.jobs.state_of(work),
        "result": _result(seen, bench.encoded.num_codes, bench.alignment) if seen else None,
    }


def _mutual(information: MutualInformation) -> Information:
    """A mutual information beside its null, and whether it stands out from it."""
    judgement = judge_information(information)
    return {
        "pairs": information.pairs,
        "plugin_bits": information.plugin_bits,
        "corrected_bits": information.corrected_bits,
        "null_bits": information.null_bits,
        "null_std_bits": information.null_std_bits,
        "p_value": information.p_value,
        "excess_bits": information.excess_bits,
        "reliable": judgement.reliable,
        "reason": judgement.reason,
    }


def _result(statistics: CorpusStatistics, codes: int, alignment: str) -> InformationResult:
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
            {"first": u, "second": v, **_mutual(pair)} for (u, v), pair in statistics.between_layers.items()
        ],
        "between_steps": [
            {"layer": layer, **_mutual(pair)} for layer, pair in enumerate(statistics.between_steps, start=1)
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


def _is_ready(of: str, payload: Payload) -> bool:
    return payload["of"][of]["result"] is not None


def _prepare(of: str, visitor: Visitor, data: str = PAGE) -> None:
    finish(visitor, CLIP if of == CLIP else data)


TAB = Tab("information", "Information", HEALTH)
VIEWS = (View("information", key, payload, panel="information", joints_for=JOINTS_FOR),)
FIGURES = tuple(
    Figure(
        f"{name}-{of}",
        VIEWS[0],
        partial(draw, of),
        partial(table, of),
        partial(_is_ready, of),
        partial(_prepare, of),
    )
    for of in (CLIP, "data")
    for name, draw, table in (
        ("layer-information", drawn.draw_layers, drawn.layers_table),
        ("step-information", drawn.draw_steps, drawn.steps_table),
        ("entropy-curve", drawn.draw_curves, drawn.curves_table),
        ("information-curve", drawn.draw_information_curves, drawn.information_curves_table),
        ("rate-distortion", drawn.draw_rate_distortion, drawn.rate_distortion_table),
    )
)
