"""What is drawn of a take: a body of joints, or the channels of features that have no known joints.

Both modules have the same functions, and only this one knows which is asked.
"""

from types import ModuleType

from app.take import Take
from app.views.bodies import channels, joints


def drawn(take: Take) -> ModuleType:
    """The module that makes this take's payloads."""
    return joints if take.has_joints else channels
