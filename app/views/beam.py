"""Greedy encoding against beam search of several widths."""

from app.lab import job_state
from app.views.analysis import caption
from app.views.view import View

WIDTHS = (2, 3, 4, 6, 8, 12, 16)


def payload(session) -> dict:
    """Latent error, joint error in mm and changed tokens of each width, greedy (1) first; None before."""
    bench = session.workbench
    rows = session.jobs.result("beam", bench.take)
    return {
        **caption(session),
        "state": job_state(session, "beam", bench.take),
        "tokens": int(bench.take.tokens.size),
        "widths": list(WIDTHS),
        "rows": rows
        and [
            {
                "width": row.width,
                "latent_error": row.latent_error,
                "mm": getattr(row, f"{bench.alignment}_mm"),
                "changed": int(row.changed.sum()),
                "changed_by_layer": row.changed.tolist(),
            }
            for row in rows
        ],
    }


def key(session):
    """The clip, how far the comparison is, and the alignment."""
    bench = session.workbench
    return bench.take, job_state(session, "beam", bench.take), bench.alignment


VIEW = View("beam", key, payload, panel="beam")
