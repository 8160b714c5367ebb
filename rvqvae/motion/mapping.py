"""From the joints of any common skeleton to HumanML3D's 22, by rules about their names.

Covers the names of CMU's BVH files, Mixamo, Bandai-Namco, 3ds Max biped, Reallusion and SMPL. Limbs, neck and
head are found by name. Spines differ in their number of joints, so the three spine joints are placed along
the line from pelvis to neck, at HumanML3D's proportions. A collar that a skeleton lacks is placed halfway
from the upper spine joint to the shoulder. A joint map says otherwise, for some joints or for all.
"""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from rvqvae.motion.skeleton import BONE_LENGTHS, JOINT, JOINT_NAMES, NUM_JOINTS

# HumanML3D joint name to a skeleton's joint; None places it between its neighbours.
JointMap = Mapping[str, str | None]

# Per part the names that mean it, most telling first, without the words for side and software.
_MIDDLE = {
    "pelvis": ("hips", "pelvis", "hip"),
    "neck": ("neck", "neck1", "neck01", "necktwist01", "necktwist1"),
    "head": ("head",),
}
_SIDED = {
    "hip": ("upleg", "upperleg", "thigh", "hip"),
    "knee": ("knee", "lowerleg", "lowleg", "calf", "shin", "leg"),
    "ankle": ("ankle", "foot"),
    "foot": ("toe", "toes", "toe0", "ball", "foot", "foot/end", "ankle/end"),
    "collar": ("clavicle", "collar", "shoulder"),
    "shoulder": ("upperarm", "uparm", "arm", "shoulder"),
    "elbow": ("forearm", "lowerarm", "lowarm", "elbow"),
    "wrist": ("hand", "wrist"),
}
_SPINE = ("spine1", "spine2", "spine3")
PLACEABLE = (*_SPINE, "left_collar", "right_collar")  # can do without a joint of the skeleton
_SIDES = {"left": "left", "l": "left", "right": "right", "r": "right"}
_NOISE = {"mixamorig", "cc", "base", "bip", "bip01", "bip001", "rl", "joint", "character1", "def", "org"}


class MappingError(ValueError):
    """HumanML3D's joints cannot all be told on a skeleton; the message says which, and what there is."""


@dataclass(frozen=True)
class JointMapping:
    """Which joint of a skeleton stands for each of HumanML3D's 22.

    Attributes
    ----------
    sources : dict, HumanML3D name to the skeleton's joint; joints that are placed between others are left out
    indices : dict, HumanML3D name to index in the skeleton
    spine : dict, for each spine joint that is placed the indices of the joints along its line, and its share
        of that line's length
    """

    sources: dict[str, str]
    indices: dict[str, int]
    spine: dict[str, tuple[tuple[int, ...], float]]

    @property
    def joint_map(self) -> dict[str, str | None]:
        """The mapping as a joint map of all 22 joints."""
        return {name: self.sources.get(name) for name in JOINT_NAMES}

    @property
    def used(self) -> set[int]:
        """Joints that the body is made of: those that stand for one, and those along the spine's line."""
        return {*self.indices.values(), *(joint for line, _ in self.spine.values() for joint in line)}

    def describe(self) -> str:
        """The mapping as one line of "theirs as ours"."""
        return ", ".join(f"{theirs} as {ours}" for ours, theirs in self.sources.items())


def suggest_joints(names: Sequence[str], joint_map: JointMap | None = None) -> dict[str, str | None]:
    """A joint map of all 22 joints, as far as it can be told: what is given, and the rest by rule.

    Parameters
    ----------
    names : joints of a skeleton
    joint_map : what is known already; None for a joint that is not to be searched for

    Returns
    -------
    dict
        None for a joint that was not found; those of `PLACEABLE` can do without

    Raises
    ------
    MappingError
        If the given map names a joint that does not exist, or one twice.
    """
    given = dict(joint_map or {})
    _check(given, names)
    found = {ours: names.index(theirs) for ours, theirs in given.items() if theirs is not None}
    _add_by_rule(found, names, except_for=given)
    return {name: names[found[name]] if name in found else None for name in JOINT_NAMES}


def map_joints(
    names: Sequence[str], parents: Sequence[int], joint_map: JointMap | None = None
) -> JointMapping:
    """Find HumanML3D's joints in a skeleton.

    Parameters
    ----------
    names, parents : (J,) joints, each after its parent
    joint_map : HumanML3D name to skeleton joint, where the rules are wrong or find nothing

    Raises
    ------
    MappingError
        If a joint is not found, or the given map names one that does not exist, or one twice.
    """
    whole = suggest_joints(names, joint_map)
    missing = [ours for ours, theirs in whole.items() if theirs is None and ours not in PLACEABLE]
    if missing:
        raise MappingError(f"found no joint for {', '.join(missing)}; the skeleton has {_listed(names)}")
    sources = {ours: theirs for ours, theirs in whole.items() if theirs is not None}
    indices = {ours: names.index(theirs) for ours, theirs in sources.items()}
    return JointMapping(sources, indices, spine_lines(parents, indices))


