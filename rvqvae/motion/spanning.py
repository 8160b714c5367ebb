"""The skeleton of joints that have no names: bones are the pairs whose distance varies least."""

from collections.abc import Sequence

import numpy as np

from rvqvae.motion.form import Blocks
from rvqvae.motion.skeleton import (
    HUMANML3D_BODY,
    KIT_BODY,
    LEFT,
    RIGHT,
    SMPLH_BODY,
    SNAPMOGEN_BODY,
    Skeleton,
    chains_of,
)

NEARNESS = 0.005  # of a pair's distance counts as variation: of rigid pairs, the near ones are bones
EQUAL, REACH = 1e-4, 2.5  # how much more a bone may vary, and be long, that is nearer to the root
BELIEVED = 1.5  # times the cost of the cheapest tree that a tree told limb by limb may have
MIDDLE = 0.03  # of the body's height: nearer to its plane of symmetry, a joint is of no side
RIGID = 0.05  # of a bone's length that it may vary
EVEN = 0.15  # of a bone's length that left and right may differ: HumanML3D's own hips do by 0.07
STILL = 1e-3  # of what moves less nothing can be told, in the features' unit
PUBLISHED = (HUMANML3D_BODY, KIT_BODY, SMPLH_BODY, SNAPMOGEN_BODY)
FINGERS, HAND = 3, 8  # branches and joints below a wrist that make a hand


def spanning_tree(joints: np.ndarray) -> list[int]:
    """Parents (J,), -1 for joint 0, of the tree of bones whose lengths vary least over joints (T, J, 3).

    Files name a joint after its parent, most of them a limb after the other: each joint then hangs from the
    one named before it, or from where that one hangs. Where this costs hardly more, it is believed, since
    joints that keep still in the clip would else hang from whatever is near. A new limb begins as near to the
    root as the distances allow: fingers hang from the wrist, not from each other.
    """
    mean, squares = np.zeros((2, joints.shape[1], joints.shape[1]))
    for pose in joints:  # one by one: all pairs of all frames would take much memory
        apart = np.linalg.norm(pose[:, None] - pose, axis=-1)
        mean += apart / len(joints)
        squares += apart**2 / len(joints)
    varies = np.sqrt(np.maximum(squares - mean**2, 0))
    cost = varies + NEARNESS * mean
    any_before, limb_by_limb = [-1], [-1]
    for joint in range(1, len(cost)):
        any_before.append(int(cost[joint, :joint].argmin()))
        above = [joint - 1]
        while limb_by_limb[above[-1]] >= 0:
            above.append(limb_by_limb[above[-1]])
        nearest = min(above, key=lambda one: cost[joint, one])
        if nearest != joint - 1:
            as_good = (varies[joint] < varies[joint, nearest] + EQUAL) & (
                mean[joint] <= REACH * mean[joint, nearest]  # which is 0 where two joints are one
            )
            nearest = next(one for one in reversed(above) if as_good[one])
        limb_by_limb.append(nearest)
    free, ordered = (
        sum(cost[j, p] for j, p in enumerate(tree) if p >= 0) for tree in (any_before, limb_by_limb)
    )
    return limb_by_limb if ordered < BELIEVED * free else any_before


def found_skeleton(
    joints: np.ndarray, features: np.ndarray, blocks: Blocks, pose: np.ndarray, parents: list[int]
) -> tuple[Skeleton, float]:
    """The skeleton of joints (T, J, 3), and below which squared step a contact joint stands.

    Sides are told by symmetry in the body's own heading, contacts by which low joints stand still while the
    features say so. A published skeleton is recognised where all its bones keep their length.

    Parameters
    ----------
    pose : (J, 3) array, the median from the root in the body's own heading
    parents : as `spanning_tree` gives them
    """
    contacts, speed = _contacts(joints, features, blocks)
    for known in PUBLISHED:
        if len(known) == len(pose) and _agrees(joints, pose, known):
            return known, speed
    names = _names(pose, parents)
    return Skeleton(
        names=tuple(names),
        parents=tuple(parents),
        groups=groups_of(names, parents),
        contacts=contacts,
        facing=_facing(names, parents, contacts),
        chains=chains_of(parents),
        rest=rest_of(pose, parents),
    ), speed


def children_of(parents: Sequence[int]) -> list[list[int]]:
    """The joints that hang from each joint."""
    return [[j for j, parent in enumerate(parents) if parent == i] for i in range(len(parents))]


def descendants(children: list[list[int]], joint: int) -> list[int]:
    """A joint and all below it."""
    return [joint, *(below for child in children[joint] for below in descendants(children, child))]


def _agrees(joints: np.ndarray, pose: np.ndarray, known: Skeleton) -> bool:
    """Whether a known skeleton's bones keep their length and its left is on the left."""
    bones = np.linalg.norm(joints[:, 1:] - joints[:, known.parents[1:]], axis=-1)
    moves = np.linalg.norm(joints - joints[:, :1], axis=-1).std(axis=0).max() > STILL
    is_rigid = bool((bones.std(axis=0) < RIGID * np.maximum(bones.mean(axis=0), 1e-9)).all())
    left, right = (pose[known.index[f"{side}_wrist"], 0] for side in (LEFT, RIGHT))
    return moves and is_rigid and left > right


