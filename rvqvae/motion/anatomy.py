"""Parts of a skeleton that people have names for: limbs, and what is worth looking at closely."""

from rvqvae.motion.skeleton import JOINT_NAMES, LEFT, MIDDLE, RIGHT, Skeleton

TRUNK = "head and trunk"


def limbs(skeleton: Skeleton) -> dict[str, tuple[int, ...]]:
    """Every joint once, by limb: trunk from the head down, arms, legs, and then hands and other groups.

    A sided branch of the body is a leg where it has a contact joint, else an arm.
    """
    body = _body(skeleton)
    found: dict[str, list[int]] = {TRUNK: [joint for joint in reversed(body) if not skeleton.sides[joint]]}
    branches = {joint: branch for joint in body if (branch := _branch(skeleton, joint)) is not None}
    legs = {branches[joint] for joint in skeleton.contacts if joint in branches}
    for part, is_leg in (("arm", False), ("leg", True)):
        for side in (LEFT, RIGHT):
            found[f"{side} {part}"] = [
                joint
                for joint, branch in branches.items()
                if skeleton.sides[joint] == side and (branch in legs) == is_leg
            ]
    others = {name: joints for name, joints in skeleton.groups.items() if name != "body"}
    return {name: tuple(joints) for name, joints in {**found, **others}.items() if joints}


def close_ups(skeleton: Skeleton) -> dict[str, tuple[int, ...]]:
    """Joints that a camera may look at from near: each hand and the head, as far as they are known."""
    found = {}
    for side in (LEFT, RIGHT):
        wrist = skeleton.index.get(f"{side}_wrist")
        found[f"{side} hand"] = skeleton.groups.get(f"{side} hand") or (() if wrist is None else (wrist,))
    head = skeleton.index.get("head")
    found["head"] = (*(() if head is None else (head,)), *skeleton.groups.get("face", ()))
    return {name: joints for name, joints in found.items() if joints}


def is_mannequin(skeleton: Skeleton) -> bool:
    """Whether its first joints are HumanML3D's 22, which are drawn as a mannequin."""
    return skeleton.names[: len(JOINT_NAMES)] == JOINT_NAMES


def _body(skeleton: Skeleton) -> tuple[int, ...]:
    other = {joint for name, joints in skeleton.groups.items() if name != "body" for joint in joints}
    return tuple(joint for joint in range(len(skeleton)) if joint not in other)


def _branch(skeleton: Skeleton, joint: int) -> int | None:
    """The sided joint that a sided joint's limb begins with, where it hangs from the middle."""
    if skeleton.sides[joint] == MIDDLE:
        return None
    while (parent := skeleton.parents[joint]) >= 0 and skeleton.sides[parent] != MIDDLE:
        joint = parent
    return joint
