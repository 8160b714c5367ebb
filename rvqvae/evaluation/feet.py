"""How far feet slide while they should stand."""

import numpy as np

from rvqvae.evaluation.metrics import distance_mm
from rvqvae.motion.layouts import HUMANML3D, FeatureLayout

STANDING = 0.5  # the feature is 1 where a foot stands and 0 where it moves; a reconstruction lies between


def standing_feet(features: np.ndarray, layout: FeatureLayout = HUMANML3D) -> np.ndarray:
    """(N, F) bool: whether each of the skeleton's contact joints stands, of raw features (N, D).

    As the features' contacts say; where they have none, as slow as the layout's threshold asks.
    """
    if "contacts" in layout.blocks.parts:
        return features[:, layout.blocks.contacts] > STANDING
    joints = layout.to_joints(features)[:, list(layout.skeleton.contacts)] / layout.unit
    if len(joints) < 2:
        return np.ones(joints.shape[:2], dtype=bool)
    still = (np.diff(joints, axis=0) ** 2).sum(-1) < layout.contact_squared_speed
    return np.concatenate([still, still[-1:]])


def horizontal_speed_mm(joints: np.ndarray, fps: float, layout: FeatureLayout = HUMANML3D) -> np.ndarray:
    """(N, F) horizontal speed of the same joints, from (N, J, 3) in metres, to the next frame, in mm/s.

    The last frame repeats the one before; a single frame does not move.
    """
    feet = joints[:, list(layout.skeleton.contacts)][..., [0, 2]]
    if len(feet) < 2:
        return np.zeros(feet.shape[:2])
    speed = fps * distance_mm(feet[1:], feet[:-1])
    return np.concatenate([speed, speed[-1:]])
