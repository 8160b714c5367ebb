"""What is derived from weights follows every change of them."""

import copy
import pickle

import pytest
import torch

from rvqvae import RVQVAE
from rvqvae.nn.products import Conv1d, ConvTranspose1d
from rvqvae.nn.versioned_cache import VersionedCache

KINDS = [
    lambda: Conv1d(5, 7, 3, padding=1, batch_invariant=True),
    lambda: Conv1d(5, 7, 3, padding=1, batch_invariant=False),
    lambda: ConvTranspose1d(5, 7, batch_invariant=False),
]


@pytest.fixture(params=KINDS, ids=["batch-invariant", "convolution", "transposed"])
def layer(request):
    return request.param()


def by_both(layer, x):
    with torch.no_grad():
        product = layer(x)
    return product, layer(x).detach()


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
def test_a_changed_weight_is_laid_out_anew(layer, change):
    x = torch.randn(1, 5, 20)
    before, _ = by_both(layer, x)
    change(layer)
    product, plain = by_both(layer, x)
    assert (product - before).abs().max() > 1e-4
    torch.testing.assert_close(product, plain, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_a_copy_lays_out_its_own_weights(duplicate):
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


def test_a_value_is_derived_again_only_after_a_change():
    derived, tensor = [], torch.zeros(3)
    cache = VersionedCache(lambda t: derived.append(t.clone()) or t.sum())
    assert cache.get(tensor) == cache.get(tensor) == 0
    assert len(derived) == 1
    tensor.add_(1)
    assert cache.get(tensor) == 3
    assert cache.get(torch.full((3,), 2.0)) == 6
    assert len(derived) == 3
