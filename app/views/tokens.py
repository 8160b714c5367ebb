"""The token grid: codes, which layers are on, and what the tokens cost."""

from app.views.arrays import pack
from app.views.view import View


def payload(session) -> dict:
    """Codes (Q, n) with -1 for a dropped one, switches, and the rate of the active layers in bits."""
    bench = session.workbench
    steps_per_second = bench.take.clip.fps / bench.take.ratio
    return {
        "codes": pack(bench.tokens, "i16"),
        "layers": list(bench.layers),
        "bits_per_step": bench.bits_per_step,
        "steps_per_second": steps_per_second,
        "bits_per_second": bench.bits_per_step * steps_per_second,
    }


VIEW = View("tokens", lambda session: session.workbench.decoding, payload)
