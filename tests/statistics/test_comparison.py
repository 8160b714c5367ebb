"""Checkpoints side by side: every figure is that of the library for each alone."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from rvqvae import RVQVAE, Checkpoint, RVQVAEConfig
from rvqvae.doctor import sample_clips
from rvqvae.evaluation.evaluation import evaluate
from rvqvae.motion import Clip
from rvqvae.nn.dilated import DilatedConfig, DilatedRVQVAE
from rvqvae.statistics import analyse
from rvqvae.statistics.comparison import compare, count_parameters, time_in_turn, timed_motion, why_not

SMALL = {"latent_dim": 8, "hidden_dim": 12, "num_embeddings": 32}


def checkpoint_of(model, name, layout="humanml3d", fps=20.0):
    width = model.config.input_dim
    mean, std = np.zeros(width, np.float32), np.full(width, 0.2, np.float32)
    return Checkpoint(model.eval().requires_grad_(False), mean, std, layout, fps, name)


@pytest.fixture
def clips():
    return sample_clips()[:4]


@pytest.fixture
def three():
    torch.manual_seed(1)
    return [
        checkpoint_of(RVQVAE(RVQVAEConfig(**SMALL)), "six layers"),
        checkpoint_of(RVQVAE(RVQVAEConfig(**SMALL, num_quantizers=2, downsampling_ratio=8)), "two"),
        checkpoint_of(DilatedRVQVAE(DilatedConfig(**SMALL, num_quantizers=1)), "dilated"),
    ]


def test_other_layer_counts_ratios_and_families_are_compared(three, clips):
    result = compare(three, clips)
    assert (result.clips, result.frames) == (4, sum(len(clip.features) for clip in clips))
    assert [one.checkpoint for one in result.contestants] == three
    for one in result.contestants:
        assert one.refusal == ""
        alone, points = evaluate(one.checkpoint, clips)["layers"], one.scores.rate_distortion
        assert [point.root_mm for point in points] == [row["mpjpe_root_mm"] for row in alone]
        assert [point.local_mm for point in points] == [row["mpjpe_local_mm"] for row in alone]
        assert len(one.scores.layers) == one.checkpoint.config.num_quantizers
        assert one.scores.milliseconds > 0


def test_rates_and_use_are_those_of_the_analysis(three, clips):
    for one in compare(three, clips).contestants:
        alone = analyse(one.checkpoint, clips, shuffles=2)
        config = one.checkpoint.config
        for k, (mine, theirs) in enumerate(
            zip(one.scores.rate_distortion, alone.rate_distortion, strict=True), start=1
        ):
            steps = 20 / config.downsampling_ratio
            assert mine.rate.nominal == pytest.approx(k * math.log2(config.num_embeddings) * steps)
            assert mine.rate == theirs.rate
            assert mine.global_mm == pytest.approx(theirs.global_mm)
        assert [(a.used, a.perplexity) for a in one.scores.layers] == [
            (b.used, b.perplexity) for b in alone.layers
        ]


def test_what_cannot_be_compared_is_refused_one_by_one(three, clips):
    kit = checkpoint_of(RVQVAE(RVQVAEConfig(**SMALL, input_dim=251)), "kit", "kit-ml", 12.5)
    fast = replace(three[0], fps=30.0)
    odd = checkpoint_of(RVQVAE(RVQVAEConfig(**SMALL, output_dim=20)), "odd")
    result = compare([kit, three[1], fast, odd], clips)
    reasons = [one.refusal for one in result.contestants]
    assert "KIT-ML features (N, 251)" in reasons[0]
    assert "HumanML3D features (N, 263)" in reasons[0]
    assert reasons[1] == ""
    assert "30 frames a second; the clips have 20" in reasons[2]
    assert "gives features (N, 20)" in reasons[3]
    assert [one.scores is None for one in result.contestants] == [True, False, True, True]
    assert (
        result.contestants[1].scores.rate_distortion
        == compare([three[1]], clips).contestants[0].scores.rate_distortion
    )
    assert result.contestants[0].parameters == count_parameters(kit)


def test_a_refusal_of_all_is_still_an_answer(clips):
    kit = checkpoint_of(RVQVAE(RVQVAEConfig(**SMALL, input_dim=251)), "kit", "kit-ml", 12.5)
    assert compare([kit], clips).contestants[0].scores is None


def test_progress_rises_and_can_end_it(three, clips):
    shares = []
    compare(three, clips, progress=lambda share, words: shares.append(share))
    assert shares == sorted(shares)
    assert shares[-1] == 0.9

    def stop(share, words):
        if share > 0.3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare(three, clips, progress=stop)


def test_times_are_taken_in_turn_on_the_longest_clip(three):
    features = np.random.default_rng(0).normal(size=(300, 263)).astype(np.float32)
    assert timed_motion([Clip("a", features[:50]), Clip("b", features)]).shape == (196, 263)
    order = []

    class Spy:
        def __init__(self, name):
            self.name = name

        def encode(self, features):
            order.append(self.name)
            return features

        def decode(self, tokens, length):
            assert length == len(tokens)

    times = time_in_turn([Spy("a"), Spy("b")], features, rounds=3)
    assert order == ["a", "b"] * 4
    assert len(times) == 2


def test_a_checkpoint_that_fits_has_no_reason_against_it(three):
    assert [why_not(one) for one in three] == ["", "", ""]
