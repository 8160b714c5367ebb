"""Every kind of damage is named, and a healthy checkpoint gets a clean bill."""

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch

from rvqvae.doctor import examine
from rvqvae.doctor.behaviour import measure, sample_of
from rvqvae.doctor.causes import find_causes
from rvqvae.doctor.repairs import with_strides
from rvqvae.motion import Clip
from rvqvae.motion.humanml import ROOT_VELOCITY, VELOCITIES, YAW_VELOCITY


def first_sick(checkpoint, clips):
    report = examine(checkpoint, clips)
    assert report.status == 1
    assert report.verdict.startswith(f"Sick: {report.sick[0].message}")
    return report.sick[0]


def with_codebook(checkpoint, layer, change):
    """One codebook changed, as loading a file with that codebook gives it."""

    def damage(model):
        quantizer = model.quantizer.layers[layer - 1]
        quantizer.embedding = change(quantizer.embedding).contiguous()
        quantizer.embedding_avg = quantizer.embedding * quantizer.cluster_size

    return with_model(checkpoint, damage)


def with_model(checkpoint, change):
    model = copy.deepcopy(checkpoint.model)
    change(model)
    return replace(checkpoint, model=model)


def test_a_healthy_checkpoint_gets_a_clean_bill(folder):
    report = examine(folder)
    assert report.findings == []
    assert report.status == 0
    assert report.not_examined == []
    assert report.verdict == "Healthy: nothing wrong was found."
    errors = report.measurements["error_mm"]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 0.5 * report.measurements["mean_pose_mm"]


@pytest.mark.parametrize("start", [0, 3, 5])
def test_a_healthy_checkpoint_is_not_blamed_for_a_few_odd_clips(trained, clips, start):
    report = examine(trained, clips[start : start + 3])
    assert report.status == 0
    assert {finding.check for finding in report.findings} <= {"activations", "reconstruction"}
    assert all("too few to blame" in finding.advice for finding in report.findings)
    assert report.measurements["clips"] == 3


@pytest.mark.parametrize("part", ["encoder", "decoder"])
def test_mirrored_strides(trained, clips, part):
    damaged = replace(trained, model=with_strides(trained.model, **{part: (1, 1, 2, 2)}))
    assert first_sick(damaged, clips).check == f"{part}_strides"
    # Weights that were trained with mirrored strides look sound; only their behaviour tells.
    sample = sample_of(clips)
    causes = find_causes(damaged, sample, measure(damaged, sample))
    assert [cause.check for cause in causes] == [f"{part}_strides"]
    assert "(2, 2, 1, 1) instead of (1, 1, 2, 2)" in causes[0].message


def test_std_squared(trained, clips):
    finding = first_sick(replace(trained, std=trained.std**2), clips)
    assert finding.check == "normalisation_squared"


def test_square_root_of_std(trained, clips):
    finding = first_sick(replace(trained, std=np.sqrt(trained.std)), clips)
    assert finding.check == "normalisation_root"


def test_normalisation_applied_twice(trained, clips):
    twice = replace(trained, mean=trained.mean * (1 + trained.std), std=trained.std**2)
    assert first_sick(twice, clips).check == "normalisation_twice"


def test_normalisation_not_applied(trained, clips):
    none = replace(trained, mean=np.zeros_like(trained.mean), std=np.ones_like(trained.std))
    assert first_sick(none, clips).check == "normalisation_missing"


def test_clips_that_are_normalised_already(trained, clips):
    normalised = [Clip(c.name, (c.features - trained.mean) / trained.std) for c in clips]
    finding = first_sick(trained, normalised)
    assert finding.check == "normalisation_unused"
    assert "the clips are normalised already" in finding.advice


def test_statistics_of_another_unit(trained, clips):
    finding = first_sick(replace(trained, mean=100 * trained.mean, std=100 * trained.std), clips)
    assert finding.check == "normalisation_wrong"


def test_wrong_frame_rate_on_the_label(trained, clips):
    assert first_sick(replace(trained, fps=30.0), clips).check == "frame_rate_label"


@pytest.mark.parametrize("fps", [30, 60, 120])
def test_velocities_of_another_frame_rate(trained, clips, fps):
    mean, std = trained.mean.copy(), trained.std.copy()
    for group in (YAW_VELOCITY, ROOT_VELOCITY, VELOCITIES):
        mean[group] *= 20 / fps
        std[group] *= 20 / fps
    finding = first_sick(replace(trained, mean=mean, std=std), clips)
    assert finding.check == "frame_rate"
    assert f"those of {fps} frames" in finding.message


@pytest.mark.parametrize("layer", [1, 4, 6])
def test_zeroed_codebook(trained, clips, layer):
    finding = first_sick(with_codebook(trained, layer, torch.zeros_like), clips)
    assert (finding.check, finding.where) == ("zero_codebook", f"codebook {layer}")


@pytest.mark.parametrize(
    ("first", "whole"), [(1, True), (2, True), (3, True), (4, True), (5, True), (2, False), (5, False)]
)
def test_neighbouring_layers_swapped(trained, clips, first, whole):
    def swap(model):
        layers = model.quantizer.layers
        if whole:
            layers[first - 1], layers[first] = layers[first], layers[first - 1]
        else:
            a, b = layers[first - 1], layers[first]
            a.embedding, b.embedding = b.embedding, a.embedding

    report = examine(with_model(trained, swap), clips)
    found = {finding.check: finding for finding in report.sick}
    assert found["layer_order"].where == f"codebooks {first}, {first + 1}"


