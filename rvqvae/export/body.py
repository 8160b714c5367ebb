"""A mannequin around the 22 joints: each part is the hull of a few balls, as in the page's player."""

from dataclasses import dataclass

import numpy as np

from rvqvae.motion.skeleton import JOINT

HEAD = 0.098  # metres

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


def body_parts(joints: np.ndarray) -> list[Part]:
    """The parts of a body whose joints are (T, 22, 3), metres, y up."""
    at = {name: joints[:, index] for name, index in JOINT.items()}
    parts = [_part(at, balls, coloured) for balls, coloured in _TRUNK]
    for side in _SIDES:
        for limb in _LIMBS:
            balls = tuple((f"{side}_{name}", radius) for name, radius in limb)
            parts.append(_part(at, balls, tuple(name for name, _ in balls), side == "right"))
        parts += [_foot(at, side), _hand(at, side)]
    return parts + _head(at)


def _part(at: dict, balls: tuple, coloured: tuple[str, ...], right: bool = False) -> Part:
    centres = np.stack([at[name] for name, _ in balls], axis=1)
    return Part(centres, np.array([r for _, r in balls]), tuple(JOINT[name] for name in coloured), right)


def _foot(at: dict, side: str) -> Part:
    ankle, ball = at[f"{side}_ankle"], at[f"{side}_foot"]
    toe = ball + 0.06 * _unit(_unit(ball - ankle) * [1, 0.15, 1])
    joints = (JOINT[f"{side}_ankle"], JOINT[f"{side}_foot"])
    return Part(
        np.stack([ankle, ball, toe], axis=1), np.array([0.036, 0.033, 0.024]), joints, side == "right"
    )


def _hand(at: dict, side: str) -> Part:
    wrist = at[f"{side}_wrist"]
    along = _unit(wrist - at[f"{side}_elbow"])
    centres = np.stack([wrist + 0.02 * along, wrist + 0.095 * along], axis=1)
    joints = (JOINT[f"{side}_wrist"],)
    return Part(centres, np.array([0.031, 0.025]), joints, side == "right", letter=side[0].upper())


def _head(at: dict) -> list[Part]:
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
