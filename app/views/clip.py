"""The original motion, its unedited tokens, and where it comes from."""

from app.take import OWN
from app.views.arrays import pack
from app.views.bodies import drawn
from app.views.view import View


def payload(session) -> dict:
    """Joints or channels of every frame, the encoder's tokens (Q, n), and the clip's facts."""
    take = session.workbench.take
    clip = take.clip
    return {
        "key": clip.key,
        "title": clip.title,
        "trained": take.trained,
        "own": clip.key.startswith(OWN),
        "recorded": take.recorded,
        "reference": take.reference,
        "source": clip.source,
        "licence": clip.licence,
        "fps": clip.fps,
        "frames": take.frames,
        "seconds": take.frames / clip.fps,
        "width": clip.width,
        "ratio": take.ratio,
        "steps": take.tokens.shape[1],
        "tokens": pack(take.tokens, "i16"),
        "parts": take.measure.parts,
        **drawn(take).original(take),
    }


VIEW = View("clip", lambda session: session.workbench.take, payload)
