"""Bones of a body, for what draws it as lines."""

from app.workbench.encoded_clip import EncodedClip


def bones_of(encoded: EncodedClip) -> list[list[int]]:
    """Pairs of joints (parent, child); none where there are no joints."""
    layout = encoded.checkpoint.body if encoded.has_joints else None
    return [] if layout is None else layout.skeleton.bones
