"""How far feet slide while they should stand."""

import numpy as np

from rvqvae.motion.humanml import CONTACT_JOINTS, CONTACTS

STANDING = 0.5  # the feature is 1 where a foot stands and 0 where it moves; a reconstruction lies between


def standing_feet(features: np.ndarray) -> np.ndarray:
    """(N, 4) bool: whether left ankle, left foot, right ankle and right foot stand, of features (N, 263)."""
    return features[:, CONTACTS] > STANDING


def horizontal_speed_mm(joints: np.ndarray, fps: float) -> np.ndarray:
    """(N, 4) horizontal speed of the same four, from joints (N, 22, 3) in metres, to the next frame, in mm/s.

    The last frame repeats the one before; a single frame does not move.
    """
    feet = joints[:, CONTACT_JOINTS][..., [0, 2]]
    if len(feet) < 2:
        return np.zeros((len(feet), len(CONTACT_JOINTS)))
    speed = 1000 * fps * np.linalg.norm(np.diff(feet, axis=0), axis=-1)
    return np.concatenate([speed, speed[-1:]])
