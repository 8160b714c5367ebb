"""Damaged files, and the command."""

import html
import json
import shutil

import numpy as np
import pytest
import safetensors.torch
import torch

from rvqvae import load_checkpoint
from rvqvae.cli.main import main
from rvqvae.doctor import examine


@pytest.fixture
def copied(folder, tmp_path):
    """A copy of the trained checkpoint to damage."""
    return shutil.copytree(folder, tmp_path / "copy")


def rewrite(folder, change):
    path = folder / "model.safetensors"
    tensors = safetensors.torch.load_file(path)
    change(tensors)
    safetensors.torch.save_file(tensors, path)


def test_truncated_file(copied, capsys):
    path = copied / "model.safetensors"
    size = path.stat().st_size
    with open(path, "r+b") as file:
        file.truncate(size // 2)
    report = examine(copied)
    assert report.status == 2
    assert report.findings[0].check == "truncated_file"
    assert f"{size // 2} bytes long; its header announces at least {size}" in report.findings[0].message
    assert main(["inspect", str(copied)]) == 2
    assert "The file is truncated" in capsys.readouterr().out


def test_overflow_in_half_precision(copied, capsys):
    def overflow(tensors):
        for key, tensor in tensors.items():
            if tensor.is_floating_point():
                scale = 1e6 if key == "decoder.norms.1.running_var" else 1.0
                tensors[key] = (tensor * scale).half()

    rewrite(copied, overflow)
    finding = examine(copied).sick[0]
    assert (finding.check, finding.where) == ("fp16_overflow", "decoder.norms.1.running_var")
    assert main(["inspect", str(copied)]) == 1
    assert "65504" in capsys.readouterr().out


def test_half_precision_without_overflow_is_healthy(copied):
    def halve(tensors):
        tensors.update({k: t.half() for k, t in tensors.items() if t.is_floating_point()})

    rewrite(copied, halve)
    assert examine(copied).sick == []


def test_nan(copied):
    rewrite(copied, lambda tensors: tensors["encoder.convs.0.weight"][0, 0].fill_(torch.nan))
    report = examine(copied)
    assert (report.status, report.sick[0].check) == (1, "not_finite")
    assert "encoder.convs.0.weight first (3 of" in report.sick[0].message


@pytest.mark.parametrize("layers", [[2], range(6)])
def test_transposed_codebook(copied, layers):
    def transpose(tensors):
        for layer in layers:
            key = f"quantizer.layers.{layer}.embedding"
            tensors[key] = tensors[key].t().contiguous()

    rewrite(copied, transpose)
    report = examine(copied)
    assert report.status == 1
    assert [f.check for f in report.sick] == ["transposed_codebook"] * len(layers)
    assert report.sick[0].where == f"quantizer.layers.{layers[0]}.embedding"


def test_what_is_no_checkpoint_is_unreadable(tmp_path, capsys):
    (tmp_path / "notes.pth").write_bytes(b"not a checkpoint")
    for path in (tmp_path / "nowhere", tmp_path / "notes.pth", tmp_path):
        report = examine(path)
        assert report.status == 2
        assert report.verdict.startswith("Unreadable. It cannot be loaded: ")
        assert main(["inspect", str(path)]) == 2
    assert "Unreadable" in capsys.readouterr().out


def test_a_foreign_file_with_infinity_in_it_is_sick(tmp_path):
    tensors = {"quantizers.0.embedding": torch.full((4, 8), torch.inf), "encoder.weight": torch.ones(3)}
    torch.save({"net": tensors}, tmp_path / "net_last.pth")
    for path in (tmp_path, tmp_path / "net_last.pth"):
        report = examine(path)
        assert (report.status, report.sick[0].check) == (1, "not_finite")
        assert report.sick[0].where == "quantizers.0.embedding"


def test_missing_weights_are_unreadable(copied):
    (copied / "model.safetensors").unlink()
    report = examine(copied)
    assert report.status == 2
    assert "found no model.safetensors" in report.verdict


def test_the_command_reports_what_the_library_does(folder, tmp_path, capsys):
    out = tmp_path / "report.json"
    arguments = ["inspect", str(folder), "--json", str(out), "--device", "cpu"]
    assert main([*arguments, "--repair", str(tmp_path / "repaired")]) == 0
    written, report = json.loads(out.read_text()), examine(folder, device="cpu")
    assert written == json.loads(json.dumps(report.to_dict()))
    text = capsys.readouterr().out
    assert "Healthy: nothing wrong was found." in text
    for error in report.measurements["error_mm"]:
        assert f"{error:.1f}" in text
    assert "6 layers of 512 codes" in text
    assert "Nothing was saved" in text
    assert not (tmp_path / "repaired").exists()


def test_the_command_repairs_what_metadata_undo(copied, trained, tmp_path, capsys):
    path = copied / "config.json"
    config = json.loads(path.read_text())
    mean, std = trained.mean, trained.std
    config |= {"mean": (mean * (1 + std)).tolist(), "std": (std**2).tolist()}
    path.write_text(json.dumps(config))
    out = {form: tmp_path / f"report.{form}" for form in ("html", "text", "json")}
    written = [part for form, file in out.items() for part in (f"--{form}", str(file))]
    repaired = tmp_path / "repaired"
    assert main(["inspect", str(copied), *written, "--repair", str(repaired), "--device", "cpu"]) == 1
    text = capsys.readouterr().out
    assert f"The repaired copy is in {repaired}." in text
    assert out["text"].read_text() in text
    report = json.loads(out["json"].read_text())
    assert report["findings"][0]["check"] == "normalisation_twice"
    page = out["html"].read_text()
    assert all(html.escape(report["findings"][0][part]) in page for part in ("message", "advice"))
    mended = load_checkpoint(repaired, "cpu")
    np.testing.assert_allclose(mended.mean, mean, atol=1e-5)
    np.testing.assert_allclose(mended.std, std, rtol=1e-5)
    assert mended.fingerprint == trained.fingerprint
    assert mended.info["remarks"][-1].startswith("repaired: Mean and std as they are after one normalis")


def test_the_command_takes_clips(folder, clips, tmp_path, capsys):
    np.save(tmp_path / "clip.npy", clips[1].features)
    assert main(["inspect", str(folder), "--data", str(tmp_path / "clip.npy"), "--device", "cpu"]) in (0, 1)
    assert f"on 1 clips, {len(clips[1].features)} frames" in capsys.readouterr().out
    assert main(["inspect", str(folder), "--data", str(tmp_path / "none.npy")]) == 2
    assert "no such file" in capsys.readouterr().err
