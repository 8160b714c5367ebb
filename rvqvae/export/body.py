"""What is drawn of a body, as in the page's player: each part is the hull of a few balls.

HumanML3D's 22 joints are a mannequin. Other bodies have a capsule for every bone, the thicker the longer, a
trunk between hips and shoulders and a head, where those are known. Fingers are capsules in both.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from rvqvae.motion.anatomy import is_mannequin
from rvqvae.motion.skeleton import JOINT, RIGHT, Skeleton

HEAD = 0.098  # metres
SHOULDERS = 0.36  # metres between the shoulders of a grown body, which has a head of that size
_SLENDER, _THINNEST, _THICKEST = 0.16, 0.006, 0.06  # a bone's radius: share of its length, metres

# Balls (joint, radius in metres), and the joints whose error colours the part.
_TRUNK = (
    (
        (("left_hip", 0.085), ("right_hip", 0.085), ("pelvis", 0.1), ("spine1", 0.092)),
        ("pelvis", "left_hip", "right_hip"),
    ),
    ((("spine1", 0.092), ("spine2", 0.1), ("spine3", 0.1)), ("spine1", "spine2")),
    (
        (
            ("spine2", 0.1),
            ("spine3", 0.112),
            ("left_shoulder", 0.058),
            ("right_shoulder", 0.058),
            ("neck", 0.05),
        ),
        ("spine3", "left_collar", "right_collar"),
    ),
    ((("neck", 0.046), ("head", 0.05)), ("neck",)),
)
_LIMBS = (
    (("hip", 0.082), ("knee", 0.056)),
    (("knee", 0.055), ("ankle", 0.037)),
    (("shoulder", 0.05), ("elbow", 0.038)),
    (("elbow", 0.038), ("wrist", 0.026)),
)
_SIDES = ("left", "right")


@dataclass(frozen=True)
class Part:
    """One part of the body, over all frames.

    Attributes
    ----------
    centres : (T, B, 3) array, metres
    radii : (B,) array, metres
    joints : whose error colours it
    right : whether it is of the body's right side, which is drawn darker
    normal : (T, 3) array or None; a mark on the surface is hidden where it faces away from the eye
    letter : "L" or "R" beside a hand, else ""
    """

    centres: np.ndarray
    radii: np.ndarray
    joints: tuple[int, ...]
    right: bool = False
    normal: np.ndarray | None = None
    letter: str = ""


def body_parts(joints: np.ndarray, skeleton: Skeleton) -> list[Part]:
    """The parts of a body whose joints are (T, J, 3), metres, y up."""
    if not is_mannequin(skeleton):
        body = range(1, len(skeleton))
        return [*_bones(joints, skeleton, body), *_trunk(joints, skeleton), *_ball_head(joints, skeleton)]
    at = {name: joints[:, index] for name, index in JOINT.items()}
    parts = [_part(at, balls, coloured) for balls, coloured in _TRUNK]
    for side in _SIDES:
        for limb in _LIMBS:
            balls = tuple((f"{side}_{name}", radius) for name, radius in limb)
            parts.append(_part(at, balls, tuple(name for name, _ in balls), side == "right"))
        fingers = skeleton.groups.get(f"{side} hand")
        hand = _hand(at, side) if fingers is None else _palm(joints, skeleton, side)
        parts += [_foot(at, side), hand, *_bones(joints, skeleton, fingers or ())]
    return parts + _head(at)


Shadow = tuple[int, float, float]
_MANNEQUINS_SHADOW: tuple[Shadow, ...] = (
    (0, 0.3, 0.2), (9, 0.26, 0.14), (4, 0.16, 0.12), (5, 0.16, 0.12), (10, 0.13, 0.3), (11, 0.13, 0.3),
    (7, 0.12, 0.22), (8, 0.12, 0.22), (20, 0.1, 0.14), (21, 0.1, 0.14),
)  # fmt: skip


def shadows_of(skeleton: Skeleton) -> tuple[Shadow, ...]:
    """What darkens the floor under a body: joint, radius in metres, strength."""
    if is_mannequin(skeleton):
        return _MANNEQUINS_SHADOW
    body = skeleton.groups.get("body", ())
    return ((0, 0.3, 0.2), *((joint, 0.14, 0.12) for joint in body[1:]))


def _bones(joints: np.ndarray, skeleton: Skeleton, chosen: Iterable[int]) -> list[Part]:
    """A capsule from its parent to each of the chosen joints."""
    parts = []
    for joint in chosen:
        ends = joints[:, [skeleton.parents[joint], joint]]
        length = float(np.median(np.linalg.norm(ends[:, 1] - ends[:, 0], axis=-1)))
        radius = float(np.clip(_SLENDER * length, _THINNEST, _THICKEST))
        parts.append(Part(ends, np.full(2, radius), (joint,), skeleton.sides[joint] == RIGHT))
    return parts


def _trunk(joints: np.ndarray, skeleton: Skeleton) -> list[Part]:
    if skeleton.facing is None:
        return []
    radius = 0.2 * _size(joints, skeleton) * SHOULDERS
    return [Part(joints[:, list(skeleton.facing)], np.full(4, radius), skeleton.facing)]


def _ball_head(joints: np.ndarray, skeleton: Skeleton) -> list[Part]:
    head = skeleton.index.get("head")
    if head is None:
        return []
    crown = _unit(joints[:, head] - joints[:, skeleton.parents[head]])
    radius = HEAD * _size(joints, skeleton)
    return [Part((joints[:, head] + 0.6 * radius * crown)[:, None], np.array([radius]), (head,))]


def _size(joints: np.ndarray, skeleton: Skeleton) -> float:
    """How large a body is: 1 where its shoulders are as wide as a grown one's."""
    if skeleton.facing is None:
        return 1.0
    right, left = skeleton.facing[2:]
    wide = float(np.median(np.linalg.norm(joints[:, right] - joints[:, left], axis=-1)))
    return float(np.clip(wide / SHOULDERS, 0.3, 1.2))


