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
from rvqvae.evaluation.parts import (
    PartWeightError,
    check_part_weight,
    joint_weights,
    parts_of,
    weighted_mean,
)


@dataclass
class GroupWeights:
    """What a joint weighs in the weighted error, by the name of its group; 1 where nothing is said."""

    of: dict[str, float] = field(default_factory=dict)


@command
def weigh_group(visitor: Visitor, group: str, weight: float) -> None:
    """Let each joint of a group of the body ("left hand") weigh so much in the weighted error; 1 is usual."""
    encoded = visitor.workbench.encoded
    groups = _groups(encoded)
    try:
        check_part_weight(groups, group, weight)
        weights = {**visitor.room(GroupWeights).of, group: float(weight)}
        joint_weights(groups, weights, len(encoded.layout.skeleton))
    except PartWeightError as error:
        raise StudioError(str(error)) from None
    visitor.keep(GroupWeights(weights))


def payload(visitor: Visitor) -> LadderPayload:
    """Mean error after the first 1, 2, … Q layers of the unedited tokens; of a body with hands or a face also
    by group, and weighted."""
    bench = visitor.workbench
    weights = visitor.room(GroupWeights)
    return {
        "errors": bench.encoded.errors_by_layers[bench.alignment],
        "groups": _by_group(bench.encoded, bench.alignment, weights),
        "weighted": _weighted(bench.encoded, bench.alignment, weights),
        "unit": bench.encoded.measure.unit(bench.alignment),
        "alignment": cast(Alignment, bench.alignment),
    }


def _groups(encoded: EncodedClip) -> dict[str, list[int]]:
    """Joints of each part of the body; none where there is but one part."""
    return parts_of(encoded.layout.skeleton) if encoded.has_joints else {}


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


def _weighted(encoded: EncodedClip, alignment: str, weights: GroupWeights) -> list[float]:
    """The mean over joints, each weighing what its group says; none where nothing weighs other than usual."""
    groups = _groups(encoded)
    if all(weights.of.get(name, 1.0) == 1 for name in groups):
        return []
    errors = encoded.part_errors_by_layers[alignment]
    try:
        mean: list[float] = weighted_mean(errors, joint_weights(groups, weights.of, errors.shape[1])).tolist()
    except PartWeightError:  # weights that were given for another body
        return []
    return mean


def key(visitor: Visitor) -> Hashable:
    """The clip through its checkpoint, how errors are aligned, and what parts weigh."""
    bench, weights = visitor.workbench, visitor.room(GroupWeights)
    return bench.encoded, bench.alignment, tuple(sorted(weights.of.items()))


VIEWS = (View("ladder", key, payload),)
