"""Changed clips put back on the floor: as high as before, and feet that stood still stand."""

import numpy as np

from rvqvae.motion.humanml import CONTACT_JOINTS

STANDING_HEIGHT = 0.06  # metres above its rest at which a foot hardly carries any more
RESTING_HEIGHTS = np.array([0.06, 0.0, 0.06, 0.0])  # of CONTACT_JOINTS in a standing body, metres
PELVIS_SHARE = 0.02  # how much the pelvis' own path counts beside one standing foot's


def put_on_floor(changed: np.ndarray, original: np.ndarray) -> np.ndarray:
    """A changed clip moved so that it stands as its original does.

    Parameters
    ----------
    changed, original : (T, 22, 3) arrays, metres

    Returns
    -------
    (T, 22, 3) array: the lowest joint of every frame as high as the original's, the standing feet moving over
    the floor as the original's; without a standing foot the pelvis moves as it did.
    """
    return placed(changed, np.diff(original, axis=0), original[..., 1].min(1))


def lifted(joints: np.ndarray, lowest: np.ndarray) -> np.ndarray:
    """Every frame of (T, 22, 3) joints moved up or down until its lowest joint is at `lowest` (T,)."""
    lift = lowest - joints[..., 1].min(1)
    return joints + lift[:, None, None] * np.array([0.0, 1.0, 0.0])


def placed(joints: np.ndarray, steps: np.ndarray, lowest: np.ndarray) -> np.ndarray:
    """Joints moved so that the lowest is at `lowest` (T,), and feet near the floor move as in `steps`.

    The step of the whole body is the mean of what each foot, weighted by how near to the floor it is, and the
    pelvis, by a little, ask for. `steps` is (T - 1, 22, 3).
    """
    joints = lifted(joints, lowest)
    held = [0, *CONTACT_JOINTS]
    height = np.maximum(joints[:, CONTACT_JOINTS, 1] - RESTING_HEIGHTS, 0)
    standing = np.exp(-((height / STANDING_HEIGHT) ** 2))
    weight = np.concatenate([np.full((len(joints), 1), PELVIS_SHARE), standing], axis=1)
    weight = np.minimum(weight[1:], weight[:-1])[..., None]
    asked = (steps - np.diff(joints, axis=0))[:, held]
    drift = (asked * weight).sum(1) / weight.sum(1) * np.array([1.0, 0.0, 1.0])
    path = np.concatenate([np.zeros((1, 3)), np.cumsum(drift, axis=0)])
    return joints + path[:, None]
