import copy

import pytest
import torch
import torch.nn.functional as F

from rvqvae import ResidualVectorQuantizer, RVQVAEConfig, VectorQuantizer
from rvqvae.nn.kmeans import draw_rows, kmeans
from tests.support.state import assert_same_state, state_of


def config(**values):
    return RVQVAEConfig(**{"latent_dim": 8, "num_embeddings": 16, "num_quantizers": 4, **values})


def trained(**values):
    quantizer = ResidualVectorQuantizer(config(quantization_dropout=0.0, **values))
    for _ in range(5):
        quantizer(torch.randn(4, 8, 32))
    return quantizer


def fix_active(monkeypatch, quantizer, active):
    monkeypatch.setattr(type(quantizer), "_active_layers", lambda self, device: active)


@pytest.mark.parametrize("active", [1, 2, 3, 4])
def test_gradient_of_the_sum_is_one_for_any_number_of_active_layers(monkeypatch, active):
    quantizer = trained().train()
    fix_active(monkeypatch, quantizer, active)
    latent = torch.randn(2, 8, 5, requires_grad=True)
    weights = torch.randn(2, 8, 5)
    result = quantizer(latent)
    (result.quantized * weights).sum().backward()
    assert torch.equal(latent.grad, weights)


def test_every_layer_has_its_own_commitment_gradient(monkeypatch):
    quantizer = trained().eval()
    latent = torch.randn(2, 8, 5)
    tokens = quantizer.encode(latent)
    residual = latent
    gradients = []
    for active in range(1, 5):
        fix_active(monkeypatch, quantizer, active)
        x = latent.clone().requires_grad_()
        state = state_of(quantizer)
        quantizer.train()(x).commitment_loss.backward()
        quantizer.load_state_dict(state)
        gradients.append(x.grad)
    for v in range(4):
        residual = residual - quantizer.layers[v].lookup(tokens[v].flatten()).view(2, 5, 8).transpose(1, 2)
        own = gradients[v] - (gradients[v - 1] if v else 0)
        # d/dx mean ||r_v - b_v||^2 = 2 (r_v - b_v) / elements, and r_(v+1) = r_v - b_v
        torch.testing.assert_close(own, 2 * residual / latent.numel(), atol=1e-6, rtol=1e-4)
        assert own.abs().max() > 1e-4


def test_sum_of_codes_and_last_residual_is_the_latent():
    quantizer = trained().eval()
    latent = torch.randn(3, 8, 7)
    residual = latent.clone()
    for layer, codes in zip(quantizer.layers, quantizer.encode(latent), strict=True):
        residual = residual - quantizer_lookup(layer, codes)
    codes = quantizer.decode(quantizer.encode(latent))
    torch.testing.assert_close(codes + residual, latent, atol=1e-6, rtol=0)
    assert (codes - latent).norm() < latent.norm()


def quantizer_lookup(layer, codes):
    return layer.lookup(codes.flatten()).view(*codes.shape, -1).transpose(1, 2)


def test_tokens_are_the_nearest_codes():
    quantizer = trained().eval()
    latent = torch.randn(2, 8, 6)
    first = quantizer.layers[0]
    distances = torch.cdist(latent.transpose(1, 2), first.embedding.t()[None])
    assert torch.equal(quantizer.encode(latent)[0], distances.argmin(-1))


def test_forward_in_eval_gives_the_tokens_of_encode_and_their_sum():
    quantizer = trained().eval()
    latent = torch.randn(2, 8, 6)
    result = quantizer(latent)
    tokens = quantizer.encode(latent)
    assert all(torch.equal(a, b) for a, b in zip(result.tokens, tokens, strict=True))
    torch.testing.assert_close(result.quantized, quantizer.decode(tokens), atol=1e-6, rtol=0)


def test_dropped_layers_get_minus_one_and_decode_to_nothing(monkeypatch):
    quantizer = trained().train()
    fix_active(monkeypatch, quantizer, 2)
    latent = torch.randn(2, 8, 6)
    state = state_of(quantizer)
    tokens = quantizer(latent).tokens
    quantizer.load_state_dict(state)
    assert len(tokens) == 4
    assert all((t >= 0).all() for t in tokens[:2])
    assert all((t == -1).all() for t in tokens[2:])
    assert torch.equal(quantizer.decode(tokens), quantizer.decode(tokens[:2]))
    assert torch.equal(quantizer.decode([torch.full((1, 3), -1)]), torch.zeros(1, 8, 3))


