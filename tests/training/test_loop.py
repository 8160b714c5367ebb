import json
import os
import signal
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from rvqvae import RVQVAEConfig, load_checkpoint
from rvqvae.cli.main import main
from rvqvae.evaluation.metrics import code_counts, joint_errors_mm
from rvqvae.motion import read_clips
from rvqvae.training.data import read_source
from rvqvae.training.loop import Trainer
from rvqvae.training.settings import TrainingSettings
from rvqvae.training.state import STATE, ResumeError
from tests.support.paths import CLIPS
from tests.support.state import assert_same_state, state_of

CONFIG = RVQVAEConfig(latent_dim=8, hidden_dim=16, num_embeddings=32, num_quantizers=3)
SETTINGS = TrainingSettings(
    steps=8, batch_size=4, window=32, warmup=2, interval=4, joint_weight=1.0, learning_rate=1e-3
)


@pytest.fixture(scope="module")
def source():
    return read_source(CLIPS / "run.npy", mirror=True)


@pytest.fixture(scope="module")
def validation():
    return {"walk": read_clips(CLIPS / "walk.npy")}


def trainer(source, validation, out, **values):
    settings = TrainingSettings(**{**SETTINGS.__dict__, **values})
    return Trainer(CONFIG, settings, [source], validation, out, device="cpu")


@pytest.fixture(scope="module")
def first(source, validation, tmp_path_factory):
    """The last checkpoint of a run with these settings, its best beside it; no test may change them."""
    out = tmp_path_factory.mktemp("first")
    torch.manual_seed(0)
    trainer(source, validation, out).run()
    return out / "last"


@pytest.mark.parametrize(
    "values", [{"precision": "float32"}, {"precision": "bfloat16"}, {"weight_average": 0.9}]
)
def test_stopping_and_resuming_is_bit_identical_to_not_having_stopped(source, validation, tmp_path, values):
    straight = trainer(source, validation, tmp_path / "a", **values)
    straight.run()

    stopped = trainer(source, validation, tmp_path / "b", **values)
    step = stopped.train_step

    def interrupted_step():
        if stopped.step == 4:
            os.kill(os.getpid(), signal.SIGINT)  # Ctrl-C while the fifth step runs
        return step()

    stopped.train_step = interrupted_step
    stopped.run()
    assert stopped.step == 5
    torch.manual_seed(99)  # whatever happened in between
    resumed = trainer(source, validation, tmp_path / "b", **values)
    resumed.resume()
    assert resumed.step == 5
    resumed.run()
    assert_same_state(state_of(straight.model), state_of(resumed.model))
    logs = [(tmp_path / run / "log.jsonl").read_text().splitlines() for run in "ab"]
    results = [[json.loads(line)["validation"] for line in log] for log in logs]
    assert len(results[0]) == 2
    assert results[0] == results[1]


def test_training_lowers_the_loss_and_writes_usable_checkpoints(source, validation, tmp_path):
    run = trainer(source, validation, tmp_path / "run", steps=60, interval=30)
    first = float(run.train_step()["total"])
    run.run()
    last = json.loads((tmp_path / "run" / "log.jsonl").read_text().splitlines()[-1])
    assert last["losses"]["total"] < 0.8 * first
    assert last["step"] == 60
    assert last["validation"]["walk"]["mpjpe_root_mm"] > 0
    assert len(last["validation"]["walk"]["used"]) == 3
    best = load_checkpoint(tmp_path / "run" / "best")
    counted = sum(code_counts(best.encode(c.features), 32) for c in source.clips)
    np.testing.assert_array_equal(best.usage, counted)
    assert best.info["training"]["trained_steps"] in (30, 60)
    assert_same_state(
        {k: v for k, v in state_of(run.model).items() if "embedding_avg" not in k},
        {
            k: v
            for k, v in state_of(load_checkpoint(tmp_path / "run" / "last").model).items()
            if "embedding_avg" not in k
        },
    )


def test_a_run_can_start_from_a_checkpoint(source, validation, first, tmp_path):
    start = load_checkpoint(first, "cpu")
    again = Trainer(CONFIG, SETTINGS, [source], validation, tmp_path / "second", start=start, device="cpu")
    assert_same_state(state_of(start.model), state_of(again.model))
    np.testing.assert_array_equal(again.mean, start.mean)
    again.train_step()
    assert not torch.equal(again.model.decoder.convs[0].weight, start.model.decoder.convs[0].weight)


