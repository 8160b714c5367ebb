import numpy as np
import pytest

from rvqvae.statistics import duplicate_codes, layer_statistics, residual_energies


@pytest.fixture
def codebooks(rng):
    return [rng.normal(size=(8, 32)).astype(np.float32) for _ in range(3)]


def test_layer_statistics_name_what_is_wrong_with_a_codebook(rng, codebooks):
    codebooks[1][:, [3, 9]] = 0.0
    codebooks[2][:, 7] = codebooks[2][:, 2]
    counts = rng.integers(1, 9, size=(3, 32))
    counts[0, :5] = 0
    first, second, third = layer_statistics(counts, codebooks)
    assert (first.layer, first.used, first.never_used) == (1, 27, 5)
    assert (first.zero_norm, first.duplicates) == (0, 0)
    assert (second.zero_norm, second.duplicates) == (2, 1)
    assert (third.zero_norm, third.duplicates) == (0, 1)
    assert first.entropy.tokens == counts[0].sum()
    assert first.perplexity == pytest.approx(2**first.entropy.plugin_bits)
    np.testing.assert_allclose(third.norms, np.linalg.norm(codebooks[2], axis=0))


def test_duplicates_are_the_later_ones_of_equal_codes(rng):
    codebook = rng.normal(size=(256, 1500))
    codebook[:, [40, 1400]] = codebook[:, [7]]
    codebook[:, 1200] = codebook[:, 1100] * (1 + 1e-7)
    assert np.flatnonzero(duplicate_codes(codebook)).tolist() == [40, 1200, 1400]


def test_close_codes_far_from_the_origin_are_no_duplicates(rng):
    assert not duplicate_codes(1000 + rng.normal(size=(4, 64))).any()


def test_a_codebook_of_zeros_is_one_code():
    assert duplicate_codes(np.zeros((4, 6))).tolist() == [False] + [True] * 5


def test_residual_energies_by_hand(rng, codebooks):
    latents = rng.normal(size=(10, 8)).astype(np.float32)
    tokens = rng.integers(0, 32, size=(3, 10))
    tokens[1, 4] = -1
    energies, residual = residual_energies(latents, codebooks, tokens), latents.astype(np.float64)
    expected = [np.square(residual).sum()]
    for codebook, row in zip(codebooks, tokens, strict=True):
        for step, code in enumerate(row):
            if code >= 0:
                residual[step] -= codebook[:, code]
        expected.append(np.square(residual).sum())
    np.testing.assert_allclose(energies, expected, rtol=1e-5)