@pytest.mark.parametrize("layer", [1, 2, 6])
def test_one_codebook_permuted(trained, clips, layer):
    order = torch.randperm(trained.config.num_embeddings)
    finding = first_sick(with_codebook(trained, layer, lambda codebook: codebook[:, order]), clips)
    assert (finding.check, finding.where) == ("permuted_codebook", f"codebook {layer}")


def test_codes_and_counts_renumbered_together_are_no_damage(trained, clips):
    order = torch.randperm(trained.config.num_embeddings)

    def renumber(model):
        layer = model.quantizer.layers[2]
        layer.embedding = layer.embedding[:, order].contiguous()
        layer.embedding_avg = layer.embedding_avg[:, order].contiguous()
        layer.cluster_size = layer.cluster_size[order]

    renamed = with_model(trained, renumber)
    if renamed.usage is not None:
        usage = renamed.usage.copy()
        usage[2] = usage[2, order.numpy()]
        renamed = replace(renamed, usage=usage)
    assert examine(renamed, clips).status == 0


@pytest.mark.parametrize("name", ["encoder.norms.0", "encoder.norms.3", "decoder.norms.0", "decoder.norms.2"])
def test_batchnorm_reset(trained, clips, name):
    damaged = with_model(trained, lambda model: model.get_submodule(name).reset_running_stats())
    finding = first_sick(damaged, clips)
    assert (finding.check, finding.where) == ("batchnorm_reset", name)


@pytest.mark.parametrize("layer", [1, 3, 6])
def test_transposed_codebook_reshaped_to_fit(trained, clips, layer):
    finding = first_sick(with_codebook(trained, layer, lambda c: c.t().reshape(c.shape)), clips)
    assert (finding.check, finding.where) == ("transposed_codebook", f"codebook {layer}")


@pytest.mark.parametrize(("layer", "seed"), [(1, 0), (1, 1), (1, 2), (1, 3), (4, 0)])
def test_a_codebook_of_other_directions_is_useless(trained, clips, layer, seed):
    order = torch.randperm(trained.config.latent_dim, generator=torch.Generator().manual_seed(seed))
    finding = first_sick(with_codebook(trained, layer, lambda codebook: codebook[order]), clips)
    assert (finding.check, finding.where) == ("useless_layer", f"codebook {layer}")


def test_last_convolution_zeroed(trained, clips):
    finding = first_sick(with_model(trained, lambda m: m.decoder.convs[-1].weight.zero_()), clips)
    assert (finding.check, finding.where) == ("zero_convolution", "decoder.convs.3")


def test_a_decoder_that_ignores_its_input(trained, clips):
    damaged = with_model(trained, lambda m: m.decoder.norms[1].weight.zero_())
    assert "decoder_constant" in [finding.check for finding in examine(damaged, clips).sick]


def test_an_encoder_that_ignores_its_input(trained, clips):
    damaged = with_model(trained, lambda m: m.encoder.norms[3].weight.zero_())
    assert "encoder_constant" in [finding.check for finding in examine(damaged, clips).sick]


def test_moving_averages_of_another_checkpoint(trained, clips):
    damaged = with_model(trained, lambda m: m.quantizer.layers[1].embedding_avg.mul_(1.5))
    finding = first_sick(damaged, clips)
    assert (finding.check, finding.where) == ("moving_averages", "codebook 2")


def test_infinity_in_memory(trained, clips):
    damaged = with_model(trained, lambda m: m.encoder.convs[1].bias[3].fill_(torch.inf))
    finding = first_sick(damaged, clips)
    assert (finding.check, finding.where) == ("not_finite", "encoder.convs.1.bias")


def test_untrained_weights(trained, clips):
    damaged = replace(trained, model=type(trained.model)(trained.config).eval().requires_grad_(False))
    assert examine(damaged, clips).status == 1


def test_zero_and_duplicate_codes_are_notes(trained, clips):
    def spoil(codebook):
        codebook = codebook.clone()
        codebook[:, :2] = 0.0
        codebook[:, 7] = codebook[:, 3]
        return codebook

    report = examine(with_codebook(trained, 3, spoil), clips)
    assert report.status == 0
    assert {finding.check for finding in report.findings} == {"zero_codes", "duplicate_codes"}


def test_the_examined_checkpoint_stays_as_it_is(trained, clips):
    before = {key: value.clone() for key, value in trained.model.state_dict().items()}
    mean, std = trained.mean.copy(), trained.std.copy()
    examine(trained, clips)
    assert all(torch.equal(value, before[key]) for key, value in trained.model.state_dict().items())
    np.testing.assert_array_equal(trained.mean, mean)
    np.testing.assert_array_equal(trained.std, std)


def test_clips_that_cannot_tell_are_not_used(trained, clips):
    still = Clip("still", np.repeat(clips[0].features[:1], 100, axis=0))
    for unfit, reason in (
        ([Clip("short", clips[0].features[:20])], "20 frames are too few"),
        ([still], "hardly move"),
        ([Clip("wide", np.zeros((100, 668), np.float32))], "668 features a frame"),
        ([], "no sample clips"),
    ):
        report = examine(trained, unfit)
        assert report.status == 0
        assert reason in report.not_examined[0]
        assert report.measurements == {}
