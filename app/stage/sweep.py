"""The body after the first layer, the first two, and so on: what the page shows while a sum is built."""

from collections.abc import Hashable

from app.payloads.arrays import pack_joints
from app.payloads.stage import SweepPayload
from app.view import View
from app.visitor import Visitor
from app.workbench.decoding import Decoding

MOST_FRAMES = 1_200  # a minute: more would be long on its way for something that nobody asked for


def payload(visitor: Visitor) -> SweepPayload:
    """Joints of the tokens decoded with the first 1, 2, … Q - 1 layers, and with all, as far as they are on,
    and their mean errors.

    No bodies where the clip is long or has no joints.
    """
    bench = visitor.workbench
    encoded = bench.encoded
    if not encoded.has_joints or encoded.frames > MOST_FRAMES:
        return {"bodies": [], "errors": []}
    count = encoded.num_layers
    firsts = [tuple(v < k and bench.layers[v] for v in range(count)) for k in range(1, count + 1)]
    decodings = [Decoding(encoded, bench.tokens, first, bench.off) for first in firsts]
    return {
        "bodies": [pack_joints(decoding.joints) for decoding in decodings],
        "errors": [float(decoding.errors(bench.alignment).mean()) for decoding in decodings],
    }


def key(visitor: Visitor) -> Hashable:
    """What is decoded, and how its errors are measured."""
    return visitor.workbench.decoding, visitor.workbench.alignment


VIEWS = (View("sweep", key, payload, panel="sweep"),)
