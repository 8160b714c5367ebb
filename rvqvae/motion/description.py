"""Layouts as plain JSON values: what was found of one, and what somebody who knows it says.

{"joints": 55, "rooted": true, "parts": ["root", "positions", …], "contacts": [18, 19, …], "unit": 0.01,
 "fps": 30, "names": […], "parents": […], "groups": {"left hand": [20, …]}, "facing": [4, 1, 17, 16],
 "rest": [[0, 0, 0], …], "contact_squared_speed": 0.001}

Joints are told by number or by name. What a description leaves out stays as it was found.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from rvqvae.motion.form import PARTS, Blocks
from rvqvae.motion.investigation import Finding
from rvqvae.motion.layouts import FeatureLayout
from rvqvae.motion.mapping import suggest_joints
from rvqvae.motion.skeleton import Skeleton, chains_of, plain_names
from rvqvae.motion.spanning import groups_of, rest_of

MOST_BYTES, MOST_JOINTS, LONGEST_NAME = 1 << 20, 200, 60
_KNOWN = (
    *("joints", "rooted", "parts", "contacts", "unit", "fps", "names", "parents", "groups", "facing", "rest"),
    "contact_squared_speed",
)
EXPECTED = "expected a JSON object with names, parents, groups or other keys of docs/layouts.md"


class DescriptionError(ValueError):
    """What was given describes no layout; the message says why."""


def read_description(path: str | Path) -> dict[str, Any]:
    """What a `.json` file says of a layout.

    Raises
    ------
    DescriptionError
        If it is too large, or none.
    """
    path = Path(path)
    if path.stat().st_size > MOST_BYTES:
        raise DescriptionError(f"{path.stat().st_size} bytes; a description has at most {MOST_BYTES}")
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        raise DescriptionError(f"not a JSON file; {EXPECTED}") from None
    if not isinstance(value, dict):
        raise DescriptionError(f"found a {type(value).__name__}; {EXPECTED}")
    return value


def to_value(layout: FeatureLayout) -> dict[str, Any]:
    """A layout of HumanML3D's form as plain values."""
    skeleton, blocks = layout.skeleton, layout.blocks
    return {
        "joints": len(skeleton),
        "rooted": blocks.rooted,
        "parts": list(blocks.parts),
        "contacts": list(skeleton.contacts),
        "unit": layout.unit,
        "fps": layout.fps,
        "names": list(skeleton.names),
        "parents": list(skeleton.parents),
        "groups": {name: list(joints) for name, joints in skeleton.groups.items()},
        "facing": skeleton.facing and list(skeleton.facing),
        "rest": [list(direction) for direction in skeleton.rest],
        "contact_squared_speed": layout.contact_squared_speed,
    }


def described(value: object, finding: Finding | None = None) -> FeatureLayout:
    """The layout that a description says, in what it leaves out as found.

    Raises
    ------
    DescriptionError
        If it describes none.
    """
    if not isinstance(value, Mapping):
        raise DescriptionError(f"found a {type(value).__name__}; {EXPECTED}")
    unknown = next((key for key in value if key not in _KNOWN), None)
    if unknown is not None:
        raise DescriptionError(f"found the key {str(unknown)[:40]!r}; {EXPECTED}")
    whole = {**(to_value(finding.layout) if finding else {}), **value}
    missing = next((key for key in _KNOWN if key not in whole), None)
    if missing is not None:
        raise DescriptionError(f"{missing} is missing; {EXPECTED}")
    try:
        names = _names(whole["names"], int(whole["joints"]))
        parents = _parents(whole["parents"], names)
        if finding is not None:
            whole |= {key: told for key, told in _told(names, parents, finding).items() if key not in value}
        return _layout(whole, plain_names(names), parents)
    except DescriptionError:
        raise
    except (TypeError, ValueError, KeyError, IndexError, OverflowError, RecursionError):
        raise DescriptionError(f"a value is of the wrong kind; {EXPECTED}") from None


def _told(names: tuple[str, ...], parents: tuple[int, ...], finding: Finding) -> dict[str, Any]:
    """What names and parents tell: groups, where it faces, its feet, and bones of the pose it was seen in."""
    known = suggest_joints(names)
    ends = [known[name] for name in ("right_hip", "left_hip", "right_shoulder", "left_shoulder")]
    told: dict[str, Any] = {
        "groups": groups_of(plain_names(names), parents),
        "rest": rest_of(finding.pose, parents),
    }
    feet = [known[name] for name in ("left_ankle", "left_foot", "right_ankle", "right_foot")]
    if None not in ends:
        told["facing"] = ends
    if None not in feet and len(finding.layout.skeleton.contacts) == len(feet):
        told["contacts"] = feet
    return told


