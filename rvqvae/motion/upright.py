"""Whether joints stand upright and are as large as a person: their up axis, their unit, in words."""

import numpy as np

UNITS = (("metres", 1.0), ("centimetres", 0.01), ("millimetres", 0.001))
TALL = (0.5, 2.6)  # metres that a body measures from its lowest joint to its highest, in most frames
LIKELY = (1.1, 2.6)  # where it is stretched most
PERSON = 1.7  # metres
LYING = 1.5  # times as long along z as along y


def unit_of_height(height: float) -> tuple[str, float]:
    """The unit in which a body is as tall as a person, and that unit in metres; "" and 1 if there is none."""
    known = (unit for unit in UNITS if TALL[0] < height * unit[1] < TALL[1])
    return next(known, ("", 1.0))


def is_lying(span: np.ndarray) -> bool:
    """Whether a body of these extents (3,) has z up and not y."""
    return bool(span[2] > LYING * span[1])


def words_of(joints: np.ndarray, fps: float) -> tuple[str, bool]:
    """What joints (T, J, 3) of an array are, in a line: how many, the axis upwards, unit and frame rate; and
    whether that is as expected."""
    span = np.median(np.ptp(joints, axis=1), axis=0)
    lying = is_lying(span)
    name, _ = unit_of_height(float(span[2 if lying else 1]))
    up = "z is up, so the body lies: turn it before" if lying else "y is up"
    words = f"{joints.shape[1]} joints, {up}, {name or 'unit unknown'}, taken at {fps:g} fps"
    return words, bool(name) and not lying