def to_body(positions: np.ndarray, mapping: JointMapping) -> np.ndarray:
    """HumanML3D's joints (T, 22, 3) of a skeleton's positions (T, J, 3), in the same unit of length."""
    out = np.empty((len(positions), NUM_JOINTS, 3))
    for name, index in mapping.indices.items():
        out[:, JOINT[name]] = positions[:, index]
    for name, (line, share) in mapping.spine.items():
        out[:, JOINT[name]] = along(positions[:, line], share)
    for side in ("left", "right"):
        if f"{side}_collar" not in mapping.indices:
            ends = out[:, JOINT["spine3"]] + out[:, JOINT[f"{side}_shoulder"]]
            out[:, JOINT[f"{side}_collar"]] = ends / 2
    return out


def spine_lines(
    parents: Sequence[int], indices: Mapping[str, int]
) -> dict[str, tuple[tuple[int, ...], float]]:
    """`JointMapping.spine` of a skeleton whose joints for pelvis, neck and perhaps the spine are known."""
    chain = ("pelvis", *_SPINE, "neck")
    known = [place for place, name in enumerate(chain) if name in indices]
    lines = {}
    for first, last in pairwise(known):
        path = _path(parents, indices[chain[first]], indices[chain[last]])
        lengths = BONE_LENGTHS[[JOINT[name] for name in chain[first + 1 : last + 1]]].cumsum()
        for name, length in zip(chain[first + 1 : last], lengths[:-1], strict=True):
            lines[name] = (path, float(length / lengths[-1]))
    return lines


def _check(joint_map: JointMap, names: Sequence[str]) -> None:
    given: dict[str, str] = {}
    for ours, theirs in joint_map.items():
        if ours not in JOINT:
            raise MappingError(
                f"the joint map names {ours!r}, which is none of HumanML3D's joints: {', '.join(JOINT_NAMES)}"
            )
        if theirs is None:
            continue
        if theirs not in names:
            raise MappingError(
                f"the joint map gives {ours} the joint {theirs!r}; the skeleton has {_listed(names)}"
            )
        if theirs in given:
            raise MappingError(
                f"the joint map gives {theirs} to both {given[theirs]} and {ours}; "
                "each needs a joint of its own"
            )
        given[theirs] = ours


def _add_by_rule(found: dict[str, int], names: Sequence[str], except_for: Container[str]) -> None:
    """Find more joints by their names, among the skeleton's joints that are left."""
    sides, parts = zip(*(_read(name) for name in names), strict=True)

    def search(target: str, side: str | None, candidates: Sequence[str]) -> None:
        for candidate in () if target in except_for else candidates:
            for index, (joint_side, part) in enumerate(zip(sides, parts, strict=True)):
                if joint_side == side and part == candidate and index not in found.values():
                    found[target] = index
                    return

    for part, candidates in _MIDDLE.items():
        search(part, None, candidates)
    for side in ("left", "right"):
        # The outermost joints are unmistakable; what is left then tells collar from shoulder.
        for part in ("wrist", "elbow", "shoulder", "collar", "ankle", "foot", "knee", "hip"):
            search(f"{side}_{part}", side, _SIDED[part])


def _read(name: str) -> tuple[str | None, str]:
    """Side of a joint and what is left of its name without side and project."""
    end = "/end" if name.endswith("/end") else ""
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name.removesuffix("/end").rpartition(":")[2])
    words = re.sub(r"\b([LR])([A-Z][a-z])", r"\1 \2", words)
    parts = [word for word in re.split(r"[^a-z0-9]+", words.lower()) if word]
    side = next((_SIDES[word] for word in parts if word in _SIDES), None)
    return side, "".join(word for word in parts if word not in _SIDES and word not in _NOISE) + end


def _path(parents: Sequence[int], start: int, end: int) -> tuple[int, ...]:
    """Joints from `start` to `end`: those above the joint that both hang from, down to `end`."""

    def ancestors(joint: int) -> list[int]:
        line = [joint]
        while parents[line[-1]] >= 0:
            line.append(parents[line[-1]])
        return line

    above_start = set(ancestors(start))
    below = [joint for joint in ancestors(end) if joint not in above_start]
    return (start, *(reversed(below) if below else (end,)))


def along(line: np.ndarray, share: float) -> np.ndarray:
    """Points (T, 3) at a share of the length of polylines (T, K, 3)."""
    lengths = np.linalg.norm(np.diff(line, axis=1), axis=-1)
    reached = np.concatenate([np.zeros((len(line), 1)), lengths.cumsum(1)], axis=1)
    target = share * reached[:, -1:]
    segment = (reached[:, 1:-1] <= target).sum(1)
    rows = np.arange(len(line))
    start, length = line[rows, segment], lengths[rows, segment]
    step = (target[:, 0] - reached[rows, segment]) / np.where(length > 0, length, 1)
    return start + step[:, None] * (line[rows, segment + 1] - start)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(name[:40] for name in names[:30] if not name.endswith("/end"))
    return shown + (f" and {len(names) - 30} more" if len(names) > 30 else "")
