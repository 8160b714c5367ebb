"""When the feet stand, and how far they slide while they do."""

import numpy as np

from app.views.arrays import pack
from app.views.view import View
from rvqvae.feet import horizontal_speed_mm, standing_feet
from rvqvae.motion import JOINT_NAMES
from rvqvae.motion.humanml import CONTACT_JOINTS


def payload(session) -> dict:
    """Contacts (N, 4) of original, reconstruction and B (None without one), and the slide of each in mm/s.

    The slide is the horizontal speed of a joint, averaged over the frames in which the original stands,
    so that all motions are measured at the same moments. {} where there are no joints.
    """
    bench = session.workbench
    if not bench.take.has_joints:
        return {}
    fps = bench.take.clip.fps
    standing = standing_feet(bench.take.clip.features)
    made = standing_feet(bench.decoding.features)
    other = bench.compared.decoding if bench.compared else None
    speeds = {
        "original": horizontal_speed_mm(bench.take.joints, fps),
        "made": horizontal_speed_mm(bench.decoding.joints, fps),
        **({"b": horizontal_speed_mm(other.joints, fps)} if other else {}),
    }
    return {
        "joints": [JOINT_NAMES[joint] for joint in CONTACT_JOINTS],
        "standing": pack(standing.astype(np.uint8), "u8"),
        "standing_made": pack(made.astype(np.uint8), "u8"),
        "standing_b": pack(standing_feet(other.features).astype(np.uint8), "u8") if other else None,
        "agreement": float((standing == made).mean()),
        "slide_mm_s": {
            name: [_mean_where(speed[:, foot], standing[:, foot]) for foot in range(len(CONTACT_JOINTS))]
            for name, speed in speeds.items()
        },
    }


def _mean_where(values: np.ndarray, chosen: np.ndarray) -> float | None:
    return float(values[chosen].mean()) if chosen.any() else None


def key(session):
    """The reconstruction, and B."""
    bench = session.workbench
    return bench.decoding, bench.compared and bench.compared.decoding


VIEW = View("feet", key, payload, panel="feet")