def test_quantization_dropout_happens_as_often_as_asked():
    quantizer = ResidualVectorQuantizer(config(quantization_dropout=0.5))
    active = [quantizer._active_layers(torch.device("cpu")) for _ in range(4000)]
    assert set(active) == {1, 2, 3, 4}
    fewer = sum(a < 4 for a in active) / len(active)
    assert fewer == pytest.approx(0.5 * 3 / 4, abs=0.03)


def test_eval_never_changes_a_buffer():
    fresh = ResidualVectorQuantizer(config()).eval()
    before = state_of(fresh)
    fresh(torch.randn(2, 8, 6))
    fresh.encode(torch.randn(2, 8, 6))
    assert_same_state(before, state_of(fresh))


def test_moving_averages_follow_the_equations():
    layer = VectorQuantizer(config(dead_code_threshold=0.0))
    layer.initialize(torch.randn(200, 8))
    before = state_of(layer)
    x = torch.randn(50, 8)
    codes = layer.nearest(x)
    layer.update(x, codes)
    chosen = F.one_hot(codes, 16).float()
    size = 0.99 * before["cluster_size"] + 0.01 * chosen.sum(0)
    average = 0.99 * before["embedding_avg"] + 0.01 * x.t() @ chosen
    torch.testing.assert_close(layer.cluster_size, size)
    torch.testing.assert_close(layer.embedding_avg, average)
    total = size.sum()
    smoothed = (size + 1e-5) / (total + 16e-5) * total
    torch.testing.assert_close(layer.embedding, average / smoothed)


def assert_statistics_agree(layer):
    torch.testing.assert_close(
        layer.embedding * layer.cluster_size, layer.embedding_avg, atol=1e-4, rtol=1e-4
    )


def test_kmeans_initialisation_leaves_consistent_statistics():
    layer = VectorQuantizer(config())
    x = torch.randn(300, 8)
    layer.initialize(x)
    assert layer.initialized
    assert_statistics_agree(layer)
    assert layer.cluster_size.sum() >= 300
    error = (x - layer.lookup(layer.nearest(x))).square().mean()
    assert error < 0.8 * x.square().mean()


def test_kmeans_finds_separate_clusters():
    centres = torch.tensor([[0.0, 0.0], [50.0, 0.0], [0.0, 50.0], [50.0, 50.0]])
    rows = (centres[:, None] + 0.1 * torch.randn(4, 30, 2)).flatten(0, 1)
    centroids, counts = kmeans(rows, 4, 20)
    assert torch.cdist(centres, centroids).min(1).values.max() < 0.2
    assert counts.tolist() == [30, 30, 30, 30]


def test_fewer_vectors_than_codes_still_initialise():
    layer = VectorQuantizer(config())
    layer.initialize(torch.randn(3, 8))
    assert torch.isfinite(layer.embedding).all()
    assert_statistics_agree(layer)


def test_initialisation_happens_once_and_only_in_training():
    quantizer = ResidualVectorQuantizer(config(quantization_dropout=0.0))
    quantizer.eval()(torch.randn(2, 8, 16))
    assert not any(layer.initialized for layer in quantizer.layers)
    quantizer.train()(torch.randn(2, 8, 16))
    assert all(layer.initialized for layer in quantizer.layers)
    resumed = ResidualVectorQuantizer(config(quantization_dropout=0.0))
    resumed.load_state_dict(quantizer.state_dict())
    latent = torch.randn(2, 8, 16)
    quantizer(latent)
    resumed(latent)
    assert_same_state(state_of(quantizer), state_of(resumed))


def test_a_dead_code_is_replaced_by_a_residual_and_survives_the_next_update():
    layer = VectorQuantizer(config(dead_code_threshold=0.05))
    x = torch.randn(400, 8)
    layer.initialize(x)
    layer.embedding[:, 3] = 1e3
    layer.cluster_size[3] = 1e-4
    layer.embedding_avg[:, 3] = 1e3 * 1e-4
    layer.update(x, layer.nearest(x))
    replaced = layer.embedding[:, 3].clone()
    assert (x - replaced).norm(dim=1).min() < 1e-4
    assert_statistics_agree(layer)
    elsewhere = x[layer.nearest(x) != 3]
    layer.update(elsewhere, layer.nearest(elsewhere))
    torch.testing.assert_close(layer.embedding[:, 3], replaced, atol=1e-4, rtol=1e-4)


def test_threshold_zero_never_replaces():
    layer = VectorQuantizer(config(dead_code_threshold=0.0))
    layer.initialize(torch.randn(400, 8))
    layer.cluster_size[3] = 0.0
    layer.embedding_avg[:, 3] = 0.0
    x = torch.full((10, 8), 100.0)
    layer.update(x, torch.zeros(10, dtype=torch.long))
    assert layer.cluster_size[3] == 0


