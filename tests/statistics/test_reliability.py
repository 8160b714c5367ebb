import numpy as np
import pytest

from rvqvae.statistics import (
    clip_coverage,
    estimate_entropy,
    judge_entropy,
    judge_information,
    mutual_information,
)
from rvqvae.statistics.reliability import LEAST_CLIPS


def judge(clips):
    return judge_entropy(estimate_entropy(np.bincount(np.concatenate(clips)), clip_coverage(clips)))


def test_without_tokens_nothing_is_known():
    judged = judge_entropy(estimate_entropy(np.zeros(5, int)))
    assert (judged.reliable, judged.reason) == (False, "There are no tokens.")


@pytest.mark.parametrize("codes", [1, 3, 512])
def test_a_single_clip_is_never_enough_whatever_it_shows(rng, codes):
    judged = judge([rng.integers(0, codes, 20_000)])
    assert not judged.reliable
    assert judged.reason.startswith("A single clip cannot say: its 20000 tokens follow from each other")


def test_few_clips_that_repeat_each_other_are_not_enough():
    judged = judge([np.full(30, 7)] * (LEAST_CLIPS - 1))
    assert not judged.reliable
    assert f"{LEAST_CLIPS} or more" in judged.reason


def test_clips_that_others_do_not_repeat_are_not_enough(rng):
    judged = judge([np.full(30, code) for code in range(200)])
    assert not judged.reliable
    assert "200 clips show codes that make up an estimated 0%" in judged.reason


def test_clips_of_two_kinds_one_after_the_other_are_not_enough(rng):
    """Either kind is seen well, and most of what there is belongs to one of them."""
    still, lively = (
        [rng.choice(codes, 30) for _ in range(size)] for codes, size in (([1, 2], 85), (400, 15))
    )
    judged = judge([*still, *lively, *lively])
    assert not judged.reliable
    assert "with a part of the clips left out" in judged.reason


def test_many_clips_of_one_source_are_enough(rng):
    judged = judge([rng.integers(0, 64, 30) for _ in range(200)])
    assert judged.reliable
    assert "6000 tokens of 200 clips" in judged.reason


def test_where_the_clips_are_not_known_it_says_what_it_takes_for_granted(rng):
    weights = 1 / np.arange(1, 513)
    short, long = (
        judge_entropy(estimate_entropy(rng.multinomial(n, weights / weights.sum()))) for n in (30, 9000)
    )
    assert not short.reliable
    assert "Too few to mean much: 30 tokens" in short.reason
    assert long.reliable
    assert "each taken to be drawn by itself" in long.reason


def test_information_is_judged_against_its_null(rng):
    x = rng.integers(0, 256, 20_000)
    noise = rng.integers(0, 256, 20_000)
    strong = judge_information(mutual_information(x, np.where(rng.random(20_000) < 0.1, noise, x)))
    none = judge_information(mutual_information(x, noise))
    few = judge_information(mutual_information(x[:300], x[:300]))
    assert strong.reliable
    assert not none.reliable
    assert "No dependence" in none.reason
    assert not few.reliable
    assert "most of it is bias" in few.reason
