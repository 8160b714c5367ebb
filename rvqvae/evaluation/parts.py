"""Parts of a body, and what they weigh in an error: the hands may count more than the rest."""

from collections.abc import Mapping

import numpy as np

from rvqvae.motion.skeleton import Skeleton

HEAVIEST = 100.0


class PartWeightError(ValueError):
    """Weights that this body cannot have; the message is a sentence."""


def parts_of(skeleton: Skeleton) -> dict[str, list[int]]:
    """Joints of each part of the body; none where there is but one part."""
    parts = {name: list(joints) for name, joints in skeleton.groups.items() if joints}
    return parts if len(parts) > 1 else {}


def check_part_weight(parts: Mapping[str, list[int]], part: object, weight: object) -> None:
    """Refuse a part that the body does not have, and a weight that is none.

    Raises
    ------
    PartWeightError
        If it is so.
    """
    if part not in parts:
        known = f"its parts are {', '.join(parts)}" if parts else "it is not told in parts"
        raise PartWeightError(f"This body has no {str(part)[:40]!r}; {known}.")
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight <= HEAVIEST:
        raise PartWeightError(
            f"Found the weight {str(weight)[:20]}; expected a number from 0 to {HEAVIEST:g}."
        )


def joint_weights(parts: Mapping[str, list[int]], weights: Mapping[str, float], joints: int) -> np.ndarray:
    """What each joint (J,) counts: the weight of its part, 1 where nothing is said.

    Raises
    ------
    PartWeightError
        If no joint counts anything.
    """
    counted = np.zeros(joints)
    for part, of_part in parts.items():
        counted[of_part] += weights.get(part, 1.0)
    if not counted.any():
        raise PartWeightError("All parts of the body would weigh nothing; give one of them a weight above 0.")
    return counted


def weights_of_joints(skeleton: Skeleton | None, weights: Mapping[str, float]) -> np.ndarray:
    """`joint_weights` of a whole body, checked.

    Parameters
    ----------
    skeleton : None of features without known joints

    Raises
    ------
    PartWeightError
        If the body cannot have these weights.
    """
    parts = parts_of(skeleton) if skeleton else {}
    for part, weight in weights.items():
        check_part_weight(parts, part, weight)
    return joint_weights(parts, weights, len(skeleton) if skeleton else 0)


def weighted_mean(errors: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """The mean of errors (..., J) over joints, each counting what it weighs (J,)."""
    mean: np.ndarray = errors @ counted / counted.sum()
    return mean
