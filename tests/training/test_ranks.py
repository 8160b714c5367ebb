"""Several processes train as one would."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.distributed as dist
import torch.multiprocessing as mp

from rvqvae import RVQVAEConfig, load_checkpoint
from rvqvae.cli.main import main
from rvqvae.nn.distributed import leave_group
from rvqvae.training.data import read_source
from rvqvae.training.loop import Trainer
from rvqvae.training.settings import TrainingSettings
from rvqvae.training.state import STATE
from tests.support.paths import CLIPS
from tests.support.state import state_of

# Few codes and many latents: rounding in another order must not tip a latent from one code to another.
CONFIG = RVQVAEConfig(
    latent_dim=8, hidden_dim=16, num_embeddings=4, num_quantizers=2, dead_code_threshold=0.5
)
PATIENCE = 240


def trained(window, out, steps=4):
    settings = TrainingSettings(
        steps=steps, batch_size=16, window=window, warmup=2, interval=2, joint_weight=1.0, learning_rate=1e-3
    )
    run = Trainer(CONFIG, settings, [read_source(CLIPS / "run.npy", mirror=True)], {}, out, device="cpu")
    run.run()
    return run


def train_rank(rank, folder, window):
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{folder}/store", rank=rank, world_size=2)
    torch.save(state_of(trained(window, folder / "run").model), folder / f"{rank}.pt")
    leave_group()


def test_two_ranks_with_half_batches_learn_what_one_process_learns(tmp_path):
    mp.spawn(train_rank, (tmp_path, 32), nprocs=2)
    first, second = (torch.load(tmp_path / f"{rank}.pt", weights_only=True) for rank in range(2))
    alone = trained(32, tmp_path / "alone")
    single = state_of(alone.model)
    assert first.keys() == single.keys()
    for name, value in single.items():
        torch.testing.assert_close(first[name], second[name], atol=1e-6, rtol=1e-5, msg=name)
        torch.testing.assert_close(first[name], value, atol=2e-4, rtol=1e-3, msg=name)
    logs = [(tmp_path / run / "log.jsonl").read_text().splitlines() for run in ("run", "alone")]
    assert len(logs[0]) == len(logs[1]) == 2
    assert (tmp_path / "run" / STATE).is_file()
    together, singly = (load_checkpoint(tmp_path / run / "best", "cpu") for run in ("run", "alone"))
    assert together.usage.sum() == singly.usage.sum() > 0
    np.testing.assert_allclose(together.usage, singly.usage, atol=2)
    np.testing.assert_allclose(together.energies, singly.energies, rtol=1e-2)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="finds the ranks' processes in /proc")
@pytest.mark.timeout(2 * PATIENCE)
def test_a_killed_rank_leaves_a_run_that_resumes(tmp_path):
    out = tmp_path / "run"
    command = [
        *("train", "--data", str(CLIPS / "run.npy"), "--out", str(out), "--no-mirror", "--device", "cpu"),
        *("--steps", "400", "--interval", "5", "--batch-size", "4", "--window", "32"),
        *("--latent-dim", "8", "--hidden-dim", "16", "--num-embeddings", "32", "--num-quantizers", "2"),
    ]
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with open(tmp_path / "log.txt", "w") as log:
        group = subprocess.Popen([*launch, "-m", "rvqvae", *command], env=environment, stdout=log, stderr=log)
    deadline = time.monotonic() + PATIENCE
    while not (out / STATE).is_file():
        assert group.poll() is None, (tmp_path / "log.txt").read_text()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    workers = Path(f"/proc/{group.pid}/task/{group.pid}/children").read_text().split()
    os.kill(int(workers[-1]), signal.SIGKILL)
    assert group.wait(PATIENCE) != 0
    step = torch.load(out / STATE, weights_only=True)["step"]
    assert 5 <= step < 400
    assert step % 5 == 0
    assert main([*command, "--resume"]) == 0
    assert load_checkpoint(out / "last").info["training"]["trained_steps"] == 400
