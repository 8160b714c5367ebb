import numpy as np
import pytest
import torch

from rvqvae import CheckpointError, load_checkpoint
from tests.checkpoints.formats.original_motion_s import Original

CONFIG = {
    "input_dim": 20,
    "output_dim": 20,
    "latent_dim": 16,
    "hidden_dim": 24,
    "num_layers": 4,
    "downsampling_ratio": 4,
    "num_quantizers": 6,
    "num_embeddings": 32,
    "learning_rate": 2e-4,
    "dataset": "motion-s",
}


@pytest.fixture
def original():
    return Original().settle()


def write(folder, network, content=None, *, name="rvq_vae_best.pth", statistics=True):
    width = network.encoder.encoder[0].weight.shape[1]
    torch.save(content or {"model_state_dict": network.state_dict(), "config": CONFIG}, folder / name)
    if statistics:
        rng = np.random.default_rng(1)
        np.savez(folder / "normalization.npz", mean=rng.normal(size=width), std=rng.uniform(0.5, 2, width))
    return folder / name


def compare(checkpoint, original, rng, frames=320):
    """Tokens exactly as the original network's, reconstructions of every depth within 1e-4."""
    raw = rng.normal(size=(frames, checkpoint.config.input_dim)).astype(np.float32)
    x = torch.from_numpy((raw - checkpoint.mean) / checkpoint.std).T[None]
    expected = original.tokens(x)
    tokens = checkpoint.encode(raw)
    np.testing.assert_array_equal(tokens, expected)
    different = [len(np.unique(row)) for row in tokens]
    assert min(different) > 1
    assert sum(different) > 4 * len(tokens)
    for layers in (1, 3, len(tokens)):
        wanted = original.decode(expected, layers)[0].T.numpy() * checkpoint.std + checkpoint.mean
        got = checkpoint.decode(tokens, range(layers))
        assert np.abs(wanted).max() > 0.5
        np.testing.assert_allclose(got, wanted, atol=1e-4, rtol=0)


@pytest.mark.parametrize("seed", range(5))
def test_tokens_and_reconstructions_are_the_original_networks(tmp_path, seed):
    torch.manual_seed(seed)
    original = Original().settle()
    checkpoint = load_checkpoint(write(tmp_path, original))
    compare(checkpoint, original, np.random.default_rng(seed))


def test_published_sizes(tmp_path, rng):
    sizes = {
        "input_dim": 668,
        "hidden_dim": 512,
        "latent_dim": 256,
        "num_quantizers": 6,
        "num_embeddings": 512,
    }
    original = Original(**sizes).settle()
    config = {**CONFIG, **sizes, "output_dim": 668}
    path = write(tmp_path, original, {"model_state_dict": original.state_dict(), "config": config})
    checkpoint = load_checkpoint(path)
    assert (checkpoint.layout, checkpoint.fps, checkpoint.name) == ("motion-s", 30.0, "rvq_vae_best")
    assert checkpoint.info["remarks"] == []
    compare(checkpoint, original, rng)


def saved_forms(original):
    state = original.state_dict()
    parallel = {f"module.{key}": value for key, value in state.items()}
    return {
        "named": {"model_state_dict": state, "config": CONFIG, "epoch": 7, "val_loss": np.float64(0.5)},
        "partial config": {"state_dict": state, "config": {"downsampling_ratio": 4, "latent_dim": None}},
        "bare": dict(state),
        "no config": {"model_state_dict": state, "optimizer_state_dict": {"state": {}, "param_groups": []}},
        "data parallel": {"model_state_dict": parallel, "config": CONFIG},
    }


@pytest.mark.parametrize("form", ["named", "partial config", "bare", "no config", "data parallel"])
def test_every_way_of_saving_reads_alike(tmp_path, original, rng, form):
    checkpoint = load_checkpoint(write(tmp_path, original, saved_forms(original)[form]))
    compare(checkpoint, original, rng)
    assert checkpoint.layout == "unknown"
    assumed = any("downsampling_ratio" in remark for remark in checkpoint.info["remarks"])
    assert assumed == (form in ("bare", "no config"))


@pytest.mark.parametrize(("layers", "ratio"), [(4, 2), (4, 1), (3, 8), (5, 16)])
def test_other_depths_and_ratios(tmp_path, rng, layers, ratio):
    original = Original(num_layers=layers, ratio=ratio).settle()
    content = {"model_state_dict": original.state_dict(), "config": {"downsampling_ratio": ratio}}
    checkpoint = load_checkpoint(write(tmp_path, original, content))
    assert checkpoint.config.num_layers == layers
    compare(checkpoint, original, rng)


def test_a_folder_with_the_file_is_enough(tmp_path, original, rng):
    write(tmp_path, original)
    compare(load_checkpoint(tmp_path), original, rng)
    (tmp_path / "older.pth").write_bytes((tmp_path / "rvq_vae_best.pth").read_bytes())
    with pytest.raises(CheckpointError, match=r"2 checkpoints \(older.pth, rvq_vae_best.pth\); name one"):
        load_checkpoint(tmp_path)


