import numpy as np
import pytest
from sklearn.metrics import mutual_info_score

from rvqvae.statistics import (
    grassberger_bits,
    information_curve,
    join_clips,
    layer_information,
    mutual_information,
    step_information,
)


@pytest.mark.parametrize(("codes", "tokens"), [(5, 100), (64, 2000), (512, 3000)])
def test_plugin_against_scikit_learn(rng, codes, tokens):
    x = rng.integers(0, codes, tokens)
    y = np.where(rng.random(tokens) < 0.5, x, rng.integers(0, codes, tokens))
    result = mutual_information(x, y)
    assert result.plugin_bits == pytest.approx(mutual_info_score(x, y) / np.log(2))
    assert result.pairs == tokens


def test_a_copy_shares_all_its_entropy(rng):
    x = rng.integers(0, 16, 4000)
    result = mutual_information(x, (x + 5) % 16)
    assert result.corrected_bits == pytest.approx(grassberger_bits(np.bincount(x)))
    assert result.corrected_bits == pytest.approx(4.0, abs=0.01)
    assert result.p_value == pytest.approx(1 / 21)


def test_independent_tokens_stay_within_their_null(rng):
    x, y = rng.integers(0, 128, (2, 3000))
    result = mutual_information(x, y)
    assert result.plugin_bits > 1.5  # what an uncorrected table would report
    assert abs(result.excess_bits) < 4 * result.null_std_bits
    assert result.p_value > 0.05


def test_a_noisy_channel_is_recovered():
    rng = np.random.default_rng(1)
    x = rng.integers(0, 8, 20_000)
    y = np.where(rng.random(20_000) < 0.3, rng.integers(0, 8, 20_000), x)
    same, other = 0.7 + 0.3 / 8, 0.3 / 8
    truth = 3 + same * np.log2(same) + 7 * other * np.log2(other)
    result = mutual_information(x, y)
    assert result.corrected_bits == pytest.approx(truth, abs=0.03)
    assert result.excess_bits == pytest.approx(truth, abs=0.03)


def test_dropped_tokens_and_padding_do_not_count(rng):
    x, y = rng.integers(0, 8, (2, 500))
    padded = (np.concatenate([x, [3, -1, -1]]), np.concatenate([y, [-1, 3, -1]]))
    assert mutual_information(*padded) == mutual_information(x, y)


def test_nulls_are_seeded(rng):
    x, y = rng.integers(0, 64, (2, 500))
    assert mutual_information(x, y, seed=1) == mutual_information(x, y, seed=1)
    assert mutual_information(x, y, seed=1).null_bits != mutual_information(x, y, seed=2).null_bits


def test_renumbering_changes_nothing(rng):
    x, y = rng.integers(0, 32, (2, 800))
    names = rng.permutation(32)
    a, b = mutual_information(x, y), mutual_information(names[x], y)
    assert a.corrected_bits == pytest.approx(b.corrected_bits, abs=1e-12)
    assert a.plugin_bits == pytest.approx(b.plugin_bits, abs=1e-12)


def test_pairs_of_layers_and_of_steps(rng):
    first = rng.integers(0, 8, 3000)
    tokens = np.stack([first, first ^ 1, rng.integers(0, 8, 3000), np.repeat(first[:1500], 2)])
    layers = layer_information(tokens)
    assert list(layers) == [(1, 2), (1, 3), (1, 4), (2, 3), (2, 4), (3, 4)]
    assert layers[1, 2].excess_bits > 2.9
    assert abs(layers[1, 3].excess_bits) < 0.05
    steps = step_information(tokens)
    assert abs(steps[0].excess_bits) < 0.05
    assert steps[3].excess_bits > 0.5  # every other pair of neighbours is equal


def test_the_end_of_a_clip_is_no_neighbour_of_the_next_clips_start():
    clips = [np.array([[0, 0, 0]]), np.array([[1, 1]]), np.array([[2]])]
    joined = join_clips(clips)
    assert joined.tolist() == [[0, 0, 0, -1, 1, 1, -1, 2]]
    assert step_information(joined)[0].pairs == 3
    assert step_information(join_clips(clips, lag=2), lag=2)[0].pairs == 1


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="expected the same"):
        mutual_information(np.zeros(3, int), np.zeros(4, int))
    with pytest.raises(ValueError, match="no pair"):
        mutual_information(np.array([-1, 2]), np.array([2, -1]))


def test_curve_ends_at_the_whole_and_its_null_hides_nothing(rng):
    x = rng.integers(0, 8, 4000)
    y = np.where(rng.random(4000) < 0.5, x, rng.integers(0, 8, 4000))
    curve = information_curve(x, y)
    assert (curve.sizes[0], curve.sizes[-1]) == (16, 4000)
    whole = mutual_information(x, y)
    assert curve.corrected_bits[-1] == pytest.approx(whole.corrected_bits)
    assert curve.null_bits[-1] == pytest.approx(whole.null_bits, abs=0.01)
    independent = information_curve(x, rng.permutation(y))
    np.testing.assert_allclose(independent.corrected_bits[-2:], independent.null_bits[-2:], atol=0.03)


def test_curve_counts_no_dropped_tokens():
    curve = information_curve(np.array([0, 1, -1, 0, 1]), np.array([0, 1, 1, -1, 1]))
    assert curve.sizes.tolist() == [3]
    with pytest.raises(ValueError, match="no pair of tokens"):
        information_curve(np.array([-1]), np.array([0]))
