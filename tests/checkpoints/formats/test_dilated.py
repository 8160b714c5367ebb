from argparse import Namespace

import numpy as np
import pytest
import torch

from rvqvae import CheckpointError, load_checkpoint, save_checkpoint
from rvqvae.nn.dilated import DilatedConfig
from tests.checkpoints.formats.original_dilated import Network
from tests.support.checkpoints import write_momask


@pytest.fixture
def network():
    return Network().settle()


def write_t2m_gpt(folder, network):
    width = network.encoder.model[0].in_channels
    torch.save({"net": {f"vqvae.{k}": v for k, v in network.state_dict().items()}}, folder / "net_last.pth")
    (folder / "meta").mkdir()
    np.save(folder / "meta" / "mean.npy", np.full(width, 0.25, np.float32))
    np.save(folder / "meta" / "std.npy", np.full(width, 0.5, np.float32))
    return folder / "net_last.pth"


def compare(checkpoint, network, rng, frames=200):
    raw = (rng.normal(size=(frames, checkpoint.config.input_dim)) * checkpoint.std + checkpoint.mean).astype(
        np.float32
    )
    expected = network.tokens(torch.from_numpy((raw - checkpoint.mean) / checkpoint.std).T[None])
    tokens = checkpoint.encode(raw)
    np.testing.assert_array_equal(tokens, expected)
    different = [len(np.unique(row)) for row in tokens]
    assert min(different) > 1
    assert max(different) > 4
    for layers in {1, len(tokens)}:
        normalised = network.decode(expected, layers)[0].T.numpy()
        got = (checkpoint.decode(tokens, range(layers)) - checkpoint.mean) / checkpoint.std
        assert np.abs(normalised).max() > 0.5
        np.testing.assert_allclose(got, normalised, atol=1e-4 * np.abs(normalised).max(), rtol=0)


@pytest.mark.parametrize("seed", range(3))
def test_momask_gives_the_published_networks_tokens(tmp_path, rng, seed):
    torch.manual_seed(seed)
    network = Network().settle()
    checkpoint = load_checkpoint(write_momask(tmp_path, network))
    assert (checkpoint.layout, checkpoint.fps, checkpoint.name) == ("humanml3d", 20.0, "rvq_nq6_test")
    assert checkpoint.info == {
        "file": "net_best_fid.tar",
        "file_layout": "MoMask",
        "statistics": "mean.npy and std.npy in meta",
        "remarks": [],
    }
    compare(checkpoint, network, rng)


def test_t2m_gpt_gives_the_published_networks_tokens(tmp_path, rng):
    network = Network(quantizers=None, codes=64).settle()
    checkpoint = load_checkpoint(write_t2m_gpt(tmp_path, network))
    assert checkpoint.config.num_quantizers == 1
    assert checkpoint.info["file_layout"] == "T2M-GPT"
    (remark,) = checkpoint.info["remarks"]
    assert "dilation_growth_rate and vq_act" in remark
    compare(checkpoint, network, rng)


@pytest.mark.parametrize(
    ("sizes", "options"),
    [
        ({"stages": 3, "depth": 2}, {}),
        ({"stages": 1, "growth": 2}, {"dilation_growth_rate": 2}),
        ({"activation": "silu"}, {"vq_act": "silu"}),
        ({"activation": "gelu", "depth": 1}, {"vq_act": "gelu"}),
        ({"features": 251}, {"dataset_name": "kit"}),
    ],
)
def test_other_sizes_and_activations(tmp_path, rng, sizes, options):
    network = Network(**sizes).settle()
    checkpoint = load_checkpoint(write_momask(tmp_path, network, **options))
    compare(checkpoint, network, rng)
    if sizes.get("features") == 251:
        assert (checkpoint.layout, checkpoint.fps) == ("kit-ml", 12.5)


def test_published_sizes(tmp_path, rng):
    network = Network(width=512, dim=512, codes=512).settle()
    compare(load_checkpoint(write_momask(tmp_path, network)), network, rng, frames=64)


def test_mean_and_std_are_taken_as_stored(tmp_path, network):
    path = write_momask(tmp_path, network)
    checkpoint = load_checkpoint(path)
    for part, array in (("mean", checkpoint.mean), ("std", checkpoint.std)):
        stored = np.load(tmp_path / "meta" / f"{part}.npy").astype(np.float32)
        np.testing.assert_array_equal(array, stored)


