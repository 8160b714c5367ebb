"""Which of joints without names are HumanML3D's, told by the shape of the body that they make.

Bones are the pairs whose distance varies least. Two pairs of limbs mirror each other bone by bone: the pair
with the longer bones are legs, the other arms. The two longest bones of a limb meet at its knee or elbow.
What hangs from where the arms begin, and is in none, is the head. Feet point forward, which tells left.
"""

from dataclasses import dataclass

import numpy as np

from rvqvae.motion.mapping import JointMap
from rvqvae.motion.skeleton import JOINT_NAMES
from rvqvae.motion.spanning import EVEN, RIGID, children_of, spanning_tree
from rvqvae.motion.upright import PERSON, is_lying, turned_upright

MOST_FRAMES = 400
STILL = 1e-6  # of the longest bone: joints nearer than that are one
SURE = 0.8  # of the frames in which feet have to point the same way

_LEG, _ARM = ("hip", "knee", "ankle", "foot"), ("collar", "shoulder", "elbow", "wrist")
Pair = tuple[list[int], list[int]]  # the joints of two limbs, from where they begin to their ends


@dataclass(frozen=True, eq=False)
class Shape:
    """What joints (T, J, 3) without names are.

    Attributes
    ----------
    parents : (J,) of the bones, -1 for joint 0
    indices : HumanML3D name to joint, of those that were found
    words : the evidence, in a line
    figure : (J, 3) array, the pose of the middle frame, upright and as tall as a person
    """

    parents: list[int]
    indices: dict[str, int]
    words: str
    figure: np.ndarray

    def joint_map(self, names: tuple[str, ...]) -> JointMap:
        """The same as a joint map of all 22 joints."""
        return {ours: names[self.indices[ours]] if ours in self.indices else None for ours in JOINT_NAMES}


