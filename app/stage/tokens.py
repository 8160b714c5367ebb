"""The token grid: codes, which layers are on, and what the tokens cost."""

from app.payloads.arrays import pack
from app.payloads.stage import TokensPayload
from app.view import View
from app.visitor import Visitor


def payload(visitor: Visitor) -> TokensPayload:
    """Codes (Q, n) with -1 for a dropped one, switches, and the rate of the active layers in bits."""
    bench = visitor.workbench
    rate = bench.decoding.bits_per_step
    steps_per_second = bench.encoded.fps / bench.encoded.ratio
    return {
        "codes": pack(bench.tokens, "i16"),
        "layers": list(bench.layers),
        "off": bench.off,
        "bits_per_step": rate,
        "steps_per_second": steps_per_second,
        "bits_per_second": rate * steps_per_second,
    }


VIEWS = (View("tokens", lambda visitor: visitor.workbench.decoding, payload),)
