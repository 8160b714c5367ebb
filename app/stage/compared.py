"""B, the state that A is compared with: a pinned one, or the other treatment of the later layers."""

from collections.abc import Hashable
from typing import cast

from app.payloads.stage import ComparedPayload
from app.stage.bodies import drawn
from app.view import View
from app.visitor import Visitor


def payload(visitor: Visitor) -> ComparedPayload:
    """B's errors, and its motion as a patch of the reconstruction; {"words": ""} where there is no B."""
    bench = visitor.workbench
    other = bench.compared
    if other is None:
        return {"words": ""}
    mean = float(other.decoding.errors(bench.alignment).mean())
    compared = drawn(bench.encoded).compared(bench, other.decoding)
    return cast(ComparedPayload, {"words": other.words, **compared, "mean_error": mean})


def key(visitor: Visitor) -> Hashable:
    """B and the alignment of its errors."""
    bench = visitor.workbench
    moving = bench.version if bench.both else None
    return bench.pinned, moving, bench.layers if bench.both else None, bench.alignment, bench.encoded


VIEWS = (View("compared", key, payload),)
