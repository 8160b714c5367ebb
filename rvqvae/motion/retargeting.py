"""Joints of one skeleton in the places of another's, by names, and so features of one layout as another's."""

import re
from collections.abc import Sequence

import numpy as np

from rvqvae.motion.conversion import resample
from rvqvae.motion.ends import ends_among, place_ends
from rvqvae.motion.geometry import to_humanml_skeleton
from rvqvae.motion.layouts import FeatureLayout
from rvqvae.motion.mapping import JointMap, MappingError, along, map_joints, to_body
from rvqvae.motion.skeleton import HUMANML3D_BODY, JOINT, KIT_BODY, Skeleton, plain_names

_FINGER = re.compile(r"(?:hand_?)?(thumb|index|middle|ring|pinky|little)_?0*(\d)")
_NUMBERED = re.compile(r"finger_?(\d)(\d?)")  # of the thumb 0, 01, 02; of the index 1, 11, 12; and so on
_FINGERS = ("thumb", "index", "middle", "ring", "pinky")
# KIT-ML's spine between pelvis and neck, and its feet: shares of the way between joints of other bodies.
_KIT_SPINE = {"spine_1": 1 / 3, "spine_2": 2 / 3}


def can_be_placed(names: Sequence[str], target: Skeleton) -> bool:
    """Whether joints of these names tell all of another skeleton's but those that rules look for or place."""
    return not lacking_joints(names, target)


def lacking_joints(names: Sequence[str], target: Skeleton) -> list[str]:
    """Joints of another skeleton that neither these names nor rules tell, and that cannot be placed."""
    untold = _untold(names, target)
    ends = ends_among(untold, target)
    return [name for name in untold if name not in ends]


def placed_ends(names: Sequence[str], target: Skeleton) -> list[str]:
    """Joints of another skeleton that these names lack and that are placed from those they hang from."""
    return ends_among(_untold(names, target), target)


def placed_joints(
    names: Sequence[str], parents: Sequence[int], target: Skeleton, joint_map: JointMap | None = None
) -> list[int]:
    """Which joints stand for one of another skeleton's, as `on_skeleton` places them."""
    there = _known_as(names)
    named = [there[name] for name in target.names if name in there]
    if len(named) == len(target) and not joint_map:
        return named
    return [*named, *map_joints(names, parents, joint_map).used]


def on_skeleton(
    joints: np.ndarray,
    names: Sequence[str],
    parents: Sequence[int],
    target: Skeleton,
    joint_map: JointMap | None = None,
) -> np.ndarray:
    """Joints (T, J', 3) of another skeleton from joints (T, J, 3) of the given names and tree.

    Joints of the same name are taken as they are, HumanML3D's 22 by the rules of `rvqvae.motion.mapping`,
    fingers by their names, KIT-ML's spine and feet between their neighbours, ends that there are none for
    (`placed_ends`) from the joints that they hang from.

    Raises
    ------
    MappingError
        If a joint cannot be told.
    """
    there = _known_as(names)
    found = {name: joints[:, there[name]] for name in target.names if name in there and not joint_map}
    missing = [name for name in target.names if name not in found]
    if missing:
        body = to_body(joints, map_joints(names, parents, joint_map))
        found |= {name: body[:, JOINT[name]] for name in missing if name in JOINT}
        found |= {name: joints[:, there[name]] for name in missing if name in there and name not in JOINT}
        if target is KIT_BODY:
            found |= _kit_parts(body)
    untold = [name for name in target.names if name not in found]
    ends = ends_among(untold, target)
    lacking = [name for name in untold if name not in ends]
    if lacking:
        raise MappingError(f"found no joint for {', '.join(lacking[:8])}")
    nowhere = np.zeros((len(joints), 3))
    placed = np.stack([found.get(name, nowhere) for name in target.names], axis=1)
    return place_ends(placed, ends, target) if ends else placed


def to_layout(
    joints: np.ndarray,
    names: Sequence[str],
    parents: Sequence[int],
    fps: float,
    target: FeatureLayout,
    joint_map: JointMap | None = None,
) -> np.ndarray:
    """Features (N, D) of another layout from joints (T, J, 3) in metres at `fps` frames a second.

    HumanML3D's body gets its bone lengths, as its own features ask; other bodies keep theirs.

    Raises
    ------
    MappingError, DegenerateClipError, ValueError
        If joints cannot be told, give no features, or are too few frames.
    """
    placed = resample(on_skeleton(joints, names, parents, target.skeleton, joint_map), fps, target.fps)
    if len(placed) < 2:
        raise ValueError("one frame has no velocity; expected 2 or more")
    if target.skeleton is HUMANML3D_BODY:
        placed = to_humanml_skeleton(placed)
    return target.from_joints(placed)


def convert_features(
    features: np.ndarray, source: FeatureLayout, target: FeatureLayout, fps: float
) -> np.ndarray:
    """Features (N', D') of another layout, through joints; errors as `to_layout`."""
    joints = source.to_joints(np.asarray(features, dtype=np.float64))
    return to_layout(joints, source.skeleton.names, source.skeleton.parents, fps, target)


def _untold(names: Sequence[str], target: Skeleton) -> list[str]:
    """Joints of another skeleton that neither these names nor the rules for a body's own tell."""
    there = _known_as(names)
    body = set(HUMANML3D_BODY.names) | ({*KIT_BODY.names} if target is KIT_BODY else set())
    return [name for name in target.names if name not in there and name not in body]


def _known_as(names: Sequence[str]) -> dict[str, int]:
    """Where each name stands, as given, plainly, and of fingers as SMPL-H has them."""
    at = {name: index for index, name in enumerate(names)}
    for index, name in enumerate(plain_names(tuple(names))):
        at.setdefault(name, index)
        side, _, part = name.partition("_")
        if side not in ("left", "right"):
            continue
        if match := _FINGER.fullmatch(part):
            finger = "pinky" if match[1] == "little" else match[1]
            at.setdefault(f"{side}_{finger}_{match[2]}", index)
        elif (match := _NUMBERED.fullmatch(part)) and int(match[1]) < len(_FINGERS):
            at.setdefault(f"{side}_{_FINGERS[int(match[1])]}_{int(match[2] or 0) + 1}", index)
    return at


def _kit_parts(body: np.ndarray) -> dict[str, np.ndarray]:
    line = body[:, [JOINT[name] for name in ("pelvis", "spine1", "spine2", "spine3", "neck")]]
    parts = {name: along(line, share) for name, share in _KIT_SPINE.items()}
    for side in ("left", "right"):
        parts[f"{side}_midfoot"] = (body[:, JOINT[f"{side}_ankle"]] + body[:, JOINT[f"{side}_foot"]]) / 2
    return parts
