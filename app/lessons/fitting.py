"""Whether what is open can show a lesson's point, and what else can."""

from dataclasses import asdict
from typing import Any

from app.errors import StudioError
from app.lessons.lesson import Lesson, Unfit
from app.visitor import Visitor
from app.workbench.encoded_clip import EncodedClip

JOINTLESS = (
    "Lessons measure a body's joints, which these features are not known to have. Choose a clip and a "
    "checkpoint of HumanML3D features at the top of the page."
)


def unfit(visitor: Visitor, lesson: Lesson) -> Unfit | None:
    """Why the open clip and checkpoint cannot show the lesson's point; None where they can."""
    encoded = visitor.workbench.encoded
    if not encoded.has_joints:
        return Unfit(JOINTLESS, *visitor.library.opening)
    layers = encoded.num_layers
    if layers < lesson.layers_needed:
        reason = (
            f"This lesson needs a checkpoint with {lesson.layers_needed} layers or more; this one has "
            f"{layers}. Choose another at the top of the page."
        )
        return Unfit(reason, *_pair(visitor, lesson))
    lacks = lesson.lacks(encoded) if lesson.lacks else ""
    if lacks:
        return Unfit(f"{lacks} Choose another clip or checkpoint.", *_pair(visitor, lesson))
    return None


def unfit_payload(visitor: Visitor, found: Unfit | None) -> dict[str, Any]:
    """The sentence, "" where there is none, and with it a button for what can show the point."""
    if found is None:
        return {"unfit": ""}
    if not found.clip:
        return {"unfit": found.reason, "offer": None}
    title = visitor.library.clip(found.clip).title
    name = visitor.library.entry(found.checkpoint).title
    return {
        "unfit": found.reason,
        "offer": {"label": f"Open {title} with {name}"} | _keys(found),
    }


def _keys(found: Unfit) -> dict[str, str]:
    return {name: value for name, value in asdict(found).items() if name != "reason"}


def _pair(visitor: Visitor, lesson: Lesson) -> tuple[str, str]:
    """A pair of the library that can show the point, the open checkpoint's before others."""
    library, encoded = visitor.library, visitor.workbench.encoded
    opening_clip, opening_checkpoint = library.opening
    clips = list(dict.fromkeys([encoded.clip.key, opening_clip, *library.clips]))
    for checkpoint in dict.fromkeys([encoded.checkpoint_key, opening_checkpoint, *library.checkpoints]):
        for clip in (key for key in clips if key in library.clips):
            if checkpoint in library.checkpoints and _can(visitor, lesson, clip, checkpoint):
                return clip, checkpoint
    return "", ""


def _can(visitor: Visitor, lesson: Lesson, clip: str, checkpoint: str) -> bool:
    try:
        encoded: EncodedClip = visitor.catalog.encoded(clip, checkpoint)
    except StudioError:
        return False
    few = encoded.num_layers < lesson.layers_needed or not encoded.has_joints
    return not few and not (lesson.lacks and lesson.lacks(encoded))
