"""The original motion, its unedited tokens, and where it comes from."""

from typing import cast

from app.payloads.arrays import pack
from app.payloads.choosing import ClipPayload
from app.stage.bodies import drawn
from app.view import View
from app.visitor import Visitor


def payload(visitor: Visitor) -> ClipPayload:
    """Joints or channels of every frame, the encoder's tokens (Q, n), and the clip's facts."""
    encoded = visitor.workbench.encoded
    clip = encoded.clip
    facts = {
        "key": clip.key,
        "title": clip.title,
        "trained": encoded.trained,
        "own": clip.own,
        "recorded": encoded.recorded,
        "reference": encoded.reference,
        "source": clip.source,
        "licence": clip.licence,
        "fps": clip.fps,
        "frames": encoded.frames,
        "seconds": encoded.frames / encoded.fps,
        "width": clip.width,
        "ratio": encoded.ratio,
        "steps": encoded.tokens.shape[1],
        "tokens": pack(encoded.tokens, "i16"),
        "parts": encoded.measure.parts,
    }
    return cast(ClipPayload, {**facts, **drawn(encoded).original(encoded)})


VIEWS = (View("clip", lambda visitor: visitor.workbench.encoded, payload),)
