"""The sample clips, by which a checkpoint is judged where no others are given."""

from pathlib import Path

import rvqvae
from rvqvae.motion import Clip, read_clips
from rvqvae.motion.layouts import HUMANML3D, FeatureLayout
from rvqvae.motion.retargeting import can_be_placed, convert_features


def sample_clips() -> list[Clip]:
    """The sample clips beside the package, as in a checkout of the repository; none elsewhere."""
    folder = Path(rvqvae.__file__).parents[1] / "assets" / "clips"
    return read_clips(folder) if folder.is_dir() else []


def converted(clips: list[Clip], layout: FeatureLayout | None) -> list[Clip]:
    """The sample clips in another layout whose joints they have; else as they are."""
    known = layout is not None and layout is not HUMANML3D and layout.from_positions
    if layout is None or not known or not can_be_placed(HUMANML3D.skeleton.names, layout.skeleton):
        return clips
    return [
        Clip(
            clip.name,
            convert_features(clip.features, HUMANML3D, layout, HUMANML3D.fps),
            layout.fps,
            layout.name,
        )
        for clip in clips
    ]
