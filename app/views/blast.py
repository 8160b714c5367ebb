"""What the latest edit moved, within the decoder's reach and, for a body's path, from there on."""

from app.views.bodies import drawn
from app.views.view import View


def payload(session) -> dict:
    """What differs between the reconstruction before and after the latest edit, and the frames it reaches."""
    bench = session.workbench
    before, after = bench.before_last_edit, bench.decoding
    if before is None:
        return {"words": ""}
    words = bench.version.edits[-1].words(bench.take)
    frames = after.frames_that_may_differ(before)
    if frames is None:
        return {"words": words, "frames": None}
    return {"words": words, "frames": list(frames), **drawn(bench.take).moved(before, after, frames)}


VIEW = View("blast", lambda session: session.workbench.decoding, payload)
