import pytest
import torch
from torch import nn

from rvqvae import RVQVAE, RVQVAEConfig, compute_rvq_loss
from tests.support.state import assert_same_state, state_of


def test_the_usage_example_runs_as_written():
    motion = torch.randn(2, 263, 64)
    model = RVQVAE(input_dim=263, output_dim=263)
    reconstructed, tokens, commit_loss = model(motion)
    total_loss, loss_dict = compute_rvq_loss(reconstructed, motion, commit_loss)
    total_loss.backward()
    assert set(loss_dict) == {"total", "reconstruction", "global", "commitment", "velocity"}
    tokens = model.encode_to_tokens(motion)
    assert len(tokens) == 6
    assert all(t.shape == (2, 16) and t.min() >= 0 and t.max() < 512 for t in tokens)
    reconstructed = model.decode_from_tokens(tokens)
    assert reconstructed.shape == motion.shape


def test_architecture_is_the_published_one():
    model = RVQVAE()
    shapes = [tuple(c.weight.shape) for c in model.encoder.convs]
    assert shapes == [(512, 263, 3), (512, 512, 3), (512, 512, 3), (256, 512, 3)]
    assert [c.stride for c in model.encoder.convs] == [(2,), (2,), (1,), (1,)]
    assert len(model.encoder.norms) == 4
    kinds = [type(c).__bases__[-1] for c in model.decoder.convs]
    assert kinds == [nn.ConvTranspose1d, nn.ConvTranspose1d, nn.Conv1d, nn.Conv1d]
    assert [c.stride for c in model.decoder.convs] == [(2,), (2,), (1,), (1,)]
    assert [c.out_channels for c in model.decoder.convs] == [512, 512, 512, 263]
    assert len(model.decoder.norms) == 3
    assert model.quantizer.layers[0].embedding.shape == (256, 512)
    assert not any(p.shape == (256, 512) for p in model.quantizer.parameters())


