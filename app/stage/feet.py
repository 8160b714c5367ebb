"""When the feet stand, and how far they slide while they do."""

from collections.abc import Hashable

import numpy as np

from app.payloads.arrays import pack
from app.payloads.stage import FeetPayload, FootSlides
from app.view import View
from app.visitor import Visitor
from rvqvae.evaluation.feet import horizontal_speed_mm, standing_feet
from rvqvae.motion import FeatureLayout


def payload(visitor: Visitor) -> FeetPayload:
    """Contacts (N, F) of original, reconstruction and B (None without one), and the slide of each in mm/s.

    The slide is the horizontal speed of a joint, averaged over the frames in which the original stands,
    so that all motions are measured at the same moments. {} where no joints are known to be feet.
    """
    bench = visitor.workbench
    if not bench.encoded.has_joints:
        return {}
    fps, layout = bench.encoded.fps, bench.encoded.layout
    feet = layout.skeleton.contacts
    if not feet:
        return {}
    standing = standing_feet(bench.encoded.clip.features, layout)
    made = standing_feet(bench.decoding.features, layout)
    other = bench.compared.decoding if bench.compared else None
    slides: FootSlides = {
        "original": _slides(bench.encoded.joints, standing, fps, layout),
        "made": _slides(bench.decoding.joints, standing, fps, layout),
    }
    if other:
        slides["b"] = _slides(other.joints, standing, fps, layout)
    return {
        "joints": [layout.skeleton.names[joint] for joint in feet],
        "standing": pack(standing.astype(np.uint8), "u8"),
        "standing_made": pack(made.astype(np.uint8), "u8"),
        "standing_b": pack(standing_feet(other.features, layout).astype(np.uint8), "u8") if other else None,
        "agreement": float((standing == made).mean()),
        "slide_mm_s": slides,
    }


def _slides(
    joints: np.ndarray, standing: np.ndarray, fps: float, layout: FeatureLayout
) -> list[float | None]:
    speeds = horizontal_speed_mm(joints, fps, layout)
    return [
        float(speed[stands].mean()) if stands.any() else None
        for speed, stands in zip(speeds.T, standing.T, strict=True)
    ]


def key(visitor: Visitor) -> Hashable:
    """The reconstruction, and B."""
    bench = visitor.workbench
    return bench.decoding, bench.compared and bench.compared.decoding


VIEWS = (View("feet", key, payload, panel="feet"),)
