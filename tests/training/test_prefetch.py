"""Batches drawn ahead are the sampler's own, and a run resumes from between them."""

import json
import threading
import time

import pytest
import torch

from rvqvae import RVQVAEConfig
from rvqvae.training.data import read_source
from rvqvae.training.loop import Trainer
from rvqvae.training.prefetch import Prefetcher, ThroughputMeter
from rvqvae.training.settings import TrainingSettings
from rvqvae.training.windows import WindowSampler
from tests.support.paths import CLIPS


@pytest.fixture(scope="module")
def source():
    return read_source(CLIPS / "run.npy", mirror=True)


def sampler(source):
    return WindowSampler([source], window=32, batch_size=4, seed=5)


def test_batches_are_those_of_the_sampler_alone(source):
    alone, prefetcher = sampler(source), Prefetcher(sampler(source))
    for _ in range(6):
        (expected, _), (motion, lengths) = alone.draw(), prefetcher.next()
        assert torch.equal(motion, expected)
        assert lengths is None
        assert torch.equal(prefetcher.state, alone.generator.get_state())


def test_what_was_drawn_ahead_is_forgotten_on_resuming(source):
    prefetcher = Prefetcher(sampler(source))
    prefetcher.next()
    state = prefetcher.state
    expected = [prefetcher.next()[0] for _ in range(3)]
    for again in (prefetcher, Prefetcher(sampler(source))):
        again.restore(state)
        for motion in expected:
            assert torch.equal(again.next()[0], motion)


def test_the_next_batch_is_drawn_before_it_is_asked_for(source):
    windows = sampler(source)
    draw, drawn = windows.draw, threading.Semaphore(0)

    def noticed():
        batch = draw()
        drawn.release()
        return batch

    windows.draw = noticed
    prefetcher = Prefetcher(windows)
    prefetcher.next()
    assert drawn.acquire(timeout=30)
    assert drawn.acquire(timeout=30)  # nobody asked for this one yet


def test_an_error_while_drawing_reaches_the_trainer(source):
    windows = sampler(source)
    windows.draw = lambda: 1 / 0
    with pytest.raises(ZeroDivisionError):
        Prefetcher(windows).next()


def test_waiting_is_measured(source):
    windows = sampler(source)
    draw = windows.draw

    def slow():
        time.sleep(0.1)
        return draw()

    windows.draw = slow
    prefetcher = Prefetcher(windows)
    meter = ThroughputMeter(prefetcher)
    for _ in range(4):
        prefetcher.next()
    throughput = meter.after(4)
    assert throughput.waiting > 0.5
    assert 0 < throughput.frames_per_second <= 4 * 32 / 0.1
    assert "waiting for data" in str(throughput)


def test_the_log_says_how_long_training_waited_for_data(source, tmp_path):
    config = RVQVAEConfig(latent_dim=8, hidden_dim=16, num_embeddings=32, num_quantizers=2)
    settings = TrainingSettings(steps=4, batch_size=4, window=32, warmup=1, interval=2)
    Trainer(config, settings, [source], {}, tmp_path / "run", device="cpu").run()
    log = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    assert [entry["step"] for entry in log] == [2, 4]
    assert all(0 <= entry["waiting_for_data"] <= 1 for entry in log)
    assert all(entry["frames_per_second"] > 0 for entry in log)
