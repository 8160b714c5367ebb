"""Names and groups of the channels of a feature layout, for features that are not drawn as a body."""

from dataclasses import dataclass

from rvqvae.motion.form import RootMotion
from rvqvae.motion.layouts import FeatureLayout, layout_of_width

BLOCK = 32  # channels of a group where nothing is known of them

_ROOT = ("root yaw velocity", "root x velocity", "root z velocity", "root height")
_MATRIX_ROOT = ("root x velocity", "root z velocity", *(f"root turn {number}" for number in range(1, 7)))


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
    known = layout_of_width(width)
    if known is None:
        firsts = range(0, width, BLOCK)
        return tuple(
            ChannelGroup(
                f"channels {first}–{min(first + BLOCK, width) - 1}", first, min(first + BLOCK, width)
            )
            for first in firsts
        )
    return tuple(ChannelGroup(part, block.start, block.stop) for part, block in known.blocks.parts.items())


def channel_names(width: int) -> tuple[str, ...]:
    """A name for every channel, no two alike: "position left wrist x", or "channel 137" where not known."""
    known = layout_of_width(width)
    return tuple(f"channel {i}" for i in range(width)) if known is None else _names(known)


def _names(known: FeatureLayout) -> tuple[str, ...]:
    joints = [name.replace("_", " ") for name in known.skeleton.names]
    told = joints if known.blocks.rooted else joints[1:]
    names = {
        "root": _MATRIX_ROOT if known.blocks.motion is RootMotion.MATRIX else _ROOT,
        "positions": [f"position {joint} {axis}" for joint in told for axis in "xyz"],
        "rotations": [f"rotation {joint} {number}" for joint in told for number in range(1, 7)],
        "velocities": [f"velocity {joint} {axis}" for joint in joints for axis in "xyz"],
        "contacts": [f"contact {joints[joint]}" for joint in known.skeleton.contacts],
    }
    return tuple(name for part in known.blocks.parts for name in names[part])
