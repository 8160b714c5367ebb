"""Models without trained weights, without joints, of the other family: examined as far as that goes."""

from dataclasses import replace

import numpy as np
import torch

from rvqvae import RVQVAE, RVQVAEConfig
from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.doctor import examine, format_report
from rvqvae.motion import Clip
from rvqvae.nn.dilated import DilatedConfig, DilatedRVQVAE


def checkpoint_of(model, layout="humanml3d"):
    width = model.config.input_dim
    mean, std = np.zeros(width, np.float32), np.full(width, 2, np.float32)
    return Checkpoint(model.eval().requires_grad_(False), mean, std, layout, 20.0, "tiny")


def test_the_dilated_family_is_examined_without_strides_and_batchnorm(clips):
    config = DilatedConfig(latent_dim=8, hidden_dim=8, num_embeddings=16, num_quantizers=2)
    report = examine(checkpoint_of(DilatedRVQVAE(config)), clips)
    assert report.status == 1  # it is not trained
    assert report.sick[0].check == "never_trained"
    # Some normalisation always makes nonsense smaller, but none of them is what is wrong.
    assert not [finding for finding in report.findings if finding.check.startswith("normalisation")]
    assert len(report.measurements["error_mm"]) == 2


def test_features_without_joints_are_judged_by_their_variance(tiny_config, rng):
    model = RVQVAE(replace(tiny_config, input_dim=70, output_dim=70))
    checkpoint = checkpoint_of(model, "unknown")
    clip = Clip("noise", rng.normal(size=(700, 70)).astype(np.float32), 30.0)
    report = examine(checkpoint, [clip])
    assert "error_mm" not in report.measurements
    assert len(report.measurements["unexplained"]) == 4
    assert report.verdict in format_report(report)


def test_other_features_than_the_sample_clips_leave_the_behaviour_out(tiny_config):
    report = examine(checkpoint_of(RVQVAE(replace(tiny_config, input_dim=70, output_dim=70)), "unknown"))
    assert report.measurements == {}
    assert "263 features a frame and this checkpoint takes 70" in report.not_examined[0]
    assert "not examined" in format_report(report)


def test_a_collapsed_codebook_is_noted(clips):
    config = RVQVAEConfig(latent_dim=8, hidden_dim=8, num_embeddings=64, num_quantizers=2)
    usage = np.zeros((2, 64), np.int64)
    usage[0, :3], usage[1] = 100, 5
    report = examine(replace(checkpoint_of(RVQVAE(config)), usage=usage), clips[:2])
    notes = [finding for finding in report.findings if finding.check == "collapsed_codebook"]
    assert [note.where for note in notes] == ["codebook 1"]
    assert "uses 3 of its 64 codes" in notes[0].message
    assert report.facts["codes in use"] == "3, 64 over the training data"


def test_layers_without_counts_that_mean_anything_are_not_called_permuted(clips):
    """A checkpoint of another training, its averages dead or missing."""
    model = RVQVAE(RVQVAEConfig(latent_dim=8, hidden_dim=8, num_quantizers=2))
    dead = torch.arange(512) >= 100
    for layer in model.quantizer.layers:
        layer.cluster_size = torch.where(dead, 1e-6, torch.rand(512) + 1)
        layer.embedding = torch.where(dead, 0.0, layer.embedding)
    report = examine(checkpoint_of(model), clips[:2])
    assert "permuted_codebook" not in [finding.check for finding in report.findings]
