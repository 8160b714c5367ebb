"""Convolutions as matrix products: PyTorch's results, and taken where they should be."""

import pytest
import torch

from rvqvae import RVQVAE
from rvqvae.nn import products
from rvqvae.nn.dilated import DilatedConfig, DilatedRVQVAE
from rvqvae.nn.products import Conv1d, ConvTranspose1d

SMALL = {"input_dim": 8, "hidden_dim": 16, "latent_dim": 8, "num_embeddings": 16, "num_quantizers": 2}


@pytest.fixture(params=["plain", "dilated"])
def model(request):
    if request.param == "plain":
        return RVQVAE(**SMALL).eval()
    return DilatedRVQVAE(DilatedConfig(**SMALL)).eval()


@pytest.fixture
def counted(monkeypatch):
    """Names of the convolutions computed as products, and of those left to PyTorch, as they run."""
    calls = {"product": 0, "pytorch": 0}

    def counting(kind, function):
        def call(*args, **kwargs):
            calls[kind] += 1
            return function(*args, **kwargs)

        return call

    for kind in (Conv1d, ConvTranspose1d):
        monkeypatch.setattr(kind, "by_product", counting("product", kind.by_product))
    for kind in (torch.nn.Conv1d, torch.nn.ConvTranspose1d):
        monkeypatch.setattr(kind, "forward", counting("pytorch", kind.forward))
    return calls


def convolutions(model):
    return sum(isinstance(m, Conv1d | ConvTranspose1d) for m in model.modules())


@pytest.mark.parametrize("padding", [False, True])
def test_every_convolution_runs_as_a_product_without_gradients(model, counted, padding):
    lengths = torch.tensor([20, 13]) if padding else None
    model.decode_from_tokens(model.encode_to_tokens(torch.randn(2, 8, 20), lengths), lengths=lengths)
    assert counted == {"product": convolutions(model), "pytorch": 0}


def test_training_runs_pytorchs_convolutions(model, counted):
    model(torch.randn(2, 8, 20))[0].sum().backward()
    assert counted == {"product": 0, "pytorch": convolutions(model)}


def test_other_precisions_run_pytorchs_convolutions(model, counted):
    with torch.no_grad():
        model.encoder.double()(torch.randn(1, 8, 20, dtype=torch.float64))
    assert counted["product"] == 0


def test_searches_run_as_products_too(monkeypatch):
    quantizer = RVQVAE(**SMALL).eval().quantizer
    shapes = []
    inner = torch.baddbmm
    monkeypatch.setattr(torch, "baddbmm", lambda *args: shapes.append(tuple(args[1].shape)) or inner(*args))
    quantizer.encode(torch.randn(1, 8, 30))
    assert shapes == [(2, products.block_rows(), 8)] * 2


@pytest.mark.parametrize("batch_invariant", [False, True])
@pytest.mark.parametrize("shape", [(3, 2, 1), (4, 2, 1), (3, 1, 1), (3, 1, 3), (3, 1, 9), (1, 1, 1)])
@pytest.mark.parametrize("frames", [1, 4, 37, 200])
def test_a_convolution_is_pytorchs(shape, frames, batch_invariant):
    size, stride, dilation = shape
    padding = dilation if size > 1 else 0
    if frames + 2 * padding < dilation * (size - 1) + 1:
        pytest.skip("PyTorch has no output for it")
    layer = Conv1d(
        5, 7, size, stride=stride, dilation=dilation, padding=padding, batch_invariant=batch_invariant
    )
    check(layer, torch.randn(3, 5, frames))


@pytest.mark.parametrize("batch_invariant", [False, True])
@pytest.mark.parametrize("frames", [1, 4, 37, 200])
def test_a_transposed_convolution_is_pytorchs(frames, batch_invariant):
    check(ConvTranspose1d(5, 7, batch_invariant=batch_invariant), torch.randn(3, 5, frames))


def check(layer, x):
    with torch.no_grad():
        product = layer(x)
    plain = layer(x)
    assert plain.requires_grad
    assert product.shape == plain.shape
    torch.testing.assert_close(product, plain.detach(), atol=1e-6, rtol=1e-5)


def test_the_network_is_within_1e_5_of_pytorchs(monkeypatch, model):
    motion = torch.randn(2, 8, 40)
    with torch.no_grad():
        ours, tokens, loss = model(motion)
        monkeypatch.setattr(products, "applies_to", lambda *_: False)
        plain, plain_tokens, plain_loss = model(motion)
    torch.testing.assert_close(ours, plain, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(loss, plain_loss)
    assert all(map(torch.equal, tokens, plain_tokens))


@pytest.mark.parametrize("columns", [7, 33, 256, 512])
@pytest.mark.parametrize("width", [15, 64, 789, 1536])
def test_a_row_is_summed_alike_at_every_place_among_any_rows_by_any_threads(width, columns):
    """What `block_rows` and the least number of blocks are chosen for, on this processor."""
    weight, bias = products.lay_out(torch.randn(width, columns)), torch.randn(columns)
    row, threads, results = torch.randn(width), torch.get_num_threads(), []
    try:
        for used in (1, 2, 4):
            torch.set_num_threads(used)
            for count in (1, 27, 48, 56, 57, 100, 700):
                rows = products.empty_rows(count, width, row, batch_invariant=True)
                rows[:count] = row
                results.append(products.product(rows, weight, bias, batch_invariant=True)[:count])
    finally:
        torch.set_num_threads(threads)
    every = torch.cat(results)
    assert torch.equal(every, every[:1].expand_as(every))


def test_blocks_of_rows_that_are_not_summed_alike_are_not_taken(monkeypatch):
    inner = torch.bmm

    def uneven(blocks, weight):
        sums = inner(blocks, weight)
        if blocks.shape[1] == 28:
            sums[:, -1] += 1e-6
        return sums

    monkeypatch.setattr(torch, "bmm", uneven)
    assert products.block_rows.__wrapped__() == 24
