"""One motion: as a file holds it, and as features."""

from dataclasses import dataclass

import numpy as np

from rvqvae.motion.layouts import HUMANML3D
from rvqvae.motion.skeleton import FPS


@dataclass(frozen=True)
class Clip:
    """One motion as features.

    Attributes
    ----------
    name : str
    features : (N, D) float32 array, raw units; D is 263 in HumanML3D's layout
    fps : float, or None where the file does not say and its layout has none
    layout : str, a layout of `rvqvae.motion.layouts`; "unknown" features have no joints
    remarks : sentences about what was converted on reading: frame rate, skeleton
    """

    name: str
    features: np.ndarray
    fps: float | None = FPS
    layout: str = HUMANML3D.name
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class RawClip:
    """One motion as a file holds it.

    Attributes
    ----------
    name : str
    array : features (T, D), or joints (T, 22, 3) at 20 frames a second
    remarks : sentences about what was converted on reading
    """

    name: str
    array: np.ndarray
    remarks: tuple[str, ...] = ()
