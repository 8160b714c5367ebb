"""When the feet stand, and how far they slide while they do."""

import numpy as np

from app.views.arrays import pack
from app.views.view import View
from rvqvae.feet import horizontal_speed_mm, standing_feet
from rvqvae.motion import JOINT_NAMES
from rvqvae.motion.humanml import CONTACT_JOINTS


def payload(session) -> dict:
    """Contacts (N, 4) of original and reconstruction, and the slide of each in mm/s.

    The slide is the horizontal speed of a joint, averaged over the frames in which the original stands,
    so that both motions are measured at the same moments. {} where there are no joints.
    """
    bench = session.workbench
    if not bench.take.has_joints:
        return {}
    fps = bench.take.clip.fps
    standing = standing_feet(bench.take.clip.features)
    made = standing_feet(bench.decoding.features)
    speeds = {
        "original": horizontal_speed_mm(bench.take.joints, fps),
        "made": horizontal_speed_mm(bench.decoding.joints, fps),
    }
    return {
        "joints": [JOINT_NAMES[joint] for joint in CONTACT_JOINTS],
        "standing": pack(standing.astype(np.uint8), "u8"),
        "standing_made": pack(made.astype(np.uint8), "u8"),
        "agreement": float((standing == made).mean()),
        "slide_mm_s": {
            name: [_mean_where(speed[:, foot], standing[:, foot]) for foot in range(len(CONTACT_JOINTS))]
            for name, speed in speeds.items()
        },
    }


def _mean_where(values: np.ndarray, chosen: np.ndarray) -> float | None:
    return float(values[chosen].mean()) if chosen.any() else None


VIEW = View("feet", lambda session: session.workbench.decoding, payload, panel="feet")