def test_hyperparameters_given_beside_a_start_replace_the_checkpoints_own(first, tmp_path):
    command = [
        "train",
        *("--data", str(CLIPS / "run.npy"), "--init", str(first)),
        *("--steps", "1", "--batch-size", "2", "--window", "32", "--no-mirror"),
    ]
    given = ["--out", str(tmp_path / "second"), "--dead-code-threshold", "0.5"]
    assert main([*command, *given]) == 0
    config = load_checkpoint(tmp_path / "second" / "last").config
    assert config == replace(CONFIG, dead_code_threshold=0.5)


def test_a_structure_that_the_weights_do_not_fit_is_refused(first, tmp_path, capsys):
    command = ["train", "--data", str(CLIPS / "run.npy"), "--init", str(first)]
    assert main([*command, "--out", str(tmp_path / "second"), "--num-quantizers", "4"]) == 2
    assert "the checkpoint has num_quantizers 3, not 4" in capsys.readouterr().err
    assert not (tmp_path / "second").exists()


def test_frozen_codebooks_stay_while_the_rest_learns(source, validation, first, tmp_path):
    start = load_checkpoint(first, "cpu")
    settings = replace(SETTINGS, freeze_codebooks=True)
    run = Trainer(CONFIG, settings, [source], validation, tmp_path / "second", start=start, device="cpu")
    before = state_of(run.model)
    run.train_step()
    after = state_of(run.model)
    moved = {name for name in before if not torch.equal(before[name], after[name])}
    assert not any(name.startswith("quantizer") for name in moved)
    assert {"encoder.convs.0.weight", "decoder.convs.0.weight"} <= moved


def test_half_precision_storage_shrinks_the_file_and_keeps_what_it_measures(
    source, validation, first, tmp_path
):
    trainer(source, validation, tmp_path, storage="float16").run()
    runs = (first.parent / "best", tmp_path / "best")
    sizes = [(run / "model.safetensors").stat().st_size for run in runs]
    assert sizes[1] < 0.75 * sizes[0]  # a small network's last convolution weighs much
    full, half = (load_checkpoint(run, "cpu") for run in runs)
    tokens = full.encode(source.clips[0].features)
    error = joint_errors_mm(half.decode(tokens), full.decode(tokens), "local")
    assert 0 < error.mean() < 1.0
    np.testing.assert_array_equal(
        half.usage, sum(code_counts(half.encode(c.features), 32) for c in source.clips)
    )
    assert half.model.decoder.convs[0].weight.dtype == torch.float32


def test_validation_leaves_training_alone(source, validation, tmp_path):
    often = trainer(source, validation, tmp_path / "a", interval=1)
    often.run()
    once = trainer(source, validation, tmp_path / "b", interval=8)
    once.run()
    # Only the settings differ; what was learned does not.
    assert_same_state(state_of(often.model), state_of(once.model))


def test_resuming_with_other_settings_or_without_a_run_is_refused(source, validation, tmp_path):
    with pytest.raises(ResumeError, match=r"no such file; start the run without --resume"):
        trainer(source, validation, tmp_path / "none").resume()
    trainer(source, validation, tmp_path / "run").save_state()
    with pytest.raises(ResumeError, match="made with batch_size = 4, not 5"):
        trainer(source, validation, tmp_path / "run", batch_size=5).resume()


def test_a_stop_while_saving_leaves_the_state_before(source, validation, tmp_path, monkeypatch):
    run = trainer(source, validation, tmp_path / "run")
    run.save_state()
    before = (tmp_path / "run" / STATE).read_bytes()
    run.train_step()

    def torn(state, path):
        Path(path).write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(torch, "save", torn)
    with pytest.raises(KeyboardInterrupt):
        run.save_state()
    assert (tmp_path / "run" / STATE).read_bytes() == before


def test_precision_follows_the_device_unless_chosen():
    assert TrainingSettings().half_precision("cuda")
    assert not TrainingSettings().half_precision("cpu")
    assert TrainingSettings(precision="bfloat16").half_precision("cpu")
    assert not TrainingSettings(precision="float32").half_precision("cuda")
    with pytest.raises(ValueError, match="precision is 'fp8'"):
        TrainingSettings(precision="fp8")
    with pytest.raises(ValueError, match="interval is 0"):
        TrainingSettings(interval=0)


def test_learning_rate_warms_up_and_falls_to_zero():
    settings = TrainingSettings(steps=100, warmup=10, learning_rate=1.0)
    rates = [settings.learning_rate_at(step) for step in range(101)]
    assert rates[0] == pytest.approx(0.1)
    assert rates[9] == pytest.approx(1.0)
    assert rates[10] == pytest.approx(1.0)
    assert rates[55] == pytest.approx(0.5)
    assert rates[100] == pytest.approx(0.0)
    assert all(a >= b for a, b in pairwise(rates[10:]))
