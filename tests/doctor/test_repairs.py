import torch
import torch.nn.functional as F

from rvqvae.doctor.repairs import untransposed, with_strides


def test_mirroring_strides_twice_changes_nothing(tiny_model):
    motion = torch.randn(2, 263, 32)
    mirrored = with_strides(tiny_model, (1, 1, 2, 2), (1, 1, 2, 2))
    back = with_strides(mirrored, (2, 2, 1, 1), (2, 2, 1, 1))
    for a, b in zip(tiny_model.encode_to_tokens(motion), back.encode_to_tokens(motion), strict=True):
        assert torch.equal(a, b)
    latent = torch.randn(2, 8, 6)
    torch.testing.assert_close(back.decoder(latent), tiny_model.decoder(latent))
    assert not torch.allclose(mirrored.decoder(latent), tiny_model.decoder(latent), atol=1e-2)


def test_a_decoder_block_computes_the_same_convolution_at_either_stride(tiny_model):
    """A stride of 2 is a stride of 1 over an input with zeros in between."""
    latent = torch.randn(1, 8, 5)
    upsampling = tiny_model.decoder.convs[0]
    plain = with_strides(tiny_model, decoder=(1, 2, 2, 1)).decoder.convs[0]
    spread = torch.zeros(1, 8, 10)
    spread[..., ::2] = latent
    torch.testing.assert_close(plain(spread), upsampling(latent))
    expected = F.conv_transpose1d(latent, upsampling.weight, upsampling.bias, padding=1)
    torch.testing.assert_close(plain(latent), expected)


def test_untransposed_undoes_a_reshaped_transpose():
    codebook = torch.randn(6, 10)
    assert torch.equal(untransposed(codebook.t().reshape(6, 10)), codebook)