def test_training_sees_valid_steps_only():
    latent = torch.randn(3, 8, 10)
    lengths = torch.tensor([10, 4, 1])
    padded, poisoned = (ResidualVectorQuantizer(config(quantization_dropout=0.0)) for _ in range(2))
    poisoned.load_state_dict(padded.state_dict())
    noisy = latent.clone()
    noisy[1, :, 4:] = 1e6
    noisy[2, :, 1:] = float("nan")
    for _ in range(3):
        torch.manual_seed(1)
        a = padded(latent, lengths)
        torch.manual_seed(1)
        b = poisoned(noisy, lengths)
        assert torch.equal(a.commitment_loss, b.commitment_loss)
        assert all(torch.equal(s, t) for s, t in zip(a.tokens, b.tokens, strict=True))
    assert_same_state(state_of(padded), state_of(poisoned))
    assert (b.tokens[0][1, 4:] == -1).all()
    assert (b.quantized[2, :, 1:] == 0).all()


def test_commitment_loss_is_the_mean_over_elements_summed_over_layers():
    quantizer = trained(commitment_cost=0.5).eval()
    latent = torch.randn(2, 8, 6)
    residual, expected = latent, 0.0
    for layer, codes in zip(quantizer.layers, quantizer.encode(latent), strict=True):
        residual = residual - quantizer_lookup(layer, codes)
        expected += 0.5 * residual.square().mean()
    torch.testing.assert_close(quantizer(latent).commitment_loss, expected)


def test_arithmetic_stays_float32_under_autocast():
    quantizer = trained().eval()
    latent = torch.randn(2, 8, 6)
    with torch.autocast("cpu", torch.bfloat16):
        result = quantizer(latent)
    assert result.quantized.dtype == torch.float32
    assert torch.equal(result.quantized, quantizer(latent).quantized)


def test_permuting_a_codebook_renames_tokens_and_changes_nothing_else():
    quantizer = trained().eval()
    latent = torch.randn(2, 8, 6)
    before = quantizer(latent)
    permutation = torch.randperm(16)
    layer = quantizer.layers[1]
    layer.embedding.copy_(layer.embedding[:, permutation])
    after = quantizer(latent)
    assert torch.equal(before.quantized, after.quantized)
    assert torch.equal(permutation[after.tokens[1]], before.tokens[1])


def test_rows_are_drawn_without_repetition_while_they_last():
    rows = torch.arange(5.0)[:, None]
    assert len(draw_rows(rows, 5).unique()) == 5
    assert len(draw_rows(rows, 12)) == 12
    assert draw_rows(rows, 0).shape == (0, 1)


def test_the_search_follows_every_change_of_the_codebook():
    layer = VectorQuantizer(config())
    rows = torch.randn(40, 8)

    def agrees(layer):
        expected = torch.cdist(rows.double(), layer.embedding.t().double()).argmin(1)
        assert torch.equal(layer.nearest(rows), expected)
        assert torch.equal(layer.lookup(expected), layer.embedding.t()[expected])

    agrees(layer)
    layer.embedding.neg_()
    agrees(layer)
    layer.embedding[:, 3] = rows[0]
    agrees(layer)
    layer.embedding = torch.randn(8, 16)
    agrees(layer)
    layer.load_state_dict(VectorQuantizer(config()).state_dict())
    agrees(layer)
    layer.initialize(rows)
    agrees(layer)
    layer.update(rows, layer.nearest(rows))
    agrees(layer)
    for changes in range(12):  # whatever count of changes the original had reached
        copied = copy.deepcopy(layer)
        for _ in range(changes):
            copied.embedding.mul_(-1.1)
        agrees(copied)


def test_a_quantizer_made_in_inference_mode_follows_its_codebook_too():
    with torch.inference_mode():
        quantizer = trained().eval()
        latent = torch.randn(2, 8, 6)
        before = quantizer.encode(latent)[0]
        quantizer.layers[0].embedding.copy_(quantizer.layers[0].embedding.roll(1, dims=1))
        assert torch.equal(quantizer.encode(latent)[0], (before + 1) % 16)


def test_a_codebook_first_searched_in_inference_mode_can_still_be_trained_around():
    quantizer = trained().eval()
    latent = torch.randn(2, 8, 6)
    with torch.inference_mode():
        quantizer.encode(latent)
    latent.requires_grad_()
    quantizer(latent).commitment_loss.backward()
    assert latent.grad.abs().max() > 0