def _palm(joints: np.ndarray, skeleton: Skeleton, side: str) -> Part:
    wrist = JOINT[f"{side}_wrist"]
    palm = (wrist, *(joint for joint, parent in enumerate(skeleton.parents) if parent == wrist))
    return Part(joints[:, list(palm)], np.full(len(palm), 0.014), palm, side == RIGHT, letter=side[0].upper())


def _part(
    at: dict[str, np.ndarray],
    balls: tuple[tuple[str, float], ...],
    coloured: tuple[str, ...],
    right: bool = False,
) -> Part:
    centres = np.stack([at[name] for name, _ in balls], axis=1)
    return Part(centres, np.array([r for _, r in balls]), tuple(JOINT[name] for name in coloured), right)


def _foot(at: dict[str, np.ndarray], side: str) -> Part:
    ankle, ball = at[f"{side}_ankle"], at[f"{side}_foot"]
    toe = ball + 0.06 * _unit(_unit(ball - ankle) * [1, 0.15, 1])
    joints = (JOINT[f"{side}_ankle"], JOINT[f"{side}_foot"])
    return Part(
        np.stack([ankle, ball, toe], axis=1), np.array([0.036, 0.033, 0.024]), joints, side == "right"
    )


def _hand(at: dict[str, np.ndarray], side: str) -> Part:
    wrist = at[f"{side}_wrist"]
    along = _unit(wrist - at[f"{side}_elbow"])
    centres = np.stack([wrist + 0.02 * along, wrist + 0.095 * along], axis=1)
    joints = (JOINT[f"{side}_wrist"],)
    return Part(centres, np.array([0.031, 0.025]), joints, side == "right", letter=side[0].upper())


def _head(at: dict[str, np.ndarray]) -> list[Part]:
    crown = _unit(at["head"] - at["neck"])
    front = _unit(np.cross(at["left_shoulder"] - at["right_shoulder"], at["neck"] - at["spine1"]))
    skull = at["head"] + 0.065 * crown + 0.012 * front
    joints = (JOINT["head"],)
    return [
        Part(np.stack([skull, skull + 0.045 * crown], axis=1), np.array([HEAD, 0.9 * HEAD]), joints),
        Part((skull + 0.095 * front)[:, None], np.array([0.026]), joints, normal=front),
    ]


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
