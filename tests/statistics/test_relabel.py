import numpy as np
import pytest
import torch

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.statistics import (
    agreeing_permutations,
    codebook_arrays,
    estimate_entropy,
    layer_information,
    number_correlation,
    random_permutations,
    relabel,
    relabelled,
)


@pytest.fixture
def tokens(rng):
    first = rng.integers(0, 16, 400)
    return np.stack([first, (first + rng.integers(0, 3, 400)) % 16, rng.integers(0, 16, (400)), first // 2])


def test_motion_entropy_and_information_stay_and_the_number_correlation_does_not(tiny_model, tokens):
    codebooks = codebook_arrays(tiny_model)
    tokens[2, 5] = -1
    before = tiny_model.decode_from_tokens(list(torch.from_numpy(tokens)[:, None]))
    renamed, moved = relabel(tokens, codebooks, random_permutations(4, 16, seed=3))
    assert (renamed != tokens).mean() > 0.5
    assert renamed[2, 5] == -1
    for layer, codebook in zip(tiny_model.quantizer.layers, moved, strict=True):
        layer.embedding.copy_(torch.from_numpy(codebook))
    after = tiny_model.decode_from_tokens(list(torch.from_numpy(renamed)[:, None]))
    assert torch.equal(before, after)

    for old, new in zip(tokens, renamed, strict=True):
        a, b = (estimate_entropy(np.bincount(row[row >= 0])) for row in (old, new))
        assert a.corrected_bits == pytest.approx(b.corrected_bits)
    old, new = layer_information(tokens), layer_information(renamed)
    for pair in old:
        assert old[pair].corrected_bits == pytest.approx(new[pair].corrected_bits)
    assert number_correlation(tokens)[0, 3] > 0.95
    assert abs(number_correlation(renamed)[0, 3]) < 0.8


def test_a_permutation_and_its_inverse_give_everything_back(rng, tokens):
    codebooks = [rng.normal(size=(8, 16)) for _ in range(4)]
    permutations = random_permutations(4, 16)
    there = relabel(tokens, codebooks, permutations)
    back = relabel(*there, [np.argsort(p) for p in permutations])
    np.testing.assert_array_equal(back[0], tokens)
    np.testing.assert_array_equal(back[1], codebooks)


def test_what_is_no_permutation_is_refused(rng, tokens):
    codebooks = [rng.normal(size=(8, 16)) for _ in range(4)]
    with pytest.raises(ValueError, match="layer 1: not a permutation of the codes 0 to 15"):
        relabel(tokens, codebooks, [np.zeros(16, int)] * 4)


def test_a_relabelled_checkpoint_encodes_to_the_new_names_and_decodes_to_the_same_motion(tiny_model, rng):
    model = tiny_model.requires_grad_(False)
    checkpoint = Checkpoint(
        model, np.zeros(263, np.float32), np.ones(263, np.float32), "humanml3d", 20.0, "tiny"
    )
    features = rng.normal(size=(40, 263)).astype(np.float32)
    tokens = checkpoint.encode(features)
    permutations = random_permutations(4, 16, seed=1)
    renamed, _ = relabel(tokens, codebook_arrays(model), permutations)
    other = relabelled(checkpoint, permutations)
    np.testing.assert_array_equal(other.encode(features), renamed)
    np.testing.assert_array_equal(other.decode(renamed), checkpoint.decode(tokens))
    np.testing.assert_array_equal(checkpoint.encode(features), tokens)  # the original is left alone


def test_numbers_can_be_chosen_to_correlate(rng):
    tokens = rng.integers(0, 16, (3, 30))
    tokens[1, 4] = -1
    renamed, _ = relabel(tokens, [np.zeros((2, 16))] * 3, agreeing_permutations(tokens, 16))
    np.testing.assert_array_equal(renamed[0], tokens[0])
    before, after = number_correlation(tokens), number_correlation(renamed)
    assert (after[0, 1:] > before[0, 1:] + 0.2).all()
    assert (after[0, 1:] > 0.4).all()
