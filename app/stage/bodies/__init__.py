"""What is drawn of an encoded clip: a body of joints, or the channels of features that have no known joints.

Both modules have the same functions, and only this one knows which is asked.
"""

from types import ModuleType

from app.stage.bodies import channels, joints
from app.workbench.encoded_clip import EncodedClip


def drawn(encoded: EncodedClip) -> ModuleType:
    """The module that makes this encoded clip's payloads."""
    return joints if encoded.has_joints else channels
