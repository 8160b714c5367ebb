import pytest
import torch
import torch.nn.functional as F

from rvqvae.nn.synchronised import synchronised_batch_norm

EPS = 1e-5


def inputs(shape, dtype=torch.float64):
    generator = torch.Generator().manual_seed(3)
    x = 2 + 3 * torch.randn(shape, generator=generator, dtype=dtype)
    weight, bias = torch.randn(2, shape[1], generator=generator, dtype=dtype)
    return [value.requires_grad_() for value in (x, weight.clone(), bias.clone())]


@pytest.mark.parametrize("shape", [(3, 5, 4), (7, 5)])
def test_alone_it_is_batch_normalisation(shape):
    x, weight, bias = inputs(shape)
    y, mean, variance, count = synchronised_batch_norm(x, weight, bias, EPS)
    dims = [d for d in range(len(shape)) if d != 1]
    torch.testing.assert_close(y, F.batch_norm(x, None, None, weight, bias, training=True, eps=EPS))
    torch.testing.assert_close(mean, x.detach().mean(dims))
    torch.testing.assert_close(variance, x.detach().var(dims, correction=0))
    assert int(count) == x.numel() // shape[1]


@pytest.mark.parametrize("shape", [(3, 5, 4), (7, 5)])
def test_its_gradients_are_those_of_finite_differences(shape):
    assert torch.autograd.gradcheck(
        lambda *values: synchronised_batch_norm(*values, EPS)[0], inputs(shape), atol=1e-6
    )


def test_gradients_of_bfloat16_values_are_those_of_float32_but_for_rounding():
    x, weight, bias = inputs((16, 5, 32), torch.float32)
    wanted = torch.randn(x.shape, generator=torch.Generator().manual_seed(4))

    def gradients(x):
        x.requires_grad_()
        y = synchronised_batch_norm(x, weight, bias, EPS)[0]
        assert y.dtype == x.dtype
        return torch.autograd.grad((y.float() * wanted).sum(), (x, weight, bias))

    rounded = x.detach().bfloat16()
    for half, exact in zip(gradients(rounded), gradients(rounded.detach().float()), strict=True):
        torch.testing.assert_close(half.float(), exact, rtol=0.05, atol=0.02)


def test_statistics_of_bfloat16_values_are_not_rounded():
    x, weight, bias = inputs((64, 5, 64), torch.float32)
    x = (x.detach() + 100).bfloat16()
    _, mean, variance, _ = synchronised_batch_norm(x, weight, bias, EPS)
    torch.testing.assert_close(mean, x.float().mean((0, 2)), rtol=1e-4, atol=0)
    torch.testing.assert_close(variance, x.float().var((0, 2), correction=0), rtol=1e-2, atol=0)
