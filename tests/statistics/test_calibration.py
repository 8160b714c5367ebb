"""What is called reliable is within the stated bits of the truth at least nine times in ten, on real tokens.

The truth is what shipped checkpoints recorded of their training data. The tokens of whole corpora, which are
not in the repository, are for `python -m tests.benchmarks.reliability` (docs/reliability.md).
"""

import numpy as np
import pytest

from rvqvae import load_checkpoint
from rvqvae.motion import read_clips
from rvqvae.statistics import clip_coverage, coverage, estimate_entropy, judge_entropy
from rvqvae.statistics.reliability import LEAST_COVERAGE, STATED_BITS
from tests.support.paths import ROOT

CHECKPOINTS = ("motion-rvq", "cmu-only")


@pytest.fixture(scope="module", params=CHECKPOINTS)
def checkpoint(request):
    return load_checkpoint(ROOT / "checkpoints" / request.param, device="cpu")


def judged(clips, truth):
    """Whether the clips' entropy is called reliable, whether by Good and Turing, and how far it is off."""
    counts = np.bincount(np.concatenate(clips))
    estimate = estimate_entropy(counts, clip_coverage(clips))
    by_tokens = coverage(counts) >= LEAST_COVERAGE
    return judge_entropy(estimate).reliable, by_tokens, abs(estimate.corrected_bits - truth)


def test_of_the_sample_clips_nothing_is_called_reliable_that_is_not(checkpoint, rng):
    tokens = [checkpoint.encode(clip.features) for clip in read_clips(ROOT / "assets" / "clips")]
    truths = [estimate_entropy(row).corrected_bits for row in checkpoint.usage]
    found = []
    for layer, truth in enumerate(truths):
        rows = [clip[layer] for clip in tokens]
        some = [[row] for row in rows] + [rows]
        some += [
            [rows[i] for i in rng.choice(15, size, replace=False)] for size in (5, 10) for _ in range(10)
        ]
        found += [judged(clips, truth) for clips in some]
    wrong = [off > STATED_BITS for reliable, _, off in found if reliable]
    assert sum(wrong) <= 0.1 * len(wrong)
    assert any(by_tokens and off > 1 for _, by_tokens, off in found)  # what Good and Turing would have said


@pytest.mark.parametrize("sticking", [0.0, 0.5, 0.8])
def test_of_clips_that_stick_to_their_codes_nine_in_ten_are_right(rng, sticking):
    """Clips of recorded codes, so much of each of them one of its first two codes again."""
    usage = load_checkpoint(ROOT / "checkpoints" / "cmu-only", device="cpu").usage
    found = []
    for counts in usage[[0, 3, 5]]:
        truth = estimate_entropy(counts).corrected_bits
        clips = _clips(rng, counts / counts.sum(), sticking, 1000)
        for size in (12, 40, 120, 300, 500, 1000):
            chosen = rng.choice(len(clips), size, replace=False)
            found.append(judged([clips[i] for i in chosen], truth))
    reliable = [off for is_reliable, _, off in found if is_reliable]
    assert len(reliable) >= 5
    assert np.mean(np.array(reliable) <= STATED_BITS) >= 0.9


def _clips(rng, weights, sticking, count):
    fresh = rng.choice(len(weights), (count, 60), p=weights)
    again = np.take_along_axis(fresh, rng.integers(0, 2, fresh.shape), axis=1)
    rows = np.where(rng.random(fresh.shape) < sticking, again, fresh)
    return [row[:size] for row, size in zip(rows, rng.integers(10, 61, count), strict=True)]
