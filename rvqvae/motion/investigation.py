"""Whether features of unknown layout are of HumanML3D's form: readings of their width, tested on the data.

Nothing is assumed: a reading is found only where its contacts are 0 or 1, its rotations' columns orthonormal,
its velocities the differences of its positions, and its bones of one length throughout.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from rvqvae.motion.form import PARTS, Blocks, joints_of, local_joints, root_heading
from rvqvae.motion.geometry import rotate_about_y
from rvqvae.motion.layouts import FeatureLayout
from rvqvae.motion.spanning import found_skeleton, spanning_tree

MOST_JOINTS, FEWEST_JOINTS, FEWEST_FRAMES, MOST_FRAMES = 200, 5, 8, 400
BINARY, ORTHONORMAL, VELOCITY, RIGID = 0.95, 0.05, 0.25, 0.05  # what passes, see `Evidence`
ROOT = 0.02  # of the mean position that the root may be away from itself
_UNITS = (("metres", 1.0), ("centimetres", 0.01), ("millimetres", 0.001))
_HEIGHTS = (0.6, 2.6)  # metres that a body reaches upwards
_ORDERS = (PARTS, ("root", "rotations", "positions", "velocities", "contacts"))


@dataclass(frozen=True)
class Evidence:
    """What the data say of a reading; None of a part that it does not have.

    Attributes
    ----------
    binary : share of contacts within 0.1 of 0 or 1
    orthonormal : how far the rotations' pairs of columns are from length 1 and right angles, root mean square
    velocity : how far velocities are from differences of positions, a share of the latter, root mean square
    rigid : how much a bone's length varies, as a share of it, in the worst but a tenth of the bones
    bones_mm : that variation as a length, for the bones' mean
    unit : name of the unit in which the body is as tall as a person; "" where there is none
    floor : height of the lowest joint of all frames, as a share of the body's height
    """

    binary: float | None
    orthonormal: float | None
    velocity: float | None
    rigid: float
    bones_mm: float
    unit: str
    floor: float

    @property
    def holds(self) -> bool:
        """Whether all that there is passes."""
        return (
            self.rigid < RIGID
            and (self.binary is None or self.binary > BINARY)
            and (self.orthonormal is None or self.orthonormal < ORTHONORMAL)
            and (self.velocity is None or self.velocity < VELOCITY)
        )


@dataclass(frozen=True, eq=False)
class Finding:
    """A reading of features that the data bear out.

    Attributes
    ----------
    pose : (J, 3) array, the median from the root in the body's own heading, in the features' unit
    """

    layout: FeatureLayout
    evidence: Evidence
    pose: np.ndarray

    @property
    def words(self) -> str:
        """The evidence in a sentence."""
        seen, blocks = self.evidence, self.layout.blocks
        said = [f"{len(self.layout.skeleton)} joints, bones constant to {seen.bones_mm:.1f} mm"]
        if seen.velocity is not None:
            said.append("velocities are the differences of positions")
        if seen.orthonormal is not None:
            said.append("rotations orthonormal")
        if seen.binary is not None:
            said.append("contacts binary")
        said.append(f"lengths in {seen.unit}" if seen.unit else "unit unknown, taken for metres")
        if abs(seen.floor) > 0.05:
            said.append(f"lowest joint at {100 * seen.floor:.0f}% of its height")
        root = "the root among the joints" if blocks.rooted else "the root apart from the joints"
        return f"{', '.join(said)}; a frame holds {', '.join(blocks.parts)}, {root}"


def investigate(features: np.ndarray, fps: float) -> Finding | None:
    """The reading of features (N, D) that the data bear out, the one with most parts; None if there is none.

    Parameters
    ----------
    features : raw units, original motion: a reconstruction's contacts are not 0 or 1
    fps : frames a second, as far as it is known
    """
    if len(features) < FEWEST_FRAMES:
        return None
    some = np.asarray(features[:MOST_FRAMES], dtype=np.float64)
    for joints, blocks in _readings(features.shape[1]):
        found = _tested(some, joints, blocks, fps)
        if found is not None:
            return found
    return None


def _readings(width: int) -> Iterator[tuple[int, Blocks]]:
    """Every number of joints and blocks of this width, those with most parts first."""
    optional = [("rotations", "velocities"), ("velocities",), ("rotations",), ()]
    for kept in optional:
        for contacts in (4, 2, 0):
            for rooted in (True, False):
                a_joint = 3 + 6 * ("rotations" in kept) + 3 * ("velocities" in kept)
                apart = 0 if rooted else 3 + 6 * ("rotations" in kept)
                joints, rest = divmod(width - 4 - contacts + apart, a_joint)
                if rest or not FEWEST_JOINTS <= joints <= MOST_JOINTS:
                    continue
                for order in _ORDERS if "rotations" in kept else _ORDERS[:1]:
                    parts = [
                        p
                        for p in order
                        if p in ("root", "positions", *kept) or (p == "contacts" and contacts)
                    ]
                    yield joints, Blocks.of(joints, contacts, rooted=rooted, order=parts)


def _tested(features: np.ndarray, count: int, blocks: Blocks, fps: float) -> Finding | None:
    binary, orthonormal = _binary(features, blocks), _orthonormal(features, blocks)
    # The cheap tests first: most readings of a width are wrong.
    if blocks.rooted and not _root_is_first(features, blocks):
        return None
    if (binary is not None and binary <= BINARY) or (orthonormal is not None and orthonormal >= ORTHONORMAL):
        return None
    joints = joints_of(torch.from_numpy(features), blocks).numpy()
    velocity = _velocity(features, joints, blocks)
    if velocity is not None and velocity >= VELOCITY:
        return None
    parents = spanning_tree(joints)
    bones = np.linalg.norm(joints[:, 1:] - joints[:, parents[1:]], axis=-1)
    means = np.maximum(bones.mean(0), 1e-9)
    rigid = float(np.quantile(bones.std(0) / means, 0.9))
    height = float(np.median(np.ptp(joints[..., 1], axis=1)))
    name, unit = next(((n, u) for n, u in _UNITS if _HEIGHTS[0] < height * u < _HEIGHTS[1]), ("", 1.0))
    floor = float(joints[..., 1].min() / max(height, 1e-9))
    spread = 1000 * unit * float(bones.std(0).mean())
    evidence = Evidence(binary, orthonormal, velocity, rigid, spread, name, floor)
    if not evidence.holds:
        return None
    pose = np.median(local_joints(features, blocks), axis=0)
    skeleton, speed = found_skeleton(joints, features, blocks, pose, parents)
    layout = FeatureLayout(f"described-{blocks.width}", f"{count} joints", skeleton, fps, unit, speed, blocks)
    return Finding(layout, evidence, pose)


def _root_is_first(features: np.ndarray, blocks: Blocks) -> bool:
    """Whether the first position is over itself and as high as the root."""
    positions = features[:, blocks.positions]
    away = np.abs(positions[:, :3] - features[:, 3:4] * [0, 1, 0])
    return bool(away.max() < ROOT * np.abs(positions).mean())


def _binary(features: np.ndarray, blocks: Blocks) -> float | None:
    if "contacts" not in blocks.parts:
        return None
    values = features[:, blocks.contacts]
    return float((np.minimum(np.abs(values), np.abs(values - 1)) < 0.1).mean())


def _orthonormal(features: np.ndarray, blocks: Blocks) -> float | None:
    if "rotations" not in blocks.parts:
        return None
    columns = features[:, blocks.rotations].reshape(len(features), -1, 2, 3)
    products = np.einsum("tjax,tjbx->tjab", columns, columns) - np.eye(2)
    return float(np.sqrt((products**2).mean()))


def _velocity(features: np.ndarray, joints: np.ndarray, blocks: Blocks) -> float | None:
    if "velocities" not in blocks.parts:
        return None
    heading = root_heading(torch.from_numpy(features), blocks.motion).numpy()
    step = rotate_about_y(np.diff(joints, axis=0), -heading[:-1, None])
    told = features[:-1, blocks.velocities].reshape(step.shape)
    size = np.sqrt((step**2).mean())
    return float(np.sqrt(((told - step) ** 2).mean()) / max(size, 1e-9))