@pytest.mark.parametrize("width", [1, 251, 263, 623, 668])
@pytest.mark.parametrize("frames", [1, 2, 3, 4, 5, 63, 64])
def test_any_width_and_length_lengths_in_are_lengths_out(width, frames):
    config = RVQVAEConfig(input_dim=width, latent_dim=8, hidden_dim=16, num_embeddings=16)
    for mode in (True, False):
        model = RVQVAE(config).train(mode)
        motion = torch.randn(1, width, frames)
        reconstructed, tokens, _ = model(motion)
        assert reconstructed.shape == motion.shape
        assert torch.isfinite(reconstructed).all()
        assert all(t.shape == (1, -(-frames // 4)) for t in tokens)


@pytest.mark.parametrize(("layers", "ratio"), [(1, 1), (2, 4), (4, 8), (5, 4)])
def test_any_depth_and_ratio(layers, ratio):
    model = RVQVAE(num_layers=layers, downsampling_ratio=ratio, latent_dim=8, hidden_dim=16).eval()
    motion = torch.randn(2, 263, 19)
    reconstructed, tokens, _ = model(motion)
    assert reconstructed.shape == motion.shape
    assert tokens[0].shape == (2, -(-19 // ratio))


def test_a_length_the_ratio_does_not_divide_is_padded_with_the_last_frame(tiny_model):
    motion = torch.randn(1, 263, 10)
    extended = torch.cat([motion, motion[..., -1:].expand(-1, -1, 2)], dim=-1)
    assert all(
        torch.equal(a, b)
        for a, b in zip(
            tiny_model.encode_to_tokens(motion), tiny_model.encode_to_tokens(extended), strict=True
        )
    )


def test_output_width_may_differ_from_input_width():
    model = RVQVAE(input_dim=20, output_dim=7, latent_dim=8, hidden_dim=16).eval()
    assert model(torch.randn(1, 20, 9))[0].shape == (1, 7, 9)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_first_k_layers_decode_as_later_layers_dropped(tiny_model, k):
    tokens = tiny_model.encode_to_tokens(torch.randn(2, 263, 24))
    dropped = [t if v < k else torch.full_like(t, -1) for v, t in enumerate(tokens)]
    first = tiny_model.decode_from_tokens(tokens[:k])
    assert torch.equal(first, tiny_model.decode_from_tokens(dropped))
    assert not torch.equal(first, tiny_model.decode_from_tokens(tokens))


def test_padded_batch_equals_cropped_clips_one_by_one(tiny_model):
    lengths = torch.tensor([37, 1, 6, 24, 3])
    motion = torch.randn(5, 263, 37)
    padded = motion.clone()
    for row, length in zip(padded, lengths, strict=True):
        row[:, length:] = 1e9
    tokens = tiny_model.encode_to_tokens(padded, lengths)
    reconstructed, forward_tokens, _ = tiny_model(padded, lengths)
    decoded = tiny_model.decode_from_tokens(tokens, length=37, lengths=lengths)
    for i, length in enumerate(lengths.tolist()):
        alone = motion[i : i + 1, :, :length]
        steps = -(-length // 4)
        expected = tiny_model.encode_to_tokens(alone)
        for batch in (tokens, forward_tokens):
            assert all(torch.equal(b[i, :steps], e[0]) for b, e in zip(batch, expected, strict=True))
            assert all((b[i, steps:] == -1).all() for b in batch)
        frames = tiny_model(alone)[0][0]
        for batch in (reconstructed, decoded):
            torch.testing.assert_close(batch[i, :, :length], frames, atol=1e-5, rtol=1e-5)
            assert (batch[i, :, length:] == 0).all()


def test_training_step_ignores_what_stands_in_padding(tiny_config):
    lengths = torch.tensor([16, 7, 2])
    motion = torch.randn(3, 263, 16)
    noisy = motion.clone()
    noisy[1, :, 7:] = float("nan")
    noisy[2, :, 2:] = 1e9
    mask = torch.arange(16) < lengths[:, None]
    model = RVQVAE(tiny_config)
    start = state_of(model)
    results = []
    for x in (motion, noisy):
        model.load_state_dict(start)
        model.zero_grad()
        torch.manual_seed(3)
        reconstructed, _, commitment = model(x, lengths)
        loss, _ = compute_rvq_loss(reconstructed, x, commitment, mask)
        loss.backward()
        grads = {n: p.grad.clone() for n, p in model.named_parameters()}
        results.append((loss, grads, state_of(model)))
    (loss_a, grads_a, state_a), (loss_b, grads_b, state_b) = results
    assert torch.isfinite(loss_b)
    assert torch.equal(loss_a, loss_b)
    assert_same_state(grads_a, grads_b)
    assert_same_state(state_a, state_b)


def test_batchnorm_in_training_sees_valid_frames_only(tiny_config):
    model = RVQVAE(tiny_config)
    norm = model.encoder.norms[0]
    x = torch.randn(2, 16, 5)
    mask = torch.tensor([[True] * 5, [True, True, False, False, False]])
    out = norm(x, mask)
    valid = out.transpose(1, 2)[mask]
    torch.testing.assert_close(valid.mean(0), torch.zeros(16), atol=1e-5, rtol=0)
    torch.testing.assert_close(valid.var(0, correction=0), torch.ones(16), atol=1e-3, rtol=0)
    assert (out.transpose(1, 2)[~mask] == 0).all()


@pytest.mark.parametrize("training", [True, False])
def test_encoding_and_decoding_leave_mode_and_buffers_as_they_were(tiny_model, training):
    tiny_model.train(training)
    tiny_model.decoder.norms[0].eval()
    before = state_of(tiny_model)
    modes = {n: m.training for n, m in tiny_model.named_modules()}
    motion = torch.randn(2, 263, 12)
    first = tiny_model.encode_to_tokens(motion)
    second = tiny_model.encode_to_tokens(motion)
    assert torch.equal(tiny_model.decode_from_tokens(first), tiny_model.decode_from_tokens(second))
    assert modes == {n: m.training for n, m in tiny_model.named_modules()}
    assert_same_state(before, state_of(tiny_model))


def test_eval_forward_never_changes_a_buffer(tiny_model):
    before = state_of(tiny_model)
    tiny_model(torch.randn(2, 263, 12))
    assert_same_state(before, state_of(tiny_model))


def test_an_edit_reaches_only_the_receptive_field(tiny_model):
    tokens = tiny_model.encode_to_tokens(torch.randn(1, 263, 160))
    before = tiny_model.decode_from_tokens(tokens)
    edited = [t.clone() for t in tokens]
    edited[0][0, 20] = (edited[0][0, 20] + 1) % 16
    changed = (tiny_model.decode_from_tokens(edited) != before).any(1)[0].nonzero()[:, 0]
    assert changed.min() < 80 < changed.max()
    assert changed.min() >= 80 - 12
    assert changed.max() < 84 + 12


@pytest.mark.parametrize(
    ("tokens", "sentence"),
    [
        ([], "found tokens of 0 layers; expected 1 to 4"),
        ([torch.zeros(1, 3, dtype=torch.long)] * 5, "found tokens of 5 layers"),
        ([torch.full((1, 3), 16)], "layer 1 holds code 16; codes run from 0 to 15"),
        ([torch.zeros(1, 3, dtype=torch.long), torch.full((1, 3), -2)], "layer 2 holds code -2"),
        ([torch.zeros(1, 3, dtype=torch.long), torch.zeros(1, 4, dtype=torch.long)], "one shape"),
    ],
)
def test_tokens_that_do_not_fit_are_refused(tiny_model, tokens, sentence):
    with pytest.raises(ValueError, match=sentence):
        tiny_model.decode_from_tokens(tokens)


def test_motion_that_does_not_fit_is_refused(tiny_model):
    with pytest.raises(ValueError, match=r"shape \(1, 251, 8\); expected \(B, 263, N\)"):
        tiny_model(torch.randn(1, 251, 8))
    with pytest.raises(ValueError, match="lengths are"):
        tiny_model(torch.randn(2, 263, 8), torch.tensor([8, 9]))
    with pytest.raises(ValueError, match="length is 13"):
        tiny_model.decode_from_tokens([torch.zeros(1, 3, dtype=torch.long)], length=13)
    with pytest.raises(ValueError, match="either a config or hyperparameters"):
        RVQVAE(RVQVAEConfig(), input_dim=4)