def test_the_run_folder_is_enough(tmp_path, network, rng):
    write_momask(tmp_path, network)
    compare(load_checkpoint(tmp_path), network, rng)


def test_a_padded_batch_gives_each_clip_what_it_gets_alone(tmp_path, network):
    model = load_checkpoint(write_momask(tmp_path, network)).model
    lengths = torch.tensor([64, 23, 4, 50])
    batch = torch.randn(4, 263, 64)
    tokens = model.encode_to_tokens(batch, lengths)
    decoded = model.decode_from_tokens(tokens, length=64, lengths=lengths)
    for clip, n, row in zip(batch, lengths.tolist(), range(4), strict=True):
        alone = model.encode_to_tokens(clip[None, :, :n])
        steps = alone[0].shape[1]
        for together, single in zip(tokens, alone, strict=True):
            assert torch.equal(together[row, :steps], single[0])
            assert (together[row, steps:] == -1).all()
        expected = model.decode_from_tokens(alone, length=n)[0]
        scale = float(expected.abs().max())
        torch.testing.assert_close(decoded[row, :, :n], expected, atol=1e-5 * scale, rtol=0)
        assert (decoded[row, :, n:] == 0).all()


def test_saved_in_our_own_layout_it_stays_the_same(tmp_path, network, rng):
    foreign = load_checkpoint(write_momask(tmp_path / "momask", network))
    save_checkpoint(
        tmp_path / "own", foreign.model, mean=foreign.mean, std=foreign.std, name="momask", info=foreign.info
    )
    own = load_checkpoint(tmp_path / "own")
    assert own.config == foreign.config
    assert own.fingerprint == foreign.fingerprint
    features = rng.normal(size=(40, 263))
    np.testing.assert_array_equal(own.encode(features), foreign.encode(features))


def test_missing_statistics_are_refused(tmp_path, network):
    path = write_momask(tmp_path, network)
    (tmp_path / "meta" / "std.npy").unlink()
    with pytest.raises(CheckpointError, match=r"found no mean\.npy and std\.npy"):
        load_checkpoint(path)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"encoder.model.2.1.model.1.conv1.weight": torch.zeros(32, 32, 5)},
            r"tensor encoder\.model\.2\.1\.model\.1\.conv1\.weight: found shape \(32, 32, 5\); expected",
        ),
        (
            {"quantizer.layers.3.codebook": torch.zeros(24, 40)},
            r"tensor quantizer\.layers\.3\.codebook: found shape \(24, 40\); expected shape \(40, 24\)",
        ),
        ({"decoder.model.6.bias": None}, r"tensor decoder\.model\.6\.bias: found no such tensor"),
        ({"encoder.model.2.1.model.0.norm1.weight": torch.ones(32)}, "normalisation inside its blocks"),
        ({"encoder.model.0.weight": torch.zeros(3)}, "expected those of MoMask or T2M-GPT"),
    ],
)
def test_tensors_that_do_not_fit_are_named(tmp_path, network, change, sentence):
    path = write_momask(tmp_path, network)
    state = {k: v for k, v in {**network.state_dict(), **change}.items() if v is not None}
    torch.save({"vq_model": state}, path)
    with pytest.raises(CheckpointError, match=sentence):
        load_checkpoint(path)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"vq_norm": "GN"}, "vq_norm GN; only networks without it"),
        ({"vq_act": "tanh"}, "activation is 'tanh'"),
        ({"dilation_growth_rate": "x"}, "invalid literal"),
    ],
)
def test_options_that_are_not_supported(tmp_path, network, options, sentence):
    with pytest.raises(CheckpointError, match=sentence):
        load_checkpoint(write_momask(tmp_path, network, **options))


def test_impossible_hyperparameters_are_refused():
    for wrong, sentence in (
        ({"depth": 0}, "depth is 0"),
        ({"num_layers": 3}, "3 halvings give 8"),
        ({"activation": "tanh"}, "must be one of"),
        ({"depth": 16}, "a dilation of 14348907"),
    ):
        with pytest.raises(ValueError, match=sentence):
            DilatedConfig(**wrong)


def test_arguments_saved_beside_the_weights_are_read(tmp_path, network, rng):
    path = write_momask(tmp_path, network)
    torch.save({"vq_model": network.state_dict(), "args": Namespace(lr=1e-4)}, path)
    compare(load_checkpoint(path), network, rng)