def _layout(value: Mapping[str, Any], names: tuple[str, ...], parents: tuple[int, ...]) -> FeatureLayout:
    count = len(names)
    at: dict[Any, int] = {str(name): joint for joint, name in enumerate(value["names"])}
    at |= {joint: joint for joint in range(count)}

    def joints(given: Any, what: str) -> tuple[int, ...]:
        missing = next((one for one in given if isinstance(one, bool) or one not in at), None)
        if missing is not None:
            raise DescriptionError(f"{what} names the joint {str(missing)[:40]!r}, which there is not")
        return tuple(at[one] for one in given)

    named = {str(name)[:LONGEST_NAME]: joints(some, "groups") for name, some in dict(value["groups"]).items()}
    taken = {joint for name, some in named.items() if name != "body" for joint in some}
    groups = {"body": tuple(joint for joint in range(count) if joint not in taken)}
    groups |= {name: some for name, some in named.items() if name != "body"}
    contacts = joints(value["contacts"], "contacts")
    facing = None if value["facing"] is None else joints(value["facing"], "facing")
    if facing is not None and len(facing) != 4:
        raise DescriptionError("facing is right hip, left hip, right shoulder, left shoulder")
    unit, fps, speed = (float(value[key]) for key in ("unit", "fps", "contact_squared_speed"))
    if not (1e-6 < unit < 1e3 and 0 < fps <= 1000 and 0 <= speed < 1e9):
        raise DescriptionError(
            f"found the unit {unit:g} and {fps:g} fps; expected metres in a unit, and frames"
        )
    rest = np.array(value["rest"], dtype=np.float64)
    if rest.shape != (count, 3) or not np.isfinite(rest).all():
        raise DescriptionError(f"rest has shape {rest.shape}; expected ({count}, 3) finite numbers")
    parts = tuple(value["parts"])
    if (
        not set(parts) <= set(PARTS)
        or len(set(parts)) < len(parts)
        or not {"root", "positions"} <= set(parts)
    ):
        raise DescriptionError(
            f"parts are {', '.join(map(str, parts))[:80]}; expected some of {', '.join(PARTS)}"
        )
    blocks = Blocks.of(count, len(contacts), rooted=bool(value["rooted"]), order=parts)
    skeleton = Skeleton(
        names, parents, groups, contacts, facing and (facing[0], facing[1], facing[2], facing[3]),
        chains_of(parents), tuple((x, y, z) for x, y, z in rest.tolist()),
    )  # fmt: skip
    return FeatureLayout(f"described-{blocks.width}", f"{count} joints", skeleton, fps, unit, speed, blocks)


def _names(value: Any, count: int) -> tuple[str, ...]:
    if not 1 <= count <= MOST_JOINTS:
        raise DescriptionError(f"found {count} joints; expected 1 to {MOST_JOINTS}")
    names = tuple(value)
    if len(names) != count or not all(
        isinstance(name, str) and 0 < len(name) <= LONGEST_NAME for name in names
    ):
        raise DescriptionError(
            f"found {len(names)} names; expected one for each of {count} joints, of up to {LONGEST_NAME} "
            "characters"
        )
    if len(set(names)) < count:
        raise DescriptionError("two joints have one name; each needs its own")
    return names


def _parents(value: Any, names: tuple[str, ...]) -> tuple[int, ...]:
    count = len(names)
    given = value if len(value) == count else ()
    parents = _whole_numbers(
        [names.index(one) if isinstance(one, str) and one in names else one for one in given]
    )
    if len(parents) != count or parents[0] != -1 or not all(0 <= parent < count for parent in parents[1:]):
        raise DescriptionError(f"parents must be -1 for the first joint, and for {count - 1} others a joint")
    for joint in range(count):
        steps, above = 0, joint
        while above >= 0:
            above, steps = parents[above], steps + 1
            if steps > count:
                raise DescriptionError(f"{names[joint][:40]} hangs from itself: parents go round in a circle")
    return parents


def _whole_numbers(value: Any) -> tuple[int, ...]:
    if any(isinstance(one, bool) or not isinstance(one, int) for one in value):
        raise DescriptionError("parents are not all whole numbers or names of joints")
    return tuple(value)
