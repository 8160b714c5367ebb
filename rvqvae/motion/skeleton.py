"""Skeletons: what the joints of a body are called and how they hang together."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

LEFT, RIGHT, MIDDLE = "left", "right", ""
_WORDS = re.compile(r"[A-Z]?[a-z]+\d*|[A-Z]+\d*|\d+")
_SIDES = {"left": LEFT, "l": LEFT, "right": RIGHT, "r": RIGHT}


@dataclass(frozen=True)
class Skeleton:
    """A tree of joints; the first is the root.

    Attributes
    ----------
    names : (J,) names, no two alike; "left_" and "right_" tell the side
    parents : (J,) index of each joint's parent, -1 for the root
    groups : name of each part of the body ("body", "left hand", …) to its joints; every joint is in one
    contacts : joints whose standing the features tell, in their order
    facing : right hip, left hip, right shoulder, left shoulder: the lines across tell where a body faces;
        None where they are not known
    chains : (J - 1 bones in all) as the features' rotations follow them, each from where it hangs
    rest : (J, 3) direction of each bone in the pose that rotations are measured from, the root's is 0
    """

    names: tuple[str, ...]
    parents: tuple[int, ...]
    groups: Mapping[str, tuple[int, ...]]
    contacts: tuple[int, ...]
    facing: tuple[int, int, int, int] | None
    chains: tuple[tuple[int, ...], ...]
    rest: tuple[tuple[float, float, float], ...]

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def index(self) -> dict[str, int]:
        """Where each name stands."""
        return {name: index for index, name in enumerate(self.names)}

    @property
    def bones(self) -> list[list[int]]:
        """Pairs of joints, each with its parent before it."""
        return [[parent, joint] for joint, parent in enumerate(self.parents) if parent >= 0]

    @cached_property
    def sides(self) -> tuple[str, ...]:
        """(J,) "left", "right" or "" for the middle."""
        return tuple(
            next((side for side in (LEFT, RIGHT) if name.startswith(f"{side}_")), MIDDLE)
            for name in self.names
        )

    @cached_property
    def mirrored(self) -> tuple[int, ...]:
        """(J,) the joint of the other side in each joint's place; a joint without one stays."""
        other = {LEFT: RIGHT, RIGHT: LEFT, MIDDLE: MIDDLE}
        return tuple(
            self.index.get(other[side] + name.removeprefix(side), joint)
            for joint, (name, side) in enumerate(zip(self.names, self.sides, strict=True))
        )

    @cached_property
    def rotation_parents(self) -> np.ndarray:
        """(J,) the joint that each one's rotation is relative to.

        Every chain starts from the root's rotation, an arm's too, although it hangs from the chest.
        """
        parents = np.zeros(len(self), dtype=int)
        for chain in self.chains:
            for start, end in pairwise(chain):
                parents[end] = 0 if start == chain[0] else start
        return parents


def plain_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names as this project has them, "LeftFinger01" as "left_finger01"; as given if two would be alike."""
    plain = []
    for name in names:
        words = [word.lower() for word in _WORDS.findall(name.rpartition(":")[2])]
        side = next((_SIDES[word] for word in words if word in _SIDES), None)
        rest = [word for word in words if word not in _SIDES]
        plain.append("_".join([side, *rest] if side else rest))
    return tuple(plain) if all(plain) and len(set(plain)) == len(plain) else names


def chains_of(parents: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """A tree's bones in chains: one from the root, and one from every joint that has more than one child."""
    children = [[j for j, parent in enumerate(parents) if parent == i] for i in range(len(parents))]
    chains, starts = [], [(0, child) for child in children[0]]
    while starts:
        start, joint = starts.pop(0)
        chain = [start, joint]
        while children[chain[-1]]:
            starts += [(chain[-1], other) for other in children[chain[-1]][1:]]
            chain.append(children[chain[-1]][0])
        chains.append(tuple(chain))
    return tuple(chains)


def _skeleton(
    names: Sequence[str],
    chains: Sequence[tuple[int, ...]],
    rest: str,
    *,
    contacts: Sequence[str],
    groups: Mapping[str, range],
    shoulders: str = "shoulder",
) -> Skeleton:
    """A skeleton from chains of joints and a rest pose in letters, one a joint: x and X are +x and -x.

    shoulders : joints whose line across tells, with that of the hips, where the body faces
    """
    parents = [-1] * len(names)
    for chain in chains:
        for start, end in pairwise(chain):
            parents[end] = start
    at = {name: index for index, name in enumerate(names)}
    directions = {
        **{"0": (0, 0, 0), "x": (1, 0, 0), "X": (-1, 0, 0)},
        **{"y": (0, 1, 0), "Y": (0, -1, 0), "z": (0, 0, 1)},
    }
    return Skeleton(
        names=tuple(names),
        parents=tuple(parents),
        groups={name: tuple(joints) for name, joints in groups.items()},
        contacts=tuple(at[name] for name in contacts),
        facing=(at["right_hip"], at["left_hip"], at[f"right_{shoulders}"], at[f"left_{shoulders}"]),
        chains=tuple(chains),
        rest=tuple(directions[letter] for letter in rest),
    )


