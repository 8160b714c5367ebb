import numpy as np
import pytest
import scipy.stats

from rvqvae.statistics import estimate_entropy, judge_entropy, judge_information, mutual_information


def test_a_short_clip_is_too_short_and_a_long_one_is_not(rng):
    weights = 1 / np.arange(1, 513)
    short, long = (
        judge_entropy(estimate_entropy(rng.multinomial(n, weights / weights.sum()))) for n in (30, 5000)
    )
    assert not short.reliable
    assert "Too short to mean much: 30 tokens" in short.reason
    assert long.reliable
    assert not judge_entropy(estimate_entropy(np.zeros(5, int))).reliable


@pytest.mark.parametrize("tokens", [300, 1000, 3000])
@pytest.mark.parametrize("shape", ["uniform", "zipf", "log-normal", "sparse"])
def test_what_is_judged_reliable_is_within_a_tenth_of_a_bit(rng, shape, tokens):
    weights = {
        "uniform": np.ones(512),
        "zipf": 1 / np.arange(1, 513),
        "log-normal": np.exp(rng.normal(size=512)),
        "sparse": rng.gamma(0.2, size=512),
    }[shape]
    truth = scipy.stats.entropy(weights, base=2)
    estimates = [estimate_entropy(rng.multinomial(tokens, weights / weights.sum())) for _ in range(40)]
    mostly_reliable = np.mean([judge_entropy(e).reliable for e in estimates]) > 0.5
    assert mostly_reliable or tokens < 3000
    if mostly_reliable:
        assert np.mean([e.corrected_bits for e in estimates]) == pytest.approx(truth, abs=0.1)


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