def shape_of(joints: np.ndarray) -> Shape | None:
    """What joints (T, J, 3) without names are; None where their bones keep no length."""
    some = np.asarray(joints[:: max(1, len(joints) // MOST_FRAMES)], dtype=np.float64)
    if some.shape[1] < 2:
        return None
    parents = spanning_tree(some)
    bones = np.linalg.norm(some[:, 1:] - some[:, parents[1:]], axis=-1)
    lengths = np.concatenate([[0.0], bones.mean(0)])
    varies = bones.std(0) / np.maximum(lengths[1:], STILL * max(lengths.max(), 1e-9))
    if not lengths.max() > 0 or float(np.quantile(varies, 0.9)) > RIGID:
        return None
    indices, sides = _indices(some, parents, lengths)
    words = f"{some.shape[1]} joints without names, bones constant to {100 * float(varies.mean()):.1f}%"
    if indices:
        words += f", two legs and two arms that mirror each other, feet that point forward{sides}"
    return Shape(parents, indices, words, _figure(some))


def _figure(joints: np.ndarray) -> np.ndarray:
    upright = is_lying(np.median(np.ptp(joints, axis=1), axis=0))
    pose = turned_upright(joints[len(joints) // 2]) if upright else joints[len(joints) // 2]
    figure: np.ndarray = (pose - pose.min(axis=0)) * (PERSON / max(float(np.ptp(pose, axis=0).max()), 1e-9))
    return figure


def _indices(joints: np.ndarray, parents: list[int], lengths: np.ndarray) -> tuple[dict[str, int], str]:
    """Joints by HumanML3D's names, and in how many frames feet say so; none where limbs are not found."""
    children = [
        [child for child in below if lengths[child] > STILL * lengths.max()] for below in children_of(parents)
    ]
    pairs = _pairs(children, lengths)
    legs = pairs[0] if pairs else None
    arms = next((pair for pair in pairs if legs and not {*pair[0], *pair[1]} & {*legs[0], *legs[1]}), None)
    if legs is None or arms is None:
        return {}, ""
    pelvis = min(parents[leg[0]] for leg in legs)
    head = _head(arms, parents, children, lengths)
    ankles = _bend(legs[0], lengths) + 1
    if not head or pelvis == head[0] or ankles + 1 >= len(legs[0]):
        return {}, ""
    neck, top = head[1:3] if len(head) > 2 else head
    found = {"pelvis": pelvis, "neck": neck, "head": top}
    left, share = _left(joints, legs, ankles, joints[:, neck] - joints[:, pelvis])
    if share < SURE:
        return {}, ""
    is_alike = (_across(joints, arms) * _across(joints, legs)).sum(-1).mean() > 0
    for names, bend, pair, first_is_left in (
        (_LEG, "knee", legs, left),
        (_ARM, "elbow", arms, left == is_alike),
    ):
        for side, limb in zip(("left", "right"), pair if first_is_left else pair[::-1], strict=True):
            start = _bend(limb, lengths) - names.index(bend)
            places = {name: start + number for number, name in enumerate(names)}
            found |= {f"{side}_{n}": limb[place] for n, place in places.items() if 0 <= place < len(limb)}
    return found, f" in {100 * share:.0f}% of the frames"


def _pairs(children: list[list[int]], lengths: np.ndarray) -> list[Pair]:
    """Limbs that mirror each other, those with the longest two bones first.

    They are compared from their ends: of a stiff trunk it is not told which of its joints they hang from.
    """
    begin = [joint for below in children if len(below) > 1 for joint in below]
    limbs = [limb for limb in (_longest(joint, children, lengths) for joint in begin) if len(limb) > 2]
    found = []
    for number, other in enumerate(limbs):
        for one in limbs[:number]:
            alike = min(len(one), len(other))
            bones, mirrored = lengths[one[1 - alike :]], lengths[other[1 - alike :]]
            if not {*one} & {*other} and np.allclose(bones, mirrored, rtol=EVEN, atol=0):
                found.append((one[-alike:], other[-alike:]))
    longest = [float((lengths[limb[:-1]] + lengths[limb[1:]]).max()) for limb, _ in found]
    return [found[at] for at in np.argsort(longest, kind="stable")[::-1]]


def _head(arms: Pair, parents: list[int], children: list[list[int]], lengths: np.ndarray) -> list[int]:
    """The longest way up that hangs from what bears the arms or, of a stiff trunk, from their first joints,
    with that joint before it."""
    bear = {-1}
    for limb in arms:
        joint = limb[0]
        while joint not in bear:
            bear.add(joint)
            joint = parents[joint]
    arms_joints = {joint for limb in arms for joint in limb}
    upper = {joint for limb in arms for joint in limb[: _bend(limb, lengths)]}
    ways = [
        [joint, *_longest(child, children, lengths)]
        for joint in (bear | upper) - {-1, 0}
        for child in children[joint]
        if child not in bear | arms_joints
    ]
    head = max(ways, key=lambda way: float(lengths[way[1:]].sum()), default=[])
    return head if len(head) > 2 or not arms_joints & {*head} else []


def _bend(limb: list[int], lengths: np.ndarray) -> int:
    """Where on a limb its two longest bones meet."""
    return int(np.argmax(lengths[limb[:-1]] + lengths[limb[1:]]))


def _longest(joint: int, children: list[list[int]], lengths: np.ndarray) -> list[int]:
    """A joint and those below it along the longest way."""
    ways = [_longest(child, children, lengths) for child in children[joint]]
    return [joint, *max(ways, key=lambda way: float(lengths[way].sum()), default=[])]


def _across(joints: np.ndarray, pair: Pair) -> np.ndarray:
    """From the second limb's beginning to the first's (T, 3)."""
    apart: np.ndarray = (joints[:, pair[0][:2]] - joints[:, pair[1][:2]]).mean(axis=1)
    return apart


def _left(joints: np.ndarray, legs: Pair, ankles: int, up: np.ndarray) -> tuple[bool, float]:
    """Whether the first leg is the left one, and in how many frames the feet say so."""
    forward = np.zeros_like(up)
    for leg in legs:
        shin = joints[:, leg[ankles]] - joints[:, leg[ankles - 1]]
        foot = joints[:, leg[-1]] - joints[:, leg[ankles]]
        along = (foot * shin).sum(-1, keepdims=True) / np.maximum((shin**2).sum(-1, keepdims=True), 1e-12)
        forward += foot - along * shin
    first = float(((np.cross(up, forward) * _across(joints, legs)).sum(-1) > 0).mean())
    return first > 0.5, max(first, 1 - first)
