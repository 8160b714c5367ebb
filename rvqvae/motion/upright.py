"""Whether joints stand upright and are as large as a person: their up axis, unit and floor, in words."""

from dataclasses import dataclass

import numpy as np

from rvqvae.motion.columns import unit_of
from rvqvae.motion.layouts import FeatureLayout
from rvqvae.motion.skeleton import Skeleton

UNITS = (("metres", 1.0), ("centimetres", 0.01), ("millimetres", 0.001))
TALL = (0.5, 2.6)  # metres that a body measures from its lowest joint to its highest, in most frames
LIKELY = (1.1, 2.6)  # where it is stretched most
PERSON = 1.7  # metres
LYING = 1.5  # times as long along z as along y
OFF_FLOOR = 0.05  # metres
STANDS = 0.9  # of the frames in which a body has to stand along z, if z shall be up
FEET, HEAD = 0.1, 0.75  # of its length: feet are as near to its lowest joint, its head is as far away
ON_FLOOR = 0.1  # of its length: as near to z = 0 are feet that stand on it
RESTS = (-0.01, 0.05)  # of its length: as near to y = 0 is the lowest joint of a body that lies on the floor


@dataclass(frozen=True)
class Look:
    """What was found in an array.

    Attributes
    ----------
    words : all of it in a line
    as_expected : whether there is nothing to know
    mends : ("turn",) where the evidence bears out that z is up
    """

    words: str
    as_expected: bool
    mends: tuple[str, ...] = ()


def unit_of_height(height: float) -> tuple[str, float]:
    """The unit in which a body is as tall as a person, and that unit in metres; "" and 1 if there is none."""
    known = (unit for unit in UNITS if TALL[0] < height * unit[1] < TALL[1])
    return next(known, ("", 1.0))


def is_lying(span: np.ndarray) -> bool:
    """Whether a body of these extents (3,) has z up and not y."""
    return bool(span[2] > LYING * span[1])


def turned_upright(joints: np.ndarray) -> np.ndarray:
    """Joints (..., 3) with z up as joints with y up."""
    turned: np.ndarray = joints[..., [0, 2, 1]] * [1, 1, -1]
    return turned


def above_floor(height: float) -> str:
    """How far the lowest joint is from the floor, metres, in words."""
    return f"{100 * abs(height):.0f} cm {'above' if height > 0 else 'below'} the floor"


def look_at_joints(joints: np.ndarray, skeleton: Skeleton, fps: float) -> Look:
    """What joints (T, J, 3) of an array are: how many, the axis upwards, unit and frame rate."""
    span = np.median(np.ptp(joints, axis=1), axis=0)
    lying, stands = is_lying(span), _stands_along_z(joints, skeleton)
    up = "y is up"
    if stands is not None:
        up = f"z is up (in {100 * stands:.0f}% of the frames it stands along z, feet at z = 0)"
    elif lying:
        up = "the body is longest along z: it lies, or z is up; y should be"
    name, _ = unit_of_height(float(span[2 if lying else 1]))
    words = f"{joints.shape[1]} joints, {up}, {name or 'unit unknown'}, taken at {fps:g} fps"
    return Look(words, bool(name) and not lying, () if stands is None else ("turn",))


def look_at_features(features: np.ndarray, layout: FeatureLayout) -> Look:
    """What features (N, D) of a layout are: its name, joints, frame rate and unit, height and floor."""
    heights = layout.to_joints(features)[..., 1]
    tall, floor = float(np.median(np.ptp(heights, axis=1))), float(heights.min())
    is_tall = TALL[0] < tall < TALL[1]
    said = [
        f"{layout.title} features",
        f"{len(layout.skeleton)} joints",
        f"{layout.fps:g} fps",
        unit_of(layout),
    ]
    said.append("" if is_tall else f"the body is {tall:.3g} m tall")
    off = abs(floor) > OFF_FLOOR
    said.append(f"its lowest joint is {above_floor(floor)}" if off else "on the floor")
    return Look(", ".join(one for one in said if one), is_tall and not off)


def _stands_along_z(joints: np.ndarray, skeleton: Skeleton) -> float | None:
    """The share of frames in which a body has its feet lowest and its head high along z; None where they are
    few, its feet do not stand at z = 0, it is not longest along z in most, or it lies on y = 0."""
    heights = joints[..., 2]
    lowest, tall = heights.min(axis=1), np.ptp(heights, axis=1)
    feet = heights[:, list(skeleton.contacts)].min(axis=1)
    head = heights[:, skeleton.index["head"]]
    stands = (feet < lowest + FEET * tall) & (head > lowest + HEAD * tall)
    share, length = float(stands.mean()), max(float(np.median(tall)), 1e-9)
    stands_on_floor = abs(float(np.quantile(feet, 0.1))) < ON_FLOOR * length
    rests = RESTS[0] < float(np.median(joints[..., 1].min(axis=1))) / length < RESTS[1]
    longest = is_lying(np.median(np.ptp(joints, axis=1), axis=0))
    return share if longest and share >= STANDS and stands_on_floor and not rests else None
