import numpy as np
import pytest
import scipy.stats

from rvqvae.evaluation.metrics import usage_statistics
from rvqvae.statistics import (
    coverage,
    entropy_curve,
    estimate_entropy,
    grassberger_bits,
    miller_madow_bits,
    plugin_entropy_bits,
)


def sample(rng, weights, tokens):
    return rng.multinomial(tokens, weights / weights.sum())


def test_plugin_entropy_of_closed_forms():
    assert plugin_entropy_bits([5, 5, 5, 5]) == pytest.approx(2.0)
    assert plugin_entropy_bits([1, 1, 2, 0]) == pytest.approx(1.5)
    assert plugin_entropy_bits([10, 0]) == 0.0
    assert plugin_entropy_bits([0, 0]) == 0.0


def test_plugin_entropy_against_scipy_and_the_usage_table(rng):
    counts = rng.integers(0, 50, size=(3, 512))
    for row, usage in zip(counts, usage_statistics(counts), strict=True):
        assert plugin_entropy_bits(row) == pytest.approx(scipy.stats.entropy(row, base=2))
        assert plugin_entropy_bits(row) == pytest.approx(usage.entropy_bits)


def test_miller_madow_adds_codes_less_one_over_twice_the_tokens():
    counts = [3, 5, 0, 8]
    expected = plugin_entropy_bits(counts) + 2 / (2 * 16 * np.log(2))
    assert miller_madow_bits(counts) == pytest.approx(expected)
    assert miller_madow_bits([]) == 0.0


def test_grassberger_of_singletons_by_hand():
    # G(1) = digamma(1) - (digamma(1) - digamma(1/2)) / 2 = -Euler's gamma - ln 2
    expected = (np.log(7) + np.euler_gamma + np.log(2)) / np.log(2)
    assert grassberger_bits(np.ones(7)) == pytest.approx(expected)
    assert grassberger_bits([9, 0]) == 0.0
    assert grassberger_bits([0]) == 0.0


def test_grassberger_is_the_plugin_for_very_many_tokens():
    counts = np.array([1, 2, 3, 4]) * 10_000_000
    assert grassberger_bits(counts) == pytest.approx(plugin_entropy_bits(counts), abs=1e-6)


@pytest.mark.parametrize("exponent", [0.0, 0.5, 1.0])
def test_each_correction_is_nearer_to_the_truth_than_the_one_before(rng, exponent):
    weights = np.arange(1, 513) ** -exponent
    truth = scipy.stats.entropy(weights, base=2)
    samples = [sample(rng, weights, 1000) for _ in range(30)]
    plugin, miller, grassberger = (
        truth - np.mean([estimator(counts) for counts in samples])
        for estimator in (plugin_entropy_bits, miller_madow_bits, grassberger_bits)
    )
    assert plugin > miller > abs(grassberger)
    assert plugin > 0.2
    assert abs(grassberger) < 0.08


def test_coverage_is_one_less_the_share_of_singletons(rng):
    assert coverage([1, 1, 2]) == pytest.approx(0.5)
    assert coverage([4, 4]) == 1.0
    assert coverage([0]) == 0.0
    weights = 1 / np.arange(1, 513)
    seen = sample(rng, weights, 2000)
    truth = weights[seen > 0].sum() / weights.sum()
    assert coverage(seen) == pytest.approx(truth, abs=0.03)


def test_estimates_agree_with_the_single_functions(rng):
    counts = sample(rng, np.ones(512), 700)
    estimate = estimate_entropy(counts)
    assert (estimate.tokens, estimate.used) == (700, (counts > 0).sum())
    assert estimate.corrected_bits == grassberger_bits(counts)
    assert estimate.miller_madow_bits == miller_madow_bits(counts)
    assert estimate.plugin_bits == plugin_entropy_bits(counts)
    assert estimate.coverage == coverage(counts)


def test_curve_rises_to_the_whole_samples_entropy(rng):
    tokens = rng.integers(0, 512, 4000)
    curve = entropy_curve(np.concatenate([tokens, [-1] * 100]), seed=3)
    assert curve.sizes[0] == 16
    assert curve.sizes[-1] == 4000
    assert (np.diff(curve.plugin_bits) > 0).all()
    assert curve.plugin_bits[-1] == pytest.approx(plugin_entropy_bits(np.bincount(tokens)))
    assert curve.corrected_bits[-1] == pytest.approx(grassberger_bits(np.bincount(tokens)))
    assert curve.corrected_std_bits[-1] == pytest.approx(0.0, abs=1e-12)
    np.testing.assert_allclose(curve.perplexity, 2**curve.corrected_bits)


def test_curve_is_seeded_and_takes_short_clips():
    tokens = np.arange(40) % 7
    a, b, other = (entropy_curve(tokens, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(a.plugin_bits, b.plugin_bits)
    assert not np.array_equal(a.plugin_bits, other.plugin_bits)
    assert entropy_curve([3]).sizes.tolist() == [1]
    with pytest.raises(ValueError, match="found no tokens"):
        entropy_curve([-1, -1])
