"""Time and memory of the analysis of a data set: `python -m tests.benchmarks.analysis [CHECKPOINT]`.

250,000 frames in clips of 40 to 200 frames: the sample clips, cut and repeated.
"""

import resource
import sys
import time

import numpy as np
from tqdm import tqdm

from rvqvae import load_checkpoint
from rvqvae.motion import Clip, read_clips
from rvqvae.statistics import analyse
from tests.benchmarks.timing import choose_isa
from tests.support.paths import ROOT

FRAMES = 250_000


def main() -> None:
    """Analyse 250,000 frames and print seconds and peak memory."""
    checkpoint = load_checkpoint(sys.argv[1] if len(sys.argv) > 1 else ROOT / "checkpoints" / "motion-rvq")
    clips = data_set(np.concatenate([clip.features for clip in read_clips(ROOT / "assets" / "clips")]))
    before = _peak_megabytes()
    started = time.perf_counter()
    with tqdm(total=100, unit="%", leave=False) as bar:
        statistics = analyse(checkpoint, clips, progress=lambda share, _: bar.update(100 * share - bar.n))
    seconds = time.perf_counter() - started
    print(f"{statistics.frames} frames of {statistics.clips} clips analysed in {seconds:.1f} s")
    print(f"peak memory {before:.0f} MB before, {_peak_megabytes():.0f} MB after")


def data_set(features: np.ndarray) -> list[Clip]:
    """Windows of features (N, D) at random places until there are `FRAMES` frames of them."""
    generator = np.random.default_rng(0)
    clips, left = [], FRAMES
    while left:
        length = min(left, int(generator.integers(40, 201)))
        start = int(generator.integers(0, len(features) - length + 1))
        clips.append(Clip(f"window {len(clips)}", features[start : start + length]))
        left -= length
    return clips


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    choose_isa()
    main()
