"""A camera that looks at a body from beside and follows it."""

from dataclasses import dataclass

import numpy as np

YAW, PITCH = 0.62, 0.2  # radians; yaw 0 looks at the face of a body that faces +z
REACH = 3.4  # metres from the eye to its target
TALL = 2.15  # metres of height that fit the picture at that distance
FOLLOW = 0.8  # seconds over which the path is smoothed

_SIN_YAW, _COS_YAW, _SIN_PITCH, _COS_PITCH = np.sin(YAW), np.cos(YAW), np.sin(PITCH), np.cos(PITCH)
RIGHT = np.array([_COS_YAW, 0.0, -_SIN_YAW])
UP = np.array([-_SIN_YAW * _SIN_PITCH, _COS_PITCH, -_COS_YAW * _SIN_PITCH])
FORWARD = np.array([-_SIN_YAW * _COS_PITCH, -_SIN_PITCH, -_COS_YAW * _COS_PITCH])


@dataclass(frozen=True)
class Camera:
    """Where the middle of the picture is, and how high it is, in pixels."""

    centre: tuple[float, float]
    height: float

    def project(self, points: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Points (..., 3) seen by an eye that looks at target (3,) or (..., 3), metres.

        Returns
        -------
        (..., 2) pixels, and (..., ) pixels a metre at the point: the more, the nearer.
        """
        offset = points - target
        depth = np.maximum(offset @ FORWARD + REACH, 0.25)
        scale = self.height * REACH / TALL / depth
        seen = np.stack([offset @ RIGHT, -(offset @ UP)], axis=-1) * scale[..., None]
        return seen + self.centre, scale


def follow(joints: np.ndarray, fps: float) -> np.ndarray:
    """Targets (T, 3) that glide after the pelvis of joints (T, J, 3), a little below it."""
    reach = round(FOLLOW * fps / 2)
    pelvis = np.pad(joints[:, 0], ((reach, reach), (0, 0)), mode="edge")
    sums = np.cumsum(np.vstack([np.zeros(3), pelvis]), axis=0)
    smooth = (sums[2 * reach + 1 :] - sums[: -2 * reach - 1]) / (2 * reach + 1)
    return smooth * [1, 0.5, 1] + [0, 0.45, 0]
