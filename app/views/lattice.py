"""Every subset of the layers, decoded and scored on this clip."""

from app.lab import job_state
from app.views.analysis import caption
from app.views.view import View


def payload(session) -> dict:
    """Each subset's error in mm, what dropping one layer costs and what it does alone; None before."""
    bench = session.workbench
    layers = range(1, bench.take.num_layers + 1)
    scores = session.jobs.result("lattice", bench.take)
    about = {
        **caption(session),
        "num_quantizers": bench.take.num_layers,
        "state": job_state(session, "lattice", bench.take),
    }
    if scores is None:
        return {**about, "subsets": None}
    mm = {score.layers: getattr(score, f"{bench.alignment}_mm") for score in scores}
    everything = tuple(layers)
    without = {v: mm[tuple(u for u in layers if u != v)] for v in layers if len(layers) > 1}
    return {
        **about,
        "subsets": [
            {"layers": list(score.layers), "mm": mm[score.layers], "is_prefix": score.is_prefix}
            for score in scores
        ],
        "all_mm": mm[everything],
        "single": [
            {
                "layer": v,
                "alone_mm": mm[v,],
                "without_mm": without.get(v),
                "cost_mm": without[v] - mm[everything] if v in without else None,
            }
            for v in layers
        ],
    }


def key(session):
    """The clip, how far the scoring is, and the alignment."""
    bench = session.workbench
    return bench.take, job_state(session, "lattice", bench.take), bench.alignment


VIEW = View("lattice", key, payload, panel="lattice")
