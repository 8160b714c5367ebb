import pytest
import torch

from rvqvae import ResidualVectorQuantizer, RVQVAEConfig
from rvqvae.training.as_described import AsDescribed

CONFIG = RVQVAEConfig(
    latent_dim=8, num_embeddings=64, num_quantizers=3, quantization_dropout=0, dead_code_threshold=0
)


@pytest.fixture
def latent():
    return torch.randn(4, 8, 10, requires_grad=True)


def test_tensors_are_those_of_the_quantizer_proper():
    proper = ResidualVectorQuantizer(CONFIG).state_dict()
    literal = AsDescribed(CONFIG).state_dict()
    assert {k: v.shape for k, v in literal.items()} == {k: v.shape for k, v in proper.items()}


def test_codes_not_chosen_at_first_become_zero_and_stay_so(latent):
    quantizer = AsDescribed(CONFIG)
    tokens = quantizer(latent).tokens
    for layer, codes in zip(quantizer.layers, tokens, strict=True):
        norms = layer.embedding.norm(dim=0)
        chosen = torch.zeros(64, dtype=torch.bool)
        chosen[codes.unique()] = True
        assert (norms[chosen] > 0.1).all()
        assert (norms[~chosen] == 0).all()
    for _ in range(20):
        quantizer(latent)
    # All but one of the zero codes are duplicates of it and never chosen again.
    assert (quantizer.layers[0].embedding.norm(dim=0) == 0).sum() >= 64 - 40 - 1


def test_only_the_first_layer_has_a_commitment_gradient(latent):
    quantizer = AsDescribed(CONFIG).eval()
    result = quantizer(latent)
    (gradient,) = torch.autograd.grad(result.commitment_loss, latent, retain_graph=True)
    rows = latent.transpose(1, 2).flatten(0, 1)
    first = quantizer.layers[0]
    code = first.lookup(first.nearest(rows.detach()))
    (alone,) = torch.autograd.grad(torch.nn.functional.mse_loss(rows, code), latent)
    torch.testing.assert_close(gradient, alone)
    assert gradient.abs().max() > 0


def test_in_eval_mode_it_quantizes_as_the_quantizer_proper(latent):
    literal, proper = AsDescribed(CONFIG), ResidualVectorQuantizer(CONFIG)
    literal(latent)
    proper.load_state_dict(literal.state_dict())
    a, b = literal.eval()(latent), proper.eval()(latent)
    assert all(torch.equal(x, y) for x, y in zip(a.tokens, b.tokens, strict=True))
    torch.testing.assert_close(a.quantized, b.quantized)
    torch.testing.assert_close(a.commitment_loss, b.commitment_loss)
