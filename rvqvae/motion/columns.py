"""Which columns of features mean the same: turning, the root's path, lengths, speeds."""

from rvqvae.motion.form import ROOT_HEIGHT, ROOT_VELOCITY, YAW_VELOCITY, Blocks, RootMotion
from rvqvae.motion.layouts import FeatureLayout

Columns = tuple[slice, ...]
LENGTHS_OF_A_METRE = {"metres": 1.0, "centimetres": 100.0, "millimetres": 1000.0, "inches": 39.37}


def root_columns(blocks: Blocks) -> dict[str, slice]:
    """Where the root's "turning", "path" and, if it is told apart from positions, "height" lie."""
    if blocks.motion is RootMotion.MATRIX:
        return {"turning": slice(2, 8), "path": slice(0, 2)}
    return {"turning": YAW_VELOCITY, "path": ROOT_VELOCITY, "height": ROOT_HEIGHT}


def lengths(blocks: Blocks) -> Columns:
    """What is proportional to the unit of length."""
    root = root_columns(blocks)
    return (*(root[name] for name in ("path", "height") if name in root), *_told(blocks))


def speeds(blocks: Blocks) -> Columns:
    """What is inversely proportional to the frame rate; a turn that is told as a matrix is not."""
    root = root_columns(blocks)
    turning = () if blocks.motion is RootMotion.MATRIX else (root["turning"],)
    return (*turning, root["path"], *(blocks.parts[part] for part in ("velocities",) if part in blocks.parts))


def unit_of(layout: FeatureLayout) -> str:
    """The unit of the layout's lengths, in words."""
    known = (name for name, count in LENGTHS_OF_A_METRE.items() if abs(count * layout.unit - 1) < 1e-9)
    return next(known, f"{layout.unit:g} metres")


def other_units(layout: FeatureLayout) -> dict[str, float]:
    """Other units that lengths may be in, and how many of them the layout's own unit has."""
    counts = {name: count * layout.unit for name, count in LENGTHS_OF_A_METRE.items()}
    return {name: count for name, count in counts.items() if abs(count - 1) > 1e-9}


def _told(blocks: Blocks) -> Columns:
    return tuple(blocks.parts[part] for part in ("positions", "velocities") if part in blocks.parts)
