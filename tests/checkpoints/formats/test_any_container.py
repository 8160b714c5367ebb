"""The same tokenizer in every container, behind every prefix, beside other models' tensors."""

import sys
import tarfile
import types
import zipfile

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from rvqvae import CheckpointError, load_checkpoint
from rvqvae.checkpoints.containers.torch_file import TorchFile
from tests.checkpoints.formats.original_dilated import Network
from tests.checkpoints.formats.original_motion_s import Original

PREFIXES = ("", "module.", "vqvae.", "vae.", "model.", "tokenizer.", "model.tokenizer.module.")
OTHERS = {
    "lm.language_model.shared.weight": torch.zeros(7, 3),
    "lm.encoder.block.0.weight": torch.zeros(3),
    "metrics.TM2TMetrics.t2m_moveencoder.main.0.weight": torch.zeros(2, 2, 2),
    "step": torch.tensor(3),
}


@pytest.fixture
def network():
    return Network(quantizers=None, codes=40).settle()


def write(folder, name, state):
    state = {key: value.contiguous() for key, value in state.items()}
    if name.endswith(".safetensors"):
        save_file(state, folder / name)
    else:
        torch.save({"state_dict": state, "epoch": 3}, folder / name)
    statistics(folder)
    return folder / name


def statistics(folder, width=263):
    np.save(folder / "Mean.npy", np.full(width, 0.25, np.float32))
    np.save(folder / "Std.npy", np.full(width, 0.5, np.float32))


def tokens_of(network, checkpoint, features):
    return network.tokens(torch.from_numpy((features - checkpoint.mean) / checkpoint.std).T[None])


@pytest.mark.parametrize("suffix", [".pth", ".pt", ".tar", ".ckpt", ".bin", ".safetensors"])
@pytest.mark.parametrize("prefix", PREFIXES)
def test_one_codebook_behind_any_prefix_in_any_container(tmp_path, network, rng, prefix, suffix):
    state = {f"{prefix}{key}": value for key, value in network.state_dict().items()}
    checkpoint = load_checkpoint(write(tmp_path, f"tokenizer{suffix}", {**OTHERS, **state}))
    features = (rng.normal(size=(40, 263)) * 0.5 + 0.25).astype(np.float32)
    np.testing.assert_array_equal(checkpoint.encode(features), tokens_of(network, checkpoint, features))
    expected = "MotionGPT" if prefix == "vae." else "T2M-GPT"
    assert checkpoint.info["file_layout"] == expected
    assert checkpoint.info["statistics"] == "Mean.npy and Std.npy beside the file"
    others = [remark for remark in checkpoint.info["remarks"] if "other models" in remark]
    assert bool(others) == (prefix == "")


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
@pytest.mark.parametrize("prefix", ["", "module.", "tokenizer."])
def test_motion_s_and_momask_behind_prefixes(tmp_path, rng, prefix, suffix):
    body = Original(input_dim=263).settle(steps=1)
    several = Network().settle()
    for name, network, layout in (("body", body, "Motion-S"), ("several", several, "MoMask")):
        (tmp_path / name).mkdir()
        state = {f"{prefix}{key}": value for key, value in network.state_dict().items()}
        path = write(tmp_path / name, f"a{suffix}", {**OTHERS, **state})
        np.savez(path.parent / "normalization.npz", mean=np.full(263, 0.25), std=np.full(263, 0.5))
        checkpoint = load_checkpoint(path.parent)
        features = rng.normal(size=(40, 263)).astype(np.float32)
        np.testing.assert_array_equal(checkpoint.encode(features), tokens_of(network, checkpoint, features))
        assert checkpoint.info["file_layout"] == layout


def test_trained_weights_come_before_averaged_ones(tmp_path, network):
    state, averaged = network.state_dict(), Network(quantizers=None, codes=40).state_dict()
    torch.save({"ema": averaged, "net": state}, tmp_path / "a.pth")
    statistics(tmp_path)
    model = load_checkpoint(tmp_path / "a.pth").model
    assert torch.equal(model.encoder.first.weight, state["encoder.model.0.weight"])


@pytest.fixture
def omegaconf(monkeypatch):
    """Classes under the names that OmegaConf's have, which must never be imported again."""
    package, module = types.ModuleType("omegaconf"), types.ModuleType("omegaconf.dictconfig")

    class DictConfig:
        def __init__(self, content):
            self._content = content

    DictConfig.__module__, DictConfig.__qualname__ = "omegaconf.dictconfig", "DictConfig"
    module.DictConfig = DictConfig
    monkeypatch.setitem(sys.modules, "omegaconf", package)
    monkeypatch.setitem(sys.modules, "omegaconf.dictconfig", module)
    return DictConfig


def lightning(network, settings):
    """What PyTorch Lightning writes of MotionGPT: tokenizer, language model, metrics, optimizer, settings."""
    state = {f"vae.{key}": value for key, value in network.state_dict().items()}
    shared = torch.randn(400, 16)
    model = {"lm.language_model.shared.weight": shared, "lm.language_model.lm_head.weight": shared}
    optimizer = {"state": {0: {"exp_avg": torch.randn(400, 16)}}, "param_groups": [{"lr": 1e-4}]}
    return {
        "epoch": 99,
        "global_step": 1000,
        "pytorch-lightning_version": "2.0.2",
        "state_dict": {**OTHERS, **state, **model},
        "loops": {"fit_loop": {"state_dict": {}}},
        "callbacks": {"ModelCheckpoint": {"best_k_models": {"a": torch.tensor(1.0)}}},
        "optimizer_states": [optimizer],
        "lr_schedulers": [],
        "hparams_name": "kwargs",
        "hyper_parameters": {"cfg": settings, "stage": "lm_instruct", "codebook_size": 512},
    }


