"""When the feet stand, and how far they slide while they do."""

import numpy as np

from app.views.arrays import pack
from app.views.view import View
from rvqvae.motion import JOINT_NAMES
from rvqvae.motion.humanml import CONTACT_JOINTS, CONTACTS

STANDING = 0.5  # the feature is 1 where a foot stands and 0 where it moves; a reconstruction lies between


def payload(session) -> dict:
    """Contacts (N, 4) of original and reconstruction, and the slide of each in mm/s.

    The slide is the horizontal speed of a joint, averaged over the frames in which the original stands,
    so that both motions are measured at the same moments. {} where there are no joints.
    """
    bench = session.workbench
    if not bench.take.has_joints:
        return {}
    fps = bench.take.clip.fps
    standing = bench.take.clip.features[:, CONTACTS] > STANDING
    made = bench.decoding.features[:, CONTACTS] > STANDING
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


def horizontal_speed_mm(joints: np.ndarray, fps: float) -> np.ndarray:
    """(N, 4) horizontal speed of the ankles and feet to the next frame, mm/s; the last frame repeats."""
    feet = joints[:, CONTACT_JOINTS][..., [0, 2]]
    if len(feet) < 2:
        return np.zeros((len(feet), len(CONTACT_JOINTS)))
    speed = 1000 * fps * np.linalg.norm(np.diff(feet, axis=0), axis=-1)
    return np.concatenate([speed, speed[-1:]])


def _mean_where(values: np.ndarray, chosen: np.ndarray) -> float | None:
    return float(values[chosen].mean()) if chosen.any() else None


VIEW = View("feet", lambda session: session.workbench.decoding, payload, panel="feet")
