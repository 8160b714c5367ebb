"""Names and groups of the channels of a feature layout, for features that are not drawn as a body."""

from dataclasses import dataclass

from rvqvae.motion.representations import HUMANML3D_52, KIT_ML, Representation, representation_of
from rvqvae.motion.skeleton import JOINT_NAMES

BLOCK = 32  # channels of a group where nothing is known of them

_KIT_JOINTS = (
    *("pelvis", "spine 1", "spine 2", "neck", "head"),
    *(f"{side} {joint}" for side in ("right", "left") for joint in ("shoulder", "elbow", "wrist")),
    *(
        f"{side} {joint}"
        for side in ("right", "left")
        for joint in ("hip", "knee", "ankle", "midfoot", "foot")
    ),
)
_FINGERS = tuple(
    f"{side} {finger} {knuckle}"
    for side in ("left", "right")
    for finger in ("index", "middle", "pinky", "ring", "thumb")
    for knuckle in (1, 2, 3)
)
_BODY = tuple(name.replace("_", " ") for name in JOINT_NAMES)
_JOINTS = {KIT_ML.joints: _KIT_JOINTS, HUMANML3D_52.joints: (*_BODY, *_FINGERS)}
_ROOT = ("root yaw velocity", "root x velocity", "root z velocity", "root height")
_CONTACTS = ("left ankle", "left foot", "right ankle", "right foot")


@dataclass(frozen=True)
class ChannelGroup:
    """Channels first … stop - 1 of a frame.

    Attributes
    ----------
    title : what they are, in a word or two
    """

    title: str
    first: int
    stop: int


def channel_groups(width: int) -> tuple[ChannelGroup, ...]:
    """Groups of the channels of a frame, in order and without gaps.

    They are HumanML3D's where the width is that of a published layout; else blocks that mean nothing.
    """
    known = representation_of(width)
    if known is None:
        firsts = range(0, width, BLOCK)
        return tuple(
            ChannelGroup(
                f"channels {first}–{min(first + BLOCK, width) - 1}", first, min(first + BLOCK, width)
            )
            for first in firsts
        )
    moving = known.joints - 1
    sizes = {
        "root": len(_ROOT),
        "positions": 3 * moving,
        "rotations": 6 * moving,
        "velocities": 3 * known.joints,
        "contacts": len(_CONTACTS),
    }
    groups, first = [], 0
    for title, size in sizes.items():
        groups.append(ChannelGroup(title, first, first + size))
        first += size
    return tuple(groups)


def channel_names(width: int) -> tuple[str, ...]:
    """A name for every channel, no two alike: "position left wrist x", or "channel 137" where not known."""
    known = representation_of(width)
    return tuple(f"channel {i}" for i in range(width)) if known is None else _names(known)


def _names(known: Representation) -> tuple[str, ...]:
    joints = _JOINTS.get(known.joints, _BODY)
    return (
        *_ROOT,
        *(f"position {joint} {axis}" for joint in joints[1:] for axis in "xyz"),
        *(f"rotation {joint} {number}" for joint in joints[1:] for number in range(1, 7)),
        *(f"velocity {joint} {axis}" for joint in joints for axis in "xyz"),
        *(f"contact {joint}" for joint in _CONTACTS),
    )
