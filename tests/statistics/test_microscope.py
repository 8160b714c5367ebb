import numpy as np
import pytest
import torch

from rvqvae.statistics.microscope import choice_plane, dissect, walk_plane
from rvqvae.statistics.neighbours import nearest_codes


@pytest.fixture
def latent(tiny_checkpoint):
    return tiny_checkpoint.model.encode_to_latent(torch.randn(1, 263, 16))[0, :, 2]


@pytest.fixture
def tokens(tiny_checkpoint, latent):
    return torch.cat(tiny_checkpoint.model.quantizer.encode(latent[None, :, None]))[:, 0].numpy()


def test_nearest_codes_by_hand():
    codebook = np.array([[0.0, 3, 1, 3], [0, 4, 0, 4]])
    near = nearest_codes(codebook, [0.0, 0.0], 3)
    assert [(one.code, one.distance) for one in near] == [(0, 0), (2, 1), (1, 5)]
    assert [one.code for one in nearest_codes(codebook, codebook[:, 1], 9, except_for=1)] == [3, 2, 0]


def test_a_latent_is_the_sum_of_its_codes_and_the_last_residual(tiny_checkpoint, latent, tokens):
    cut = dissect(tiny_checkpoint, latent, tokens)
    quantized = tiny_checkpoint.model.quantizer.decode(list(torch.from_numpy(tokens)[:, None, None]))[0, :, 0]
    np.testing.assert_allclose(cut.partial_sums[-1], quantized, atol=1e-6)
    np.testing.assert_allclose(cut.partial_sums + cut.residuals, np.tile(latent, (5, 1)), atol=1e-5)
    assert cut.identity_error < 1e-5
    assert not cut.partial_sums[0].any()
    np.testing.assert_allclose(cut.energies, np.square(cut.residuals.astype(float)).sum(axis=1))


def test_the_chosen_code_is_nearer_than_every_runner_up(tiny_checkpoint, latent, tokens):
    cut = dissect(tiny_checkpoint, latent, tokens, runners_up=3)
    for v, choice in enumerate(cut.choices):
        codebook = tiny_checkpoint.model.quantizer.layers[v].embedding.numpy()
        distances = np.linalg.norm(codebook - cut.residuals[v][:, None], axis=0)
        order = np.argsort(distances).tolist()
        assert [choice.code, *(one.code for one in choice.runners_up)] == order[:4]
        assert choice.distance == pytest.approx(distances[choice.code], rel=1e-5)
        assert choice.distance**2 == pytest.approx(cut.energies[v + 1], rel=1e-5)
        np.testing.assert_array_equal(choice.runner_up_vectors, codebook[:, order[1:4]].T)


def test_a_dropped_token_leaves_the_residual_and_an_edited_one_may_have_nearer_rivals(
    tiny_checkpoint, latent, tokens
):
    farthest = nearest_codes(tiny_checkpoint.model.quantizer.layers[2].embedding, latent, 16)[-1].code
    edited = tokens.copy()
    edited[1], edited[2] = -1, farthest
    cut = dissect(tiny_checkpoint, latent, edited)
    assert cut.choices[1].distance is None
    assert not cut.choices[1].vector.any()
    assert cut.choices[1].runners_up[0].code == tokens[1]
    np.testing.assert_array_equal(cut.residuals[1], cut.residuals[2])
    assert cut.choices[2].runners_up[0].distance < cut.choices[2].distance
    assert cut.identity_error < 1e-5


def test_planes_hold_what_they_are_made_of(tiny_checkpoint, latent, tokens):
    cut = dissect(tiny_checkpoint, latent, tokens)
    walk = walk_plane(cut)
    assert walk.share_of(cut.latent - cut.partial_sums[0]) > 0.5
    for layer, choice in enumerate(cut.choices):
        plane = choice_plane(cut, layer)
        assert 0 < plane.explained.sum() <= 1 + 1e-12
        corners = plane.project(cut.partial_sums[layer] + choice.runner_up_vectors)
        assert np.ptp(corners, axis=0).max() > 0


def test_what_does_not_fit_is_refused(tiny_checkpoint, latent, tokens):
    with pytest.raises(ValueError, match=r"shapes \(7,\) and \(4,\); expected \(8,\) and \(4,\)"):
        dissect(tiny_checkpoint, latent[:7], tokens)
    with pytest.raises(ValueError, match="codes run from 0 to 15"):
        dissect(tiny_checkpoint, latent, tokens + 16)
