"""A BVH file as a clip: mended, on HumanML3D's body or another layout's own, with what was found in it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rvqvae.motion.bvh.bvh import BvhClip, read_bvh
from rvqvae.motion.bvh.bvh_body import body_of_bvh
from rvqvae.motion.bvh.inspection import Inspection, inspect_bvh, mended
from rvqvae.motion.clips import Clip
from rvqvae.motion.errors import MotionFileError, NoBodyError
from rvqvae.motion.files import make_clip
from rvqvae.motion.geometry import DegenerateClipError
from rvqvae.motion.layouts import HUMANML3D, FeatureLayout
from rvqvae.motion.mapping import JointMap, MappingError, map_joints
from rvqvae.motion.retargeting import can_be_placed, lacking_joints, placed_ends, placed_joints, to_layout


def open_bvh(
    path: str | Path,
    joint_map: JointMap | None = None,
    mends: Sequence[str] = (),
    layout: FeatureLayout = HUMANML3D,
) -> tuple[Clip, Inspection]:
    """The motion of a BVH file in a layout whose joints it has, else in HumanML3D's; and what was found.

    Parameters
    ----------
    joint_map : HumanML3D joint name to the file's joint, where the rules of `rvqvae.motion.mapping` fail
    mends : of `Inspection.mends`, what is to be done first

    Raises
    ------
    MotionFileError
        If the file is damaged, a joint is not found, or its motion gives no features.
    """
    path = Path(path)
    bvh = mended(read_bvh(path), mends)
    try:
        if _has_joints_of(layout, bvh):
            placed = placed_joints(bvh.names, bvh.parents, layout.skeleton, joint_map)
            found = inspect_bvh(bvh, placed, keeps=layout.skeleton is not HUMANML3D.skeleton)
            return _own_clip(path, bvh, found, layout, joint_map), found
        mapping = map_joints(bvh.names, bvh.parents, joint_map)
        clip = make_clip(body_of_bvh(path, bvh, mapping))
        remarks = (*clip.remarks, *_why_not(layout, bvh))
        return replace(clip, remarks=remarks), inspect_bvh(bvh, mapping.used)
    except DegenerateClipError as error:
        raise NoBodyError(path, f"no usable clip in it, since {error}") from None
    except MappingError as error:
        raise MotionFileError(path, f"{error}") from None


def _has_joints_of(layout: FeatureLayout, bvh: BvhClip) -> bool:
    wanted = layout is not HUMANML3D and layout.from_positions and layout.skeleton.facing is not None
    return wanted and can_be_placed(bvh.names, layout.skeleton)


def _why_not(layout: FeatureLayout, bvh: BvhClip) -> tuple[str, ...]:
    """Why the file does not open in a layout that it was wanted in, where joints are lacking."""
    if layout is HUMANML3D:
        return ()
    lacking = lacking_joints(bvh.names, layout.skeleton)
    if not lacking:
        return ()
    return (
        f"has no joint for {_listed(lacking)} of the wanted "
        f"{len(layout.skeleton)}, so it stands on HumanML3D's {len(HUMANML3D.skeleton)}",
    )


def _own_clip(
    path: Path, bvh: BvhClip, found: Inspection, layout: FeatureLayout, joint_map: JointMap | None
) -> Clip:
    positions = bvh.positions * found.unit[1]
    features = to_layout(positions, bvh.names, bvh.parents, bvh.fps, layout, joint_map)
    remark = (
        f"made features of {layout.title}, resampled from {bvh.fps:.4g} to {layout.fps:g} frames a second"
    )
    ends = placed_ends(bvh.names, layout.skeleton)
    placed = f"has no joint for {_listed(ends)}, which stand where the joint that they hang from puts them"
    remarks = (remark, placed) if ends else (remark,)
    return Clip(path.stem, features, layout.fps, layout.name, remarks)


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - 4} more" if len(names) > 4 else ""
    return ", ".join(name[:40] for name in names[:4]) + more
