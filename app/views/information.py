"""What codes tell about each other, how sure that is, and what the bits buy."""

from app.lab import RECORDED, about_data, data_set, job_state
from app.views.analysis import ESTIMATOR, caption, information_payload
from app.views.view import View


def payload(session) -> dict:
    """The same for this clip and for the data set; "result" is None before the analysis."""
    bench = session.workbench
    chosen = data_set(session)

    def part(name, about, title):
        seen = session.jobs.result(name, about)
        return {
            "title": title,
            "state": job_state(session, name, about),
            "result": seen and information_payload(seen, bench.take.num_codes, bench.alignment),
        }

    return {
        **caption(session),
        "num_quantizers": bench.take.num_layers,
        "num_embeddings": bench.take.num_codes,
        "steps_per_second": bench.take.clip.fps / bench.take.ratio,
        "estimator": ESTIMATOR,
        "of": {
            "clip": part("clip", bench.take, bench.take.clip.title),
            "data": {
                **part("data", about_data(session), chosen.title),
                "only_counts": chosen.key == RECORDED,
            },
        },
    }


def key(session):
    """The clip, the data set, how far the analyses of both are, and the alignment."""
    take, about = session.workbench.take, about_data(session)
    return (
        take,
        about,
        job_state(session, "clip", take),
        job_state(session, "data", about),
        session.workbench.alignment,
    )


VIEW = View("information", key, payload, panel="information")