JOINT_NAMES = (
    *("pelvis", "left_hip", "right_hip", "spine1", "left_knee", "right_knee", "spine2", "left_ankle"),
    *("right_ankle", "spine3", "left_foot", "right_foot", "neck", "left_collar", "right_collar", "head"),
    *("left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist"),
)
CHAINS = ((0, 2, 5, 8, 11), (0, 1, 4, 7, 10), (0, 3, 6, 9, 12, 15), (9, 14, 17, 19, 21), (9, 13, 16, 18, 20))
_REST = "0xXyYYyYYyzzyxXzYYYYYY"
_FEET = ("left_ankle", "left_foot", "right_ankle", "right_foot")
HUMANML3D_BODY = _skeleton(
    JOINT_NAMES, CHAINS, _REST, contacts=_FEET, groups={"body": range(len(JOINT_NAMES))}
)

_FINGERS = ("index", "middle", "pinky", "ring", "thumb")
_HAND = 3 * len(_FINGERS)
_BODY = len(JOINT_NAMES)


def _hand_chains(wrist: str, first: int) -> tuple[tuple[int, ...], ...]:
    return tuple(
        (JOINT_NAMES.index(wrist), start, start + 1, start + 2) for start in range(first, first + _HAND, 3)
    )


# SMPL-H: HumanML3D's body and fifteen joints in each hand. What is said of it and of KIT-ML's body below: Guo
# et al. 2022, the data processing published with "Generating Diverse and Natural 3D Human Motions from Text".
SMPLH_BODY = _skeleton(
    (*JOINT_NAMES, *(f"{s}_{f}_{i}" for s in (LEFT, RIGHT) for f in _FINGERS for i in (1, 2, 3))),
    (*CHAINS, *_hand_chains("left_wrist", _BODY), *_hand_chains("right_wrist", _BODY + _HAND)),
    _REST + "x" * _HAND + "X" * _HAND,
    contacts=_FEET,
    groups={
        "body": range(_BODY),
        "left hand": range(_BODY, _BODY + _HAND),
        "right hand": range(_BODY + _HAND, _BODY + 2 * _HAND),
    },
)

_KIT_NAMES = (
    *("pelvis", "spine_1", "spine_2", "neck", "head"),
    *(f"{side}_{joint}" for side in (RIGHT, LEFT) for joint in ("shoulder", "elbow", "wrist")),
    *(f"{s}_{joint}" for s in (RIGHT, LEFT) for joint in ("hip", "knee", "ankle", "midfoot", "foot")),
)
KIT_BODY = _skeleton(
    _KIT_NAMES,
    ((0, 11, 12, 13, 14, 15), (0, 16, 17, 18, 19, 20), (0, 1, 2, 3, 4), (3, 5, 6, 7), (3, 8, 9, 10)),
    "0yyyyxYYXYYxYYzzXYYzz",
    contacts=("left_midfoot", "left_foot", "right_midfoot", "right_foot"),
    groups={"body": range(len(_KIT_NAMES))},
)

# SnapMoGen's rig, its joints by the names that the others have: the order of utils/A_Pose.bvh in the code
# published with Guo et al. 2025, "SnapMoGen"; contacts and facing as its utils/motion_process_bvh.py.
_SNAP_NAMES = (
    *("root", "spine1", "spine2", "spine3", "neck", "neck2", "head"),
    *(f"{side}_{joint}" for side in (LEFT, RIGHT) for joint in ("collar", "shoulder", "elbow", "wrist")),
    *("pelvis", *(f"{s}_{joint}" for s in (LEFT, RIGHT) for joint in ("hip", "knee", "ankle", "foot"))),
)
SNAPMOGEN_BODY = _skeleton(
    _SNAP_NAMES,
    (
        *((0, 1, 2, 3, 4, 5, 6), (3, 7, 8, 9, 10), (3, 11, 12, 13, 14)),
        *((0, 15, 16, 17, 18, 19), (15, 20, 21, 22, 23)),
    ),
    "0yyyyyyxxxxXXXXYxYYzXYYz",
    contacts=_FEET,
    groups={"body": range(len(_SNAP_NAMES))},
    shoulders="collar",
)

FPS = 20.0  # of HumanML3D
NUM_JOINTS = len(HUMANML3D_BODY)
JOINT = HUMANML3D_BODY.index
PARENTS = HUMANML3D_BODY.parents

BONE_LENGTHS = np.array(  # of HumanML3D's body, metres, bone from PARENTS[j] to j
    [
        0.000000,
        0.103074,
        0.109883,
        0.131568,
        0.393623,
        0.390188,
        0.143190,
        0.432433,
        0.425643,
        0.057365,
        0.143382,
        0.149419,
        0.219360,
        0.137487,
        0.143383,
        0.103039,
        0.131614,
        0.122984,
        0.256840,
        0.263092,
        0.266012,
        0.269876,
    ]
)