def _names(pose: np.ndarray, parents: list[int]) -> list[str]:
    """ "joint_0", or "left_joint_4" and "right_joint_4" for two that mirror each other."""
    high = max(float(np.ptp(pose[:, 1])), 1e-9)
    paths = np.zeros(len(pose))
    depths = np.zeros(len(pose), dtype=int)
    for joint in order_of(parents)[1:]:
        paths[joint] = paths[parents[joint]] + np.linalg.norm(pose[joint] - pose[parents[joint]])
        depths[joint] = depths[parents[joint]] + 1
    names = [f"joint_{joint}" for joint in range(len(pose))]
    top = int(pose[:, 1].argmax())
    if top and abs(pose[top, 0]) < MIDDLE * high:
        names[top] = "head"
    mirrored = pose * [-1, 1, 1]
    unlike = np.abs(paths[:, None] - paths) + np.linalg.norm(pose[:, None] - mirrored, axis=-1)
    unlike += np.where(depths[:, None] == depths, 0, high)
    lefts = [joint for joint in range(len(pose)) if pose[joint, 0] > MIDDLE * high]
    rights = [joint for joint in range(len(pose)) if pose[joint, 0] < -MIDDLE * high]
    for left in lefts:
        right = min(rights, key=lambda one: unlike[left, one], default=None)
        if right is not None and min(lefts, key=lambda one: unlike[one, right]) == left:
            names[left], names[right] = f"left_joint_{left}", f"right_joint_{left}"
    return names


def rest_of(pose: np.ndarray, parents: Sequence[int]) -> tuple[tuple[float, float, float], ...]:
    """(J, 3) directions of the bones of a pose (J, 3)."""
    bones = pose - pose[np.maximum(parents, 0)]
    lengths = np.linalg.norm(bones, axis=-1, keepdims=True)
    rest = np.where(lengths > 1e-9, bones / np.maximum(lengths, 1e-9), [0.0, 1.0, 0.0])
    rest[0] = 0
    return tuple((x, y, z) for x, y, z in rest.round(4).tolist())


def groups_of(names: Sequence[str], parents: Sequence[int]) -> dict[str, tuple[int, ...]]:
    """Hands: what is below a sided joint with many fingers; the rest is the body."""
    children = children_of(parents)
    hands: dict[str, tuple[int, ...]] = {}
    for joint, name in enumerate(names):
        below = descendants(children, joint)[1:]
        side = next((side for side in (LEFT, RIGHT) if name.startswith(side)), "")
        if side and len(children[joint]) >= FINGERS and len(below) >= HAND and f"{side} hand" not in hands:
            hands[f"{side} hand"] = tuple(sorted(below))
    taken = {joint for joints in hands.values() for joint in joints}
    return {"body": tuple(joint for joint in range(len(names)) if joint not in taken), **hands}


def _facing(
    names: Sequence[str], parents: Sequence[int], contacts: tuple[int, ...]
) -> tuple[int, int, int, int] | None:
    """The pairs that legs and arms begin with; None where there are not both."""
    children = children_of(parents)
    index = {name: joint for joint, name in enumerate(names)}
    legs: list[tuple[int, int]] = []
    arms: list[tuple[int, int, int]] = []
    for name, left in index.items():
        right = index.get(name.replace("left_", "right_", 1))
        if not name.startswith("left_") or right is None or names[parents[left]].startswith("left_"):
            continue
        below = descendants(children, left)
        if set(below) & set(contacts):
            legs.append((right, left))
        else:
            arms.append((len(below), right, left))
    if not legs or not arms:
        return None
    _, *shoulders = max(arms)
    return (*legs[0], shoulders[0], shoulders[1])


def _contacts(joints: np.ndarray, features: np.ndarray, blocks: Blocks) -> tuple[tuple[int, ...], float]:
    """For each contact column the low joint that stands still with it, and the squared speed that divides."""
    told = features[:-1, blocks.contacts] > 0.5
    squared = (np.diff(joints, axis=0) ** 2).sum(-1)
    low = np.argsort(np.median(joints[..., 1], axis=0))[: max(6, told.shape[1])]
    chosen: list[int] = []
    moving, still = [], []
    for column in told.T:
        free = [joint for joint in low if joint not in chosen]
        both = column.any() and not column.all()
        # Of joints that all stand when they should, the one that moves most when it need not.
        gain = {
            j: np.log(squared[~column, j] + 1e-12).mean() - np.log(squared[column, j] + 1e-12).mean()
            for j in free
            if both
        }
        joint = int(max(gain, key=lambda one: gain[one]) if gain else free[0])
        chosen.append(joint)
        still += squared[column, joint].tolist()
        moving += squared[~column, joint].tolist()
    top, least = (max(still, default=0.0), min(moving, default=0.0))
    speed = (
        float(np.sqrt(top * least)) if 0 < top < least else float(np.quantile(still, 0.99)) if still else 0.0
    )
    return tuple(chosen), speed


def order_of(parents: Sequence[int]) -> list[int]:
    """All joints, each after its parent."""
    order: list[int] = []
    found = [joint for joint, parent in enumerate(parents) if parent < 0]
    while found:
        order += found
        found = [joint for joint, parent in enumerate(parents) if parent in found]
    return order
