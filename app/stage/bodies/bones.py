"""Bones of a body, for what draws it as lines."""

from app.workbench.encoded_clip import EncodedClip
from rvqvae.motion.layouts import LAYOUTS


def bones_of(encoded: EncodedClip) -> list[list[int]]:
    """Pairs of joints (parent, child); none where there are no joints."""
    layout = LAYOUTS.get(encoded.checkpoint.layout) if encoded.has_joints else None
    parents = () if layout is None else layout.skeleton.parents
    return [[parent, joint] for joint, parent in enumerate(parents) if parent >= 0]