def test_of_motiongpt_only_the_tokenizer_is_read(tmp_path, network, rng, omegaconf, monkeypatch):
    torch.save(lightning(network, omegaconf({"NAME": "s3"})), tmp_path / "motiongpt_s3_h3d.tar")
    (tmp_path / "assets" / "meta").mkdir(parents=True)
    np.save(tmp_path / "assets" / "meta" / "mean.npy", np.full(263, 0.25, np.float32))
    np.save(tmp_path / "assets" / "meta" / "std.npy", np.full(263, 0.5, np.float32))
    monkeypatch.setitem(sys.modules, "omegaconf", None)  # importing it fails
    monkeypatch.setitem(sys.modules, "omegaconf.dictconfig", None)
    taken, read = [], TorchFile.read
    monkeypatch.setattr(TorchFile, "read", lambda file, name: taken.append(name) or read(file, name))
    for path in (tmp_path, tmp_path / "motiongpt_s3_h3d.tar"):
        checkpoint = load_checkpoint(path)
        assert checkpoint.info["file_layout"] == "MotionGPT"
        assert checkpoint.info["statistics"] == "mean.npy and std.npy in meta"
        features = rng.normal(size=(40, 263)).astype(np.float32)
        np.testing.assert_array_equal(checkpoint.encode(features), tokens_of(network, checkpoint, features))
    assert taken
    assert all(name.startswith("state_dict.vae.") for name in taken)


@pytest.mark.parametrize("prefix", ["vae.", "vqvae.", ""])
def test_missing_statistics_are_asked_for_by_name(tmp_path, network, prefix):
    state = {f"{prefix}{key}": value for key, value in network.state_dict().items()}
    path = write(tmp_path, "a.ckpt", state)
    (tmp_path / "Std.npy").unlink()
    with pytest.raises(CheckpointError, match=r"found no mean\.npy and std\.npy in .*meta") as error:
        load_checkpoint(path)
    assert error.value.path == path
    assert str(tmp_path) not in error.value.reason


def test_options_of_packed_folders_are_read(tmp_path):
    network = Network(activation="gelu", growth=2).settle()
    write(tmp_path, "vq.safetensors", network.state_dict())
    write(tmp_path, "t2m_trans.safetensors", OTHERS)
    config = '{"config": {"vq": {"vq_act": "gelu", "dilation_growth_rate": 2, "vq_norm": null}}}'
    (tmp_path / "momask_config.json").write_text(config)
    checkpoint = load_checkpoint(tmp_path)
    assert (checkpoint.config.activation, checkpoint.config.dilation_growth_rate) == ("gelu", 2)
    assert checkpoint.info["remarks"] == []
    (tmp_path / "momask_config.json").write_text('{"config": [1]}')
    with pytest.raises(CheckpointError, match=r"momask_config\.json: expected options under config, vq"):
        load_checkpoint(tmp_path)


def nested(network):
    state = network.state_dict()
    return {
        "twice": {"state_dict": {"state_dict": state}, "epoch": 3},
        "ema": {"model_ema": Network(quantizers=None, codes=40).state_dict(), "net": state},
        "half": {"net": {k: v.half() if v.is_floating_point() else v for k, v in state.items()}},
        "brain": {"net": {k: v.bfloat16() if v.is_floating_point() else v for k, v in state.items()}},
        "compiled": {"model": {f"_orig_mod.{k}": v for k, v in state.items()}},
        "parameters": {
            k: torch.nn.Parameter(v, requires_grad=v.is_floating_point()) for k, v in state.items()
        },
    }


@pytest.mark.parametrize("form", ["twice", "ema", "half", "brain", "compiled", "parameters"])
def test_forms_in_which_programs_keep_a_state_dict(tmp_path, network, rng, form):
    torch.save(nested(network)[form], tmp_path / "pytorch_model.bin")
    statistics(tmp_path)
    checkpoint = load_checkpoint(tmp_path)
    if form in ("half", "brain"):
        kind = torch.float16 if form == "half" else torch.bfloat16
        network.to(kind).float()
    features = rng.normal(size=(40, 263)).astype(np.float32)
    np.testing.assert_array_equal(checkpoint.encode(features), tokens_of(network, checkpoint, features))


def test_what_has_to_be_unpacked_or_joined_first_is_said(tmp_path, network):
    state, folder = network.state_dict(), tmp_path / "run"
    folder.mkdir()
    torch.save({"net": state}, folder / "net_last.pth")
    (folder / "log.txt").write_bytes(bytes(200_000))
    with tarfile.open(tmp_path / "vq.tar", "w") as tar, zipfile.ZipFile(tmp_path / "vq.pt", "w") as packed:
        for path in (folder / "net_last.pth", folder / "log.txt"):
            tar.add(path, path.name)
            packed.write(path, path.name)
    for name in ("vq.tar", "vq.pt"):
        with pytest.raises(CheckpointError, match="found an archive of files; unpack it"):
            load_checkpoint(tmp_path / name)
    for part, names in enumerate((sorted(state)[::2], sorted(state)[1::2]), start=1):
        tensors = {name: state[name].contiguous() for name in names}
        save_file(tensors, folder / f"model-{part:05}-of-00002.safetensors")
    (folder / "net_last.pth").unlink()
    with pytest.raises(CheckpointError, match="holds its tensors in 2 shards"):
        load_checkpoint(folder)


@pytest.mark.parametrize("width", [251, 262])
def test_statistics_of_another_data_set_are_named(tmp_path, network, width):
    path = write(tmp_path, "net_last.pth", network.state_dict())
    statistics(tmp_path, width)
    with pytest.raises(CheckpointError, match=rf"found mean of shape \({width},\).*expected \(263,\)"):
        load_checkpoint(path)
