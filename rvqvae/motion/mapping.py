"""From the joints of any common skeleton to HumanML3D's 22, by rules about their names.

Covers the names of CMU's BVH files, Mixamo, Bandai-Namco, 3ds Max biped, Reallusion and SMPL. Limbs, neck and
head are found by name. Spines differ in their number of joints, so the three spine joints are placed along
the line from pelvis to neck, at HumanML3D's proportions. A collar that a skeleton lacks is placed halfway
from the upper spine joint to the shoulder.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rvqvae.motion.skeleton import BONE_LENGTHS, JOINT, JOINT_NAMES, NUM_JOINTS

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
_SIDES = {"left": "left", "l": "left", "right": "right", "r": "right"}
_NOISE = {"mixamorig", "cc", "base", "bip", "bip01", "bip001", "rl", "joint", "character1", "def", "org"}


class MappingError(ValueError):
    """A skeleton in which a joint was not found; the message says which, and the names there are."""


@dataclass(frozen=True)
class JointMapping:
    """Which joint of a skeleton stands for each of HumanML3D's 22.

    Attributes
    ----------
    sources : dict, HumanML3D name to the skeleton's joint; joints that are placed between others are left out
    spine : indices of the joints that the spine's line passes, pelvis and neck included
    indices : dict, HumanML3D name to index in the skeleton
    """

    sources: dict[str, str]
    spine: tuple[int, ...]
    indices: dict[str, int]

    def describe(self) -> str:
        """The mapping as one line of "theirs as ours"."""
        return ", ".join(f"{theirs} as {ours}" for ours, theirs in self.sources.items())


def map_joints(
    names: Sequence[str], parents: Sequence[int], corrections: Mapping[str, str] | None = None
) -> JointMapping:
    """Find HumanML3D's joints in a skeleton.

    Parameters
    ----------
    names, parents : (J,) joints, each after its parent
    corrections : HumanML3D name to skeleton joint, where the rules are wrong or find nothing

    Raises
    ------
    MappingError
        If a joint is not found, or a correction names one that does not exist.
    """
    found = _by_rule(names)
    for ours, theirs in (corrections or {}).items():
        if ours not in JOINT or ours in _SPINE or theirs not in names:
            raise MappingError(
                f"the correction {ours} = {theirs} names no joint; expected one of HumanML3D's, not of the "
                f"spine, and one of {_listed(names)}"
            )
        found[ours] = names.index(theirs)
    needed = [name for name in JOINT_NAMES if name not in (*_SPINE, "left_collar", "right_collar")]
    missing = [name for name in needed if name not in found]
    if missing:
        raise MappingError(f"found no joint for {', '.join(missing)}; the skeleton has {_listed(names)}")
    spine = _path(parents, found["pelvis"], found["neck"])
    sources = {name: names[found[name]] for name in JOINT_NAMES if name in found}
    return JointMapping(sources, spine, found)


def to_body(positions: np.ndarray, mapping: JointMapping) -> np.ndarray:
    """HumanML3D's joints (T, 22, 3) of a skeleton's positions (T, J, 3), in the same unit of length."""
    out = np.empty((len(positions), NUM_JOINTS, 3))
    for name, index in mapping.indices.items():
        out[:, JOINT[name]] = positions[:, index]
    lengths = BONE_LENGTHS[[JOINT[name] for name in (*_SPINE, "neck")]].cumsum()
    for name, share in zip(_SPINE, lengths[:3] / lengths[3], strict=True):
        out[:, JOINT[name]] = _along(positions[:, mapping.spine], share)
    for side in ("left", "right"):
        if f"{side}_collar" not in mapping.indices:
            ends = out[:, JOINT["spine3"]] + out[:, JOINT[f"{side}_shoulder"]]
            out[:, JOINT[f"{side}_collar"]] = ends / 2
    return out


def _by_rule(names: Sequence[str]) -> dict[str, int]:
    sides, parts = zip(*(_read(name) for name in names), strict=True)
    found: dict[str, int] = {}

    def search(target: str, side: str | None, candidates: Sequence[str]) -> None:
        for candidate in candidates:
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
    return found


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
    return (start, *reversed(below))


def _along(line: np.ndarray, share: float) -> np.ndarray:
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
