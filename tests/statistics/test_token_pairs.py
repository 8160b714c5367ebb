from itertools import pairwise

import numpy as np
import pytest

from rvqvae import load_checkpoint
from rvqvae.evaluation.metrics import mpjpe_mm
from rvqvae.statistics.token_pairs import align_steps, compare_tokens
from tests.compat.frozen import DATA


@pytest.fixture(scope="module")
def checkpoint():
    return load_checkpoint(DATA / "checkpoints" / "small", "cpu")


def test_agreement_and_damage_are_those_of_decoding_each_layer_by_itself(checkpoint, rng):
    codes = checkpoint.config.num_embeddings
    true = rng.integers(0, codes, (6, 20))
    predicted = np.array(true)
    predicted[2, 5:9] = (predicted[2, 5:9] + 1) % codes
    predicted[4, :] = (predicted[4, :] + 1) % codes
    pair = compare_tokens(checkpoint, predicted, true, frames=78)
    assert pair.agreement.tolist() == [1, 1, 0.8, 1, 0, 1]
    assert (pair.deleted, pair.inserted) == (0, 0)
    motion = checkpoint.decode(true, length=78)
    for layer in range(6):
        one = np.array(true)
        one[layer] = predicted[layer]
        assert pair.damage[layer] == pytest.approx(
            mpjpe_mm(checkpoint.decode(one, length=78), motion, "root"), abs=1e-3
        )
    assert pair.damage_all == pytest.approx(
        mpjpe_mm(checkpoint.decode(predicted, length=78), motion, "root"), rel=1e-4
    )
    assert (pair.damage > 0).tolist() == [False, False, True, False, True, False]


def test_steps_that_were_left_out_or_put_in_are_found(checkpoint, rng):
    true = rng.integers(0, checkpoint.config.num_embeddings, (6, 30))
    predicted = np.delete(true, [7, 8], axis=1)  # two left out
    predicted = np.insert(predicted, 20, true[:, 3], axis=1)  # one put in
    pair = compare_tokens(checkpoint, predicted, true)
    assert (pair.deleted, pair.inserted, pair.agreement_all) == (2, 1, pytest.approx(28 / 30))
    assert pair.damage_all == pytest.approx(0, abs=1e-3)
    assert np.array_equal(pair.placed, true)


def test_the_alignment_costs_the_least_of_all(rng):
    """Against every alignment of short sequences."""

    def least(i, j):
        if not i or not j:
            return i + j
        pair = (predicted[:, i - 1] != true[:, j - 1]).mean()
        return min(least(i - 1, j - 1) + pair, least(i - 1, j) + 1, least(i, j - 1) + 1)

    for _ in range(20):
        predicted = rng.integers(0, 2, (2, rng.integers(1, 6)))
        true = rng.integers(0, 2, (2, rng.integers(1, 6)))
        pairs = align_steps(predicted, true)
        cost = sum((predicted[:, i] != true[:, j]).mean() for i, j in pairs)
        gaps = predicted.shape[1] + true.shape[1] - 2 * len(pairs)
        if predicted.shape == true.shape:
            assert pairs == [(step, step) for step in range(true.shape[1])]
        else:
            assert cost + gaps == pytest.approx(least(predicted.shape[1], true.shape[1]))
        assert all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(pairs))
