"""What a BVH file holds: what is left out, which way is up, its unit, a rest pose in front, the floor."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rvqvae.motion.bvh.bvh import BvhClip
from rvqvae.motion.upright import (
    LIKELY,
    OFF_FLOOR,
    PERSON,
    above_floor,
    is_lying,
    turned_upright,
    unit_of_height,
)

LEAP = 8.0  # times the usual step by which a rest pose in frame 0 is left


@dataclass(frozen=True)
class Inspection:
    """What was found.

    Attributes
    ----------
    joints : of the file, end sites aside
    placed : of these, how many stand for a joint of the body
    left_out : names of the others
    z_up : whether z points upwards and not y
    unit : name of its unit of length, and that unit in metres; "" and 1 if none makes it as tall as a person
    fps : frames a second
    rest_frame : whether frame 0 is a pose apart, from which the motion leaps away
    floor : height of the lowest joint of the motion, metres: over y = 0 where the body keeps its place, else
        over the lowest joint of all frames
    tall : the most that the motion measures from its lowest joint to its highest in a frame, metres
    keeps : whether the features made of it keep its lengths and heights
    """

    joints: int
    placed: int
    left_out: tuple[str, ...]
    z_up: bool
    unit: tuple[str, float]
    fps: float
    rest_frame: bool
    floor: float
    tall: float
    keeps: bool

    @property
    def words(self) -> str:
        """All of it in a line."""
        said = [f"{self.placed} of {self.joints} joints placed"]
        if self.left_out:
            more = f" and {len(self.left_out) - 3} more" if len(self.left_out) > 3 else ""
            said.append(f"left out {', '.join(name[:40] for name in self.left_out[:3])}{more}")
        said.append("z is up" if self.z_up else "y is up")
        said += [self.unit[0] or "unit unknown", f"{self.fps:.4g} fps"]
        if self.rest_frame:
            said.append("frame 0 is a rest pose")
        if self._wrong_size:
            said.append(f"the body is {self.tall:.2f} {'m' if self.unit[0] else 'units'} tall")
        if abs(self.floor) > OFF_FLOOR:
            said.append(f"the motion's lowest joint is {above_floor(self.floor)}")
        return ", ".join(said)

    @property
    def mends(self) -> tuple[str, ...]:
        """What can be mended: "turn" z up, drop the "rest" pose, and where lengths and heights are kept
        "scale" to a person's and put on the "floor"."""
        wanted = {
            "turn": self.z_up,
            "rest": self.rest_frame,
            "scale": self.keeps and self._wrong_size,
            "floor": self.keeps and abs(self.floor) > OFF_FLOOR,
        }
        return tuple(mend for mend, is_wanted in wanted.items() if is_wanted)

    @property
    def _wrong_size(self) -> bool:
        return not LIKELY[0] < self.tall < LIKELY[1]


def inspect_bvh(bvh: BvhClip, placed: Collection[int], *, keeps: bool = False) -> Inspection:
    """Look at a file of which these joints are placed on the body; `keeps` as in `Inspection`."""
    own = [joint for joint, name in enumerate(bvh.names) if not name.endswith("/end")]
    used = {joint for joint in placed if joint in own}
    z_up = _is_z_up(bvh)
    up = bvh.positions[..., 2 if z_up else 1]
    rest = _rest_frame(bvh)
    heights = np.ptp(up[1:] if rest else up, axis=1)
    unit = unit_of_height(float(np.median(heights)))
    floor = float((up[1:].min() if rest else up.min()) - (0 if keeps else up.min())) * unit[1]
    left_out = tuple(bvh.names[joint] for joint in own if joint not in used)
    tall = float(heights.max()) * unit[1]
    return Inspection(len(own), len(used), left_out, z_up, unit, bvh.fps, rest, floor, tall, keeps)


def mended(bvh: BvhClip, mends: Sequence[str]) -> BvhClip:
    """The clip turned upright, without its rest pose, as tall as a person in metres and with its lowest
    moving joint at y = 0, as far as `mends` asks."""
    positions, offsets = bvh.positions, bvh.offsets
    if "turn" in mends:
        positions, offsets = turned_upright(positions), turned_upright(offsets)
    if "rest" in mends and len(positions) > 2:
        positions = positions[1:]
    moving = positions[1:] if _rest_frame(replace(bvh, positions=positions)) else positions
    if "scale" in mends:
        factor = PERSON / max(float(np.ptp(moving[..., 1], axis=1).max()), 1e-9)
        positions, offsets, moving = positions * factor, offsets * factor, moving * factor
    if "floor" in mends:
        positions = positions - [0.0, float(moving[..., 1].min()), 0.0]
    return replace(bvh, positions=positions, offsets=offsets)


def _is_z_up(bvh: BvhClip) -> bool:
    """Whether the body is taller along z, both at rest and in most frames."""
    rest = np.zeros_like(bvh.offsets)
    for joint, parent in enumerate(bvh.parents):
        rest[joint] = bvh.offsets[joint] + (rest[parent] if parent >= 0 else 0)
    spans = [np.ptp(rest, axis=0), np.median(np.ptp(bvh.positions, axis=1), axis=0)]
    return all(is_lying(span) for span in spans)


def _rest_frame(bvh: BvhClip) -> bool:
    if len(bvh.positions) < 8:
        return False
    moved = np.linalg.norm(np.diff(bvh.positions, axis=0), axis=-1).mean(axis=1)
    return bool(moved[0] > LEAP * max(float(np.quantile(moved[1:], 0.95)), 1e-9))
