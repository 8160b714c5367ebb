"""The feature layouts that have a name, told apart by the width of a frame."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Representation:
    """A published layout of motion features: 12 J - 1 numbers a frame for J joints.

    Attributes
    ----------
    layout : str, the name used in checkpoints and clips
    title : str, the name for people
    joints : int
    fps : float, frames a second that its velocities are measured at
    """

    layout: str
    title: str
    joints: int
    fps: float

    @property
    def width(self) -> int:
        """Features of a frame: root 4, positions and rotations 9 (J - 1), velocities 3 J, contacts 4."""
        return 12 * self.joints - 1


HUMANML3D = Representation("humanml3d", "HumanML3D", 22, 20.0)
KIT_ML = Representation("kit-ml", "KIT-ML", 21, 12.5)
HUMANML3D_52 = Representation("humanml3d-52", "HumanML3D with SMPL-H hands", 52, 20.0)
REPRESENTATIONS = (HUMANML3D, KIT_ML, HUMANML3D_52)

UNKNOWN = "unknown"
MOTION_S, MOTION_S_WIDTH, MOTION_S_FPS = "motion-s", 668, 30.0


def representation_of(width: int) -> Representation | None:
    """The representation whose frames have this many features, if there is one."""
    return next((r for r in REPRESENTATIONS if r.width == width), None)


def layout_of(width: int) -> str:
    """Name of the layout with this many features a frame, "unknown" if none has."""
    if width == MOTION_S_WIDTH:
        return MOTION_S
    known = representation_of(width)
    return known.layout if known else UNKNOWN


def titled(width: int) -> str:
    """Features of this width in words: "KIT-ML features (N, 251)"."""
    known = representation_of(width)
    return f"{known.title} features (N, {width})" if known else f"features (N, {width})"
