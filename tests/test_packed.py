"""Weights packed for a CPU's kernels follow every change of the weights and change last bits only."""

import copy
import pickle

import pytest
import torch

from rvqvae import RVQVAE
from rvqvae import packed as packed_module
from rvqvae.packed import Kept, PackedConv1d, PackedConvTranspose1d

KINDS = [
    lambda: PackedConv1d(5, 7, 3, padding=1),
    lambda: PackedConvTranspose1d(5, 7, 3, stride=2, padding=1, output_padding=1),
]


@pytest.fixture(params=KINDS, ids=["convolution", "transposed"])
def layer(request):
    return request.param()


def packed_and_plain(layer, x):
    with torch.no_grad():
        packed = layer(x)
    return packed, layer(x).detach()


@pytest.mark.parametrize("frames", [1, 4, 37, 200])
def test_packed_layers_convolve_as_pytorch_does(layer, frames):
    packed, plain = packed_and_plain(layer, torch.randn(3, 5, frames))
    assert packed.shape == plain.shape
    torch.testing.assert_close(packed, plain, atol=1e-6, rtol=1e-5)


def by_step(layer):
    layer.weight.grad = torch.ones_like(layer.weight)
    torch.optim.SGD(layer.parameters(), 0.5).step()


def by_loading(layer):
    layer.load_state_dict({k: v + 1 for k, v in layer.state_dict().items()})


def by_precision(layer):
    with torch.no_grad():
        layer.weight.mul_(1.001)
    layer(torch.randn(1, 5, 8))
    layer.bfloat16().float()


@pytest.mark.parametrize("change", [by_step, by_loading, by_precision])
def test_a_changed_weight_is_packed_anew(layer, change):
    x = torch.randn(1, 5, 20)
    before, _ = packed_and_plain(layer, x)
    change(layer)
    packed, plain = packed_and_plain(layer, x)
    assert (packed - before).abs().max() > 1e-4
    torch.testing.assert_close(packed, plain, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_a_copy_packs_its_own_weights(duplicate):
    model = RVQVAE(input_dim=8, hidden_dim=16, latent_dim=8, num_embeddings=16).eval()
    motion = torch.randn(1, 8, 20)
    with torch.no_grad():
        first = model(motion)[0]
        twin = duplicate(model)
        assert torch.equal(twin(motion)[0], first)
        for parameter in twin.parameters():
            parameter.mul_(2)
        assert torch.equal(model(motion)[0], first)
        changed = twin(motion)[0]
    torch.testing.assert_close(changed, twin(motion)[0].detach(), atol=1e-5, rtol=1e-4)


def test_what_was_first_asked_for_in_inference_mode_serves_training(layer):
    x = torch.randn(1, 5, 20)
    with torch.inference_mode():
        layer(x)
    layer(x).sum().backward()
    assert layer.weight.grad.abs().sum() > 0


def test_kept_asks_again_only_after_a_change():
    kept, tensor, asked = Kept(), torch.zeros(3), []
    make = lambda t: asked.append(t.clone()) or t.sum()  # noqa: E731
    assert kept.of(tensor, make) == kept.of(tensor, make) == 0
    assert len(asked) == 1
    tensor.add_(1)
    assert kept.of(tensor, make) == 3
    assert kept.of(torch.full((3,), 2.0), make) == 6
    assert len(asked) == 3


@pytest.fixture
def asked_anew():
    packed_module._kernels_work.cache_clear()
    yield
    packed_module._kernels_work.cache_clear()


def test_a_pytorch_without_the_operators_does_without_them(asked_anew, monkeypatch):
    def missing(*_):
        raise NotImplementedError("no such operator for this processor")

    monkeypatch.setattr(packed_module, "product", missing)
    assert not packed_module.packable(torch.ones(1))


def test_asking_draws_no_random_numbers(asked_anew):
    before = torch.get_rng_state()
    packed_module.packable(torch.ones(1))
    assert torch.equal(torch.get_rng_state(), before)


def test_without_packing_the_results_are_the_same(monkeypatch):
    model = RVQVAE(input_dim=8, hidden_dim=16, latent_dim=8, num_embeddings=16).eval()
    motion = torch.randn(2, 8, 40)
    with torch.no_grad():
        packed, tokens, loss = model(motion)
        monkeypatch.setattr(packed_module, "_kernels_work", lambda: False)
        plain, plain_tokens, plain_loss = model(motion)
    torch.testing.assert_close(packed, plain, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(loss, plain_loss)
    assert all(map(torch.equal, tokens, plain_tokens))