def test_missing_statistics_are_said_and_refused_where_units_would_be_wrong(tmp_path, original):
    checkpoint = load_checkpoint(write(tmp_path, original, statistics=False))
    (remark,) = checkpoint.info["remarks"]
    assert "taken as already normalised" in remark
    assert (checkpoint.mean == 0).all()
    assert (checkpoint.std == 1).all()
    body = Original(input_dim=263).settle(steps=1)
    path = write(tmp_path, body, {"model_state_dict": body.state_dict()}, statistics=False)
    with pytest.raises(CheckpointError, match=r"found no normalization\.npz beside it"):
        load_checkpoint(path)


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        ({"mean": np.zeros(20)}, r"found \['mean'\]; expected the arrays mean and std"),
        ({"mean": np.zeros(21), "std": np.ones(21)}, r"mean of shape \(21,\).*expected \(20,\)"),
        ({"mean": np.zeros(20), "std": np.full(20, np.nan)}, "found NaN"),
        ({"mean": np.zeros(20), "std": -np.ones(20)}, "negative std"),
        ({"mean": np.array([None] * 20), "std": np.ones(20)}, "pickled objects"),
        ({"mean": np.array(["a"] * 20), "std": np.ones(20)}, "expected floats"),
    ],
)
def test_statistics_that_do_not_fit(tmp_path, original, arrays, sentence):
    path = write(tmp_path, original)
    np.savez(tmp_path / "normalization.npz", **arrays)
    with pytest.raises(CheckpointError, match=sentence):
        load_checkpoint(path)
    (tmp_path / "normalization.npz").write_bytes(b"PK\x03\x04 nonsense")
    with pytest.raises(CheckpointError, match="found a damaged archive"):
        load_checkpoint(path)


def test_constant_features_are_scaled_by_one_and_said(tmp_path, original):
    path = write(tmp_path, original)
    std = np.ones(20)
    std[3:5] = 0
    np.savez(tmp_path / "normalization.npz", mean=np.zeros(20), std=std)
    checkpoint = load_checkpoint(path)
    assert "2 features have a std of 0" in checkpoint.info["remarks"][0]
    assert (checkpoint.std == 1).all()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"encoder.encoder.3.weight": torch.zeros(24, 24, 5)},
            r"tensor encoder\.encoder\.3\.weight: found shape \(24, 24, 5\); expected shape \(24, 24, 3\)",
        ),
        (
            {"decoder.decoder.6.weight": torch.zeros(1, 24, 3)},
            r"tensor decoder\.decoder\.6\.weight: found shape \(1, 24, 3\); expected shape \(24, 24, 3\)",
        ),
        (
            {"rvq.quantizers.2.embedding": torch.zeros(32, 16)},
            r"tensor rvq\.quantizers\.2\.embedding: found shape \(32, 16\); expected shape \(16, 32\)",
        ),
        ({"encoder.encoder.5.bias": None}, r"tensor encoder\.encoder\.5\.bias: found no such tensor"),
        ({"decoder.decoder.8.bias": torch.full((24,), torch.nan)}, "holds NaN or infinity"),
        ({"rvq.projection.weight": torch.zeros(2, 2)}, r"found tensors \['rvq.projection.weight'\]"),
        ({"encoder.encoder.0.weight": torch.zeros(24, 20)}, "found no such tensor of 3, 2 and 3 axes|shape"),
    ],
)
def test_tensors_that_do_not_fit_are_named(tmp_path, original, change, sentence):
    state = {k: v for k, v in {**original.state_dict(), **change}.items() if v is not None}
    path = write(tmp_path, original, {"model_state_dict": state, "config": CONFIG})
    with pytest.raises(CheckpointError, match=sentence) as error:
        load_checkpoint(path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({"hidden_dim": 48}, r"encoder\.encoder\.0\.weight: found shape \(24, 20, 3\); expected shape \(48,"),
        ({"num_quantizers": 8}, r"rvq\.quantizers\.6\.embedding: found no such tensor"),
        ({"num_quantizers": 5}, r"rvq\.quantizers\.5.* a Motion-S model of 4 layers and 5 quantizers"),
        ({"downsampling_ratio": 3}, "power of two"),
        ({"latent_dim": "wide"}, "latent_dim is 'wide'"),
    ],
)
def test_a_config_that_contradicts_the_tensors(tmp_path, original, config, sentence):
    content = {"model_state_dict": original.state_dict(), "config": {**CONFIG, **config}}
    with pytest.raises(CheckpointError, match=sentence):
        load_checkpoint(write(tmp_path, original, content))


def test_fingerprints_tell_models_apart(tmp_path, original):
    path = write(tmp_path, original)
    first = load_checkpoint(path).fingerprint
    assert len(first) == 16
    assert load_checkpoint(path).fingerprint == first
    state = original.state_dict()
    state["rvq.quantizers.0.cluster_size"] += 1
    assert load_checkpoint(write(tmp_path, original, state)).fingerprint == first
    state["decoder.decoder.9.bias"] += 1
    assert load_checkpoint(write(tmp_path, original, state)).fingerprint != first
