"""How the error falls with every layer that is kept, and what the parts of a body weigh in it."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from app.command import command
from app.errors import StudioError
from app.payloads.packed import Alignment
from app.payloads.stage import GroupErrors, LadderPayload
from app.view import View
from app.visitor import Visitor
from app.workbench.encoded_clip import EncodedClip

HEAVIEST = 100.0


@dataclass
class GroupWeights:
    """What a joint weighs in the weighted error, by the name of its group; 1 where nothing is said."""

    of: dict[str, float] = field(default_factory=dict)


@command
def weigh_group(visitor: Visitor, group: str, weight: float) -> None:
    """Let each joint of a group of the body ("left hand") weigh so much in the weighted error; 1 is usual."""
    groups = _groups(visitor.workbench.encoded)
    if group not in groups:
        raise StudioError(
            f"This body has no {str(group)[:40]!r}; its parts are {', '.join(groups) or 'not told'}."
        )
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight <= HEAVIEST:
        raise StudioError(f"Found the weight {str(weight)[:20]}; expected a number from 0 to {HEAVIEST:g}.")
    weights = {**visitor.room(GroupWeights).of, group: float(weight)}
    if not any(weights.get(name, 1.0) for name in groups):
        raise StudioError("All parts of the body would weigh nothing; give one of them a weight above 0.")
    visitor.keep(GroupWeights(weights))


def payload(visitor: Visitor) -> LadderPayload:
    """Mean error after the first 1, 2, … Q layers of the unedited tokens; of a body with hands or a face also
    by group, and weighted."""
    bench = visitor.workbench
    groups = _by_group(bench.encoded, bench.alignment, visitor.room(GroupWeights))
    return {
        "errors": bench.encoded.errors_by_layers[bench.alignment],
        "groups": groups,
        "weighted": _weighted(groups),
        "unit": bench.encoded.measure.unit(bench.alignment),
        "alignment": cast(Alignment, bench.alignment),
    }


def _groups(encoded: EncodedClip) -> dict[str, list[int]]:
    """Joints of each part of the body; none where there is but one part."""
    if not encoded.has_joints:
        return {}
    groups = {name: list(joints) for name, joints in encoded.layout.skeleton.groups.items() if joints}
    return groups if len(groups) > 1 else {}


def _by_group(encoded: EncodedClip, alignment: str, weights: GroupWeights) -> list[GroupErrors]:
    groups = _groups(encoded)
    parts = encoded.part_errors_by_layers[alignment] if groups else np.zeros(0)
    return [
        {
            "title": name,
            "errors": parts[:, joints].mean(axis=1).tolist(),
            "joints": len(joints),
            "weight": weights.of.get(name, 1.0),
        }
        for name, joints in groups.items()
    ]


def _weighted(groups: list[GroupErrors]) -> list[float]:
    """The mean over joints, each weighing what its group says; none where nothing weighs other than usual."""
    weights = np.array([group["weight"] * group["joints"] for group in groups])
    if all(group["weight"] == 1 for group in groups) or not weights.any():
        return []
    mean: list[float] = (weights @ np.array([group["errors"] for group in groups]) / weights.sum()).tolist()
    return mean


def key(visitor: Visitor) -> Hashable:
    """The clip through its checkpoint, how errors are aligned, and what parts weigh."""
    bench, weights = visitor.workbench, visitor.room(GroupWeights)
    return bench.encoded, bench.alignment, tuple(sorted(weights.of.items()))


VIEWS = (View("ladder", key, payload),)
