"""Checkpoints side by side on the same clips."""

from app.contest import JOB, MOST, about, chosen, data_sets, entrants
from app.take import OWN
from app.views.view import View
from rvqvae.motion import FPS


def payload(session) -> dict:
    """What can be compared and on what, the state of the work, and its result (None before)."""
    there, keys = entrants(session), chosen(session)
    job = session.jobs.of(JOB, about(session))
    result = session.jobs.result(JOB, about(session))
    own = any(key.startswith(OWN) for key in keys)
    return {
        "candidates": [{"key": key, "title": one.title, "chosen": key in keys} for key, one in there.items()],
        "most": MOST,
        "over": session.contest.over,
        "overs": [{"key": key, "title": title} for key, title in data_sets(session).items()],
        "held_out_of": "" if not own else "Whether your own checkpoints were trained on them is not known.",
        "state": job.state if job else None,
        "result": _result(result, [there[key].title for key in keys]) if result else None,
    }


def key(session):
    """What can be compared, what is chosen, and how far the work is."""
    job = session.jobs.of(JOB, about(session))
    return tuple(entrants(session)), about(session), tuple(data_sets(session)), job.state if job else None


def _result(result, titles) -> dict:
    comparison, sizes = result
    return {
        "clips": comparison.clips,
        "frames": comparison.frames,
        "fps": FPS,
        "timed_frames": comparison.timed_frames,
        "device": comparison.device,
        "contestants": [
            _contestant(one, title, size)
            for one, title, size in zip(comparison.contestants, titles, sizes, strict=True)
        ],
    }


def _contestant(one, title: str, size: int | None) -> dict:
    config = one.checkpoint.config
    return {
        "title": title,
        "refusal": one.refusal,
        "layout": one.checkpoint.info.get("file_layout", "this project's own"),
        "features": f"{one.checkpoint.layout}, {config.input_dim}",
        "fps": one.checkpoint.fps,
        "layers": config.num_quantizers,
        "codes": config.num_embeddings,
        "frames_a_token": config.downsampling_ratio,
        "parameters": one.parameters,
        "bytes": size,
        "scores": _scores(one.scores) if one.scores else None,
    }


def _scores(scores) -> dict:
    return {
        "milliseconds": scores.milliseconds,
        "points": [
            {
                "nominal": point.rate.nominal,
                "entropy": point.rate.entropy,
                "local": point.local_mm,
                "root": point.root_mm,
                "global": point.global_mm,
            }
            for point in scores.rate_distortion
        ],
        "used": [layer.used for layer in scores.layers],
        "perplexity": [layer.perplexity for layer in scores.layers],
        "tokens": [layer.entropy.tokens for layer in scores.layers],
    }


VIEW = View("compare", key, payload, panel="compare")
