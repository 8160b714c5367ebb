import numpy as np
import pytest

from rvqvae.statistics import clip_coverage


def test_by_hand():
    # Codes 1 and 2 occur in two clips, 3 and 4 in one; of the tokens 5 of 8 are of shared codes.
    found = clip_coverage([np.array([1, 1, 2, -1]), np.array([1, 3, 3]), np.array([2, 4]), np.array([-1])])
    assert found.clips == 3
    assert found.share == pytest.approx(5 / 8)
    apart = (3 - 3 * 5 / 8) ** 2 + (1 - 3 * 5 / 8) ** 2 + (1 - 2 * 5 / 8) ** 2
    assert found.least == pytest.approx(max(0.0, 5 / 8 - 2 * (apart * 3 / 2) ** 0.5 / 8))


def test_each_clip_is_held_against_the_others(rng):
    clips = [rng.integers(0, 40, rng.integers(1, 30)) for _ in range(25)]
    seen = [
        np.isin(clip, np.concatenate([*clips[:i], *clips[i + 1 :]])).sum() for i, clip in enumerate(clips)
    ]
    assert clip_coverage(clips).share == pytest.approx(sum(seen) / sum(map(len, clips)))


def test_one_clip_covers_nothing_and_no_clip_neither():
    assert clip_coverage([np.zeros(500, int)]).least == 0.0
    assert clip_coverage([np.zeros(500, int)]).share == 0.0
    assert clip_coverage([]).clips == 0


def test_it_foretells_new_clips_of_a_source_that_sticks_to_a_code(rng):
    weights = 1 / np.arange(1, 513)
    codes = rng.choice(512, 4000, p=weights / weights.sum())
    clips = [np.full(rng.integers(5, 40), code) for code in codes]
    few, new = clips[:60], clips[60:]
    known = np.unique(np.concatenate(few))
    truth = np.isin(np.concatenate(new), known).mean()
    found = clip_coverage(few)
    assert found.least <= truth
    assert found.share == pytest.approx(truth, abs=0.15)
