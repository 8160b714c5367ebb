"""Which joints of a visitor's file stand for HumanML3D's 22."""

from collections.abc import Hashable

from app.catalog.joint_sets import Skeleton, Skeletons
from app.payloads.choosing import SkeletonPayload
from app.view import View
from app.visitor import Visitor
from rvqvae.motion.mapping import PLACEABLE


def payload(visitor: Visitor) -> SkeletonPayload:
    """The joints of the file that the page asks about, or of the present clip; {"file": ""} where neither is.

    `number` counts the files that were opened, `clip` is None for one that is still to be mapped.
    """
    kept, clip = visitor.room(Skeletons), visitor.workbench.encoded.clip
    skeleton = kept.shown_with(clip.key)
    if skeleton is None:
        return {"number": kept.opened, "file": ""}
    return {
        "number": kept.opened,
        "file": skeleton.file_name,
        "clip": None if kept.asked else clip.key,
        "names": list(skeleton.names),
        "joints": [
            {
                "joint": ours,
                "source": theirs,
                "by_name": skeleton.by_name[ours],
                "needed": ours not in PLACEABLE,
            }
            for ours, theirs in skeleton.joint_map.items()
        ],
        "words": _words(skeleton),
        "by_shape": bool(skeleton.by_shape),
    }


def _words(skeleton: Skeleton) -> str:
    told = [ours for ours, theirs in skeleton.joint_map.items() if theirs is not None]
    chosen = sum(skeleton.joint_map[ours] != skeleton.by_name[ours] for ours in told)
    placed = [ours for ours in PLACEABLE if ours not in told]
    by = "shape" if skeleton.by_shape else "name"
    parts = [f"{len(told) - chosen} of {len(skeleton.joint_map)} joints told by {by}"]
    if chosen:
        parts.append(f"{chosen} chosen")
    if placed:
        parts.append(f"{len(placed)} placed between their neighbours")
    if skeleton.missing:
        parts.append(f"{len(skeleton.missing)} still to be chosen")
    return ", ".join(parts)


def key(visitor: Visitor) -> Hashable:
    """The file, and the joints in use."""
    kept, clip = visitor.room(Skeletons), visitor.workbench.encoded.clip
    skeleton = kept.shown_with(clip.key)
    joints = skeleton and tuple(skeleton.joint_map.values())
    return kept.opened, skeleton and skeleton.file, joints, kept.asked is None


VIEWS = (View("skeleton", key, payload),)
