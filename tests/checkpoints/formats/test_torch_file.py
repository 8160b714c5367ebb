import argparse
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from rvqvae import CheckpointError, load_checkpoint
from tests.checkpoints.formats.original_motion_s import Original


class Bomb:
    def __reduce__(self):
        return (Path.touch, (Path("executed"),))


class Shell:
    def __reduce__(self):
        import os

        return (os.system, ("touch executed",))


@pytest.mark.parametrize("bomb", [Bomb, Shell])
@pytest.mark.parametrize("new_format", [True, False])
def test_a_malicious_file_is_refused_and_never_executed(tmp_path, monkeypatch, bomb, new_format):
    monkeypatch.chdir(tmp_path)
    state = Original().state_dict()
    torch.save(
        {"model_state_dict": state, "config": bomb()},
        "rvq_vae_best.pth",
        _use_new_zipfile_serialization=new_format,
    )
    with pytest.raises(CheckpointError, match=r"loading would have to execute \((posix.system|getattr)"):
        load_checkpoint("rvq_vae_best.pth")
    Path("raw.pth").write_bytes(pickle.dumps(bomb()))
    with pytest.raises(CheckpointError):
        load_checkpoint("raw.pth")
    assert not Path("executed").exists()


def test_harmless_extras_and_the_older_format_are_read(tmp_path):
    original = Original().settle()
    arguments = argparse.Namespace(downsampling_ratio=4, learning_rate=1e-4)
    content = {
        "state_dict": original.state_dict(),
        "args": arguments,
        "loss": np.float32(1),
        "step": np.int64(3),
    }
    torch.save(content, tmp_path / "a.pth", _use_new_zipfile_serialization=False)
    checkpoint = load_checkpoint(tmp_path / "a.pth")
    assert not any("downsampling_ratio" in remark for remark in checkpoint.info["remarks"])


def test_unknown_tensors_are_listed_with_the_layouts_that_are_known(tmp_path):
    torch.save({f"layer{i}.weight": torch.zeros(2) for i in range(9)}, tmp_path / "other.pth")
    with pytest.raises(CheckpointError) as error:
        load_checkpoint(tmp_path / "other.pth")
    message = str(error.value)
    assert "found the tensors layer0.weight" in message
    assert "and 3 more" in message
    assert "Motion-S" in message
    assert "model.safetensors" in message


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ([1, 2], "found a list; expected a dictionary"),
        (torch.zeros(3), "found a Tensor; expected a dictionary"),
        ({"epoch": 3}, "found no state dict"),
        ({"model_state_dict": "no"}, "found no state dict"),
        ({}, "found no state dict"),
    ],
)
def test_files_without_a_state_dict(tmp_path, content, sentence):
    torch.save(content, tmp_path / "x.pth")
    with pytest.raises(CheckpointError, match=sentence):
        load_checkpoint(tmp_path / "x.pth")


@pytest.mark.parametrize("damage", [b"", b"hello", b"PK\x03\x04", b"\x80\x02."])
def test_files_that_torch_never_wrote(tmp_path, damage):
    (tmp_path / "x.pth").write_bytes(damage)
    with pytest.raises(CheckpointError, match=r"not a file of torch\.save|expected a dictionary"):
        load_checkpoint(tmp_path / "x.pth")


def test_a_cut_file_is_named(tmp_path):
    torch.save(Original().state_dict(), tmp_path / "x.pth")
    whole = (tmp_path / "x.pth").read_bytes()
    for share in (0.1, 0.5, 0.9, 0.999):
        (tmp_path / "x.pth").write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(CheckpointError, match=r"x\.pth: not a file of torch\.save") as error:
            load_checkpoint(tmp_path / "x.pth")
        assert "\n" not in str(error.value)


def test_a_tensor_that_claims_more_than_the_file_holds_allocates_nothing(tmp_path):
    state = Original().state_dict()
    state["encoder.encoder.0.weight"] = torch.zeros(1).expand(10**6, 10**6, 3)
    torch.save(state, tmp_path / "x.pth")
    with pytest.raises(CheckpointError, match="claims shape"):
        load_checkpoint(tmp_path / "x.pth")


def test_a_compressed_archive_is_refused_unread(tmp_path):
    torch.save(Original().state_dict(), tmp_path / "x.pth")
    with (
        zipfile.ZipFile(tmp_path / "x.pth") as source,
        zipfile.ZipFile(tmp_path / "bomb.pth", "w", zipfile.ZIP_DEFLATED) as bomb,
    ):
        for part in source.infolist():
            bomb.writestr(part.filename, source.read(part))
        bomb.writestr("archive/data/999", bytes(50_000_000))
    assert (tmp_path / "bomb.pth").stat().st_size < 1_000_000
    with pytest.raises(CheckpointError, match="compressed archive"):
        load_checkpoint(tmp_path / "bomb.pth")


def test_files_of_another_kind(tmp_path):
    for name in ("clip.npy", "notes.txt", "table.csv"):
        (tmp_path / name).write_text("hello")
        with pytest.raises(CheckpointError, match=r"not a file of torch\.save"):
            load_checkpoint(tmp_path / name)
