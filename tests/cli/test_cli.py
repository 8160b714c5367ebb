import json
import subprocess
import sys

import numpy as np
import pytest

from rvqvae.cli.main import main
from tests.support.paths import CLIPS

TINY = ["--latent-dim", "8", "--hidden-dim", "16", "--num-embeddings", "32", "--num-quantizers", "3"]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run trained through the command line."""
    out = tmp_path_factory.mktemp("runs") / "tiny"
    arguments = (
        f"train --data {CLIPS / 'run.npy'} {CLIPS / 'spin.npy'} --weights 2 1 --val {CLIPS / 'walk.npy'} "
        f"--out {out} --steps 4 --interval 2 --warmup 1 --batch-size 4 --window 32"
    ).split()
    assert main([*arguments, *TINY]) == 0
    return out


def test_train_writes_log_and_checkpoints(run):
    log = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    assert [entry["step"] for entry in log] == [2, 4]
    config = json.loads((run / "best" / "config.json").read_text())
    assert [d["name"] for d in config["training_data"]] == ["run", "spin"]
    assert config["model"]["num_embeddings"] == 32
    assert (run / "last" / "model.safetensors").exists()


def test_evaluate_writes_the_contract(run, tmp_path, capsys):
    out = tmp_path / "evaluation.json"
    arguments = ["--checkpoint", str(run / "best"), "--data", str(CLIPS), "--json", str(out)]
    assert main(["evaluate", *arguments]) == 0
    result = json.loads(out.read_text())
    assert result["clips"] == 15
    assert [row["layers"] for row in result["layers"]] == [1, 2, 3]
    errors = {"layers", "mpjpe_local_mm", "mpjpe_root_mm", "mpjpe_global_mm"}
    assert all(set(row) == errors for row in result["layers"])
    codebook = {"layer", "used", "perplexity", "entropy_bits", "zero_norm"}
    assert all(set(row) >= codebook for row in result["codebook"])
    assert "root" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("train --data {tmp}/none.npy --out {tmp}/o", "no such file or folder"),
        ("train --data {clips} --out {tmp}/o --downsampling-ratio 3", "power of two"),
        ("train --data {clips} --weights 1 2 --out {tmp}/o", "--weights gives"),
        ("train --data {clips} --exclude wolk --out {tmp}/o", "no clip named wolk"),
        ("train --data {clips} --out {run}", "holds a run already"),
        ("train --data {clips} --out {tmp}/o --resume", "start the run without --resume"),
        ("evaluate --checkpoint {tmp} --data {clips}", "found no config.json"),
        ("evaluate --checkpoint {run}/best --data {tmp}/bad.npy", "bad.npy: found array of shape (3, 3)"),
    ],
)
def test_bad_input_ends_with_one_sentence_and_status_2(run, tmp_path, capsys, command, sentence):
    np.save(tmp_path / "bad.npy", np.zeros((3, 3)))
    assert main(command.format(tmp=tmp_path, clips=CLIPS, run=run).split()) == 2
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert error.startswith("rvqvae ")
    assert sentence in error


def test_module_runs_as_a_program():
    result = subprocess.run(
        [sys.executable, "-m", "rvqvae", "evaluate", "--checkpoint", "nowhere", "--data", "nothing"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.returncode == 2
    assert result.stderr.strip() == (
        "rvqvae evaluate: nowhere: found no config.json; "
        "expected a folder with config.json and model.safetensors, or one file of weights (.safetensors, "
        ".pth, .pt, .tar, .ckpt, .bin) of Motion-S, MoMask, MotionGPT, T2M-GPT with what lies beside it"
    )
