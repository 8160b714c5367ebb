"""The decoded motion and how far it is from the original."""

from typing import Any, cast

from app.payloads.stage import ReconstructionPayload
from app.stage.bodies import drawn
from app.view import Shown, View
from app.visitor import Visitor


def payload(visitor: Visitor) -> ReconstructionPayload:
    """The motion, its errors, and the mean error of the whole clip."""
    return cast(ReconstructionPayload, patch(visitor, None))


def patch(visitor: Visitor, shown: Shown | None) -> dict[str, Any]:
    """The same without what the page has of the motion and its errors."""
    bench = visitor.workbench
    return {
        **drawn(bench.encoded).reconstruction(bench, shown),
        "mean_error": float(bench.errors.mean()),
        "unit": bench.encoded.measure.unit(bench.alignment),
        "alignment": bench.alignment,
        "fps": bench.encoded.clip.fps,
    }


VIEWS = (
    View(
        "reconstruction",
        lambda visitor: (visitor.workbench.decoding, visitor.workbench.alignment),
        payload,
        patch=patch,
    ),
)
