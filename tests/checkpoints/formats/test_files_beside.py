"""What a file is to the formats, by its name and its place."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from rvqvae import RVQVAE, CheckpointError, RVQVAEConfig, load_checkpoint, save_checkpoint
from rvqvae.checkpoints import formats
from rvqvae.checkpoints.files import Files, files_around
from tests.checkpoints.formats.original_dilated import Network


@pytest.mark.parametrize(
    ("name", "readers"),
    [
        ("Mean.npy", "mean.npy"),
        ("STD.NPY", "std.npy"),
        ("some folder/opt.txt", "opt.txt"),
        ("vq_opt.txt", "vq_opt.txt"),
        ("normalization.npz", "normalization.npz"),
        ("config (1).json", "config.json"),
        ("momask_config.json", "momask_config.json"),
        ("T2MGPT_config.json", "t2mgpt_config.json"),
        ("Net_Last.PTH", "net_last.pth"),
        ("README.md", None),
        ("clip.npy", None),
    ],
)
def test_uploads_get_the_names_that_readers_look_for(name, readers):
    assert formats.upload_name(name) == readers


def test_every_format_is_recognised_by_what_it_says_of_itself():
    assert len({known.name for known in formats.FORMATS}) == len(formats.FORMATS)
    for known in formats.FORMATS:
        assert set(known.beside) <= set(formats.BESIDE)
        assert known.beside == tuple(name.lower() for name in known.beside)


def test_weights_of_ours_may_have_any_name(tmp_path):
    config = RVQVAEConfig(input_dim=6, latent_dim=4, hidden_dim=4, num_embeddings=8, num_quantizers=2)
    save_checkpoint(tmp_path, RVQVAE(config), mean=np.zeros(6), std=np.ones(6), name="own")
    fingerprint = load_checkpoint(tmp_path).fingerprint
    (tmp_path / "model.safetensors").rename(tmp_path / "mine.safetensors")
    assert load_checkpoint(tmp_path).fingerprint == fingerprint
    assert load_checkpoint(tmp_path / "config.json").fingerprint == fingerprint
    (tmp_path / "config.json").unlink()
    with pytest.raises(CheckpointError, match=r"found no config\.json; expected"):
        load_checkpoint(tmp_path / "mine.safetensors")


def test_statistics_are_looked_for_nearest_to_how_they_are_published():
    names = ("run/meta/mean.npy", "run/meta/std.npy", "run/model/Mean.npy", "run/model/Std.npy", "Mean.npy")
    files = Files(Path("/r"), (*names, "run/model/a.tar"), "run/model/a.tar")
    assert files.beside("mean.npy", "std.npy") == (Path("/r/run/meta/mean.npy"), Path("/r/run/meta/std.npy"))
    assert files.beside("mean.npy", around=("",)) == (Path("/r/run/model/Mean.npy"),)
    assert files.beside("opt.txt") is None
    elsewhere = Files(Path("/r"), ("x/meta/mean.npy", "x/meta/std.npy", "VQ/a.pth"), "VQ/a.pth")
    assert elsewhere.beside("mean.npy", "std.npy") == (Path("/r/x/meta/mean.npy"), Path("/r/x/meta/std.npy"))
    two = Files(Path("/r"), (*elsewhere.names, "y/mean.npy", "y/std.npy"), "VQ/a.pth")
    assert two.beside("mean.npy", "std.npy") is None


def test_messages_name_files_as_they_were_given(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    torch.save(Network().state_dict(), "a.pth")
    Path("run").mkdir()
    torch.save(Network().state_dict(), "run/a.pth")
    with pytest.raises(CheckpointError, match=r"^run/a\.pth: found no mean\.npy"):
        load_checkpoint("run/a.pth")
    with pytest.raises(CheckpointError) as refused:
        load_checkpoint("a.pth")
    assert refused.value.named().startswith("a.pth: found no mean.npy")
    assert files_around(Path("run/a.pth")).path == Path("run/a.pth")


def test_shared_names_of_configurations_do_not_mislead(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "t5"}))
    (tmp_path / "model.safetensors").write_bytes(b"never read")
    with pytest.raises(CheckpointError, match=r"config\.json: the entry 'model' is missing"):
        load_checkpoint(tmp_path)
