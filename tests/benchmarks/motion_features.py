"""Frames a second of joints to features and back.

`python -m tests.benchmarks.motion_features [--isa avx2]`
"""

import numpy as np

from rvqvae.motion import features_to_joints, joints_to_features, to_humanml_skeleton
from tests.benchmarks.timing import choose_isa, side_by_side
from tests.support.paths import CLIPS


def main() -> None:
    """Measure on the sample clips, whole."""
    clips = [np.load(path) for path in sorted(CLIPS.glob("*.npy"))]
    features = [joints_to_features(to_humanml_skeleton(clip)) for clip in clips]
    frames = sum(len(clip) for clip in clips)
    times = side_by_side(
        {
            "to HumanML3D's skeleton": lambda: [to_humanml_skeleton(clip) for clip in clips],
            "joints to features": lambda: [joints_to_features(clip) for clip in clips],
            "features to joints": lambda: [features_to_joints(f) for f in features],
        },
        rounds=50,
    )
    print(f"{len(clips)} clips, {frames} frames")
    for name, value in times.items():
        print(f"  {name:<28}{frames / value * 1000:>12,.0f} frames a second")


if __name__ == "__main__":
    choose_isa()
    main()
