"""What the latest edit moved, within the decoder's reach and, for a body's path, from there on."""

from typing import cast

from app.payloads.stage import EditEffectPayload
from app.stage.bodies import drawn
from app.view import View
from app.visitor import Visitor


def payload(visitor: Visitor) -> EditEffectPayload:
    """What differs between the reconstruction before and after the latest edit, and the frames it reaches."""
    bench = visitor.workbench
    edit, before, after = bench.version.edit, bench.before_last_edit, bench.decoding
    if edit is None or before is None:
        return {"words": ""}
    words = edit.words(bench.encoded)
    frames = after.frames_that_may_differ(before)
    if frames is None:
        return {"words": words, "frames": None}
    moved = drawn(bench.encoded).moved(before, after, frames)
    return cast(EditEffectPayload, {"words": words, "frames": list(frames), **moved})


VIEWS = (View("edit_effect", lambda visitor: visitor.workbench.decoding, payload),)
