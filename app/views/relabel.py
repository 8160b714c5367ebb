"""Codes under other numbers: the motion, entropy and information stay, the numbers' correlation does not."""

from dataclasses import asdict

from app.lab import finite, job_state
from app.renumbering import Renumbered
from app.views.analysis import caption
from app.views.arrays import pack
from app.views.view import View


def payload(session) -> dict:
    """Figures before and after, side by side; "result" is None before it is done."""
    take, numbering = session.workbench.take, session.lab.numbering
    done: Renumbered | None = session.jobs.result("relabel", (take, numbering))
    layers = range(1, take.num_layers + 1)
    return {
        **caption(session),
        "num_quantizers": take.num_layers,
        "num_embeddings": take.num_codes,
        "state": job_state(session, "relabel", (take, numbering)),
        "numbering": asdict(numbering),
        "result": done
        and {
            "tokens": [pack(side, "i16") for side in done.tokens],
            "entropy_bits": list(done.entropy_bits),
            "pairs": [[u, v] for u in layers for v in layers if u < v],
            "information_bits": list(done.information_bits),
            "correlation": [finite(side) for side in done.correlation],
            "motion_difference": done.motion_difference,
            "unit": done.unit,
            "encodes_alike": done.encodes_alike,
            "renamed": int((done.tokens[0] != done.tokens[1]).sum()),
        },
    }


def key(session):
    """The clip, the numbering, and how far it is."""
    about = session.workbench.take, session.lab.numbering
    return about, job_state(session, "relabel", about)


VIEW = View("relabel", key, payload, panel="relabel")
