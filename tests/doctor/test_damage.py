"""What is damaged is named or said to be sick, and what is sound is not blamed.

A reduced `tests.benchmarks.doctor_table`: each damage on one of the shipped checkpoints.
"""

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch

from rvqvae import load_checkpoint
from rvqvae.doctor import examine
from rvqvae.motion import Clip
from tests.benchmarks.doctor_damages import DAMAGES
from tests.support.paths import CHECKPOINTS
from tests.support.state import assert_same_state, state_of

BY_NAME = {damage.name: damage for damage in DAMAGES}
SHIPPED = sorted(folder.name for folder in CHECKPOINTS.iterdir() if (folder / "config.json").is_file())


@pytest.fixture(scope="session")
def other():
    """A checkpoint of other training, for foreign parts."""
    return load_checkpoint(CHECKPOINTS / "cmu-only", "cpu")


def with_model(checkpoint, change):
    model = copy.deepcopy(checkpoint.model)
    change(model)
    return replace(checkpoint, model=model)


@pytest.mark.parametrize("name", SHIPPED)
def test_no_shipped_checkpoint_is_called_sick(name):
    report = examine(CHECKPOINTS / name, device="cpu")
    assert report.sick == []
    assert report.status == 0
    assert report.not_examined == []
    assert report.verdict.startswith("Healthy")
    errors = report.measurements["error_mm"]
    assert errors == sorted(errors, reverse=True)
    assert report.measurements["whole_error_mm"] < 0.6 * report.measurements["whole_mean_pose_mm"]
    assert report.remedy is None
    if name == "as-described":
        assert "zero_codes" in [finding.check for finding in report.findings]


@pytest.mark.parametrize(
    "name",
    [
        "decoder's strides mirrored",
        "decoder kernels of stride 1 reversed",
        "feature bias missing: std[:4] and std[259:] × 5",
        "normalised twice",
        "layers 1 and 2 swapped",
        "layer 1 × 2",
    ],
)
def test_a_damage_is_named_its_repair_helps_and_the_examined_checkpoint_stays_as_it_is(trained, other, name):
    damage = BY_NAME[name]
    damaged = damage.run(trained, other)
    before, mean, std = state_of(damaged.model), damaged.mean.copy(), damaged.std.copy()
    report = examine(damaged)
    assert_same_state(before, state_of(damaged.model))
    np.testing.assert_array_equal(damaged.mean, mean)
    np.testing.assert_array_equal(damaged.std, std)
    assert report.status == 1
    assert report.sick[0].check in damage.checks
    assert report.verdict.startswith(f"Sick: {report.sick[0].message}")
    if "strides" in name:  # no file here can say them
        assert report.remedy is None
    else:
        assert report.remedy.error_after < report.remedy.error_before
        assert report.repaired is not None


def test_the_mean_and_std_of_another_data_set_are_told_by_one_factor_where_nothing_else_speaks(other):
    """The reconstruction is as one of a checkpoint that was trained for less long."""
    checkpoint = load_checkpoint(CHECKPOINTS / "motion-rvq", "cpu")
    report = examine(BY_NAME["mean and std of another data set"].run(checkpoint, other))
    assert [finding.check for finding in report.sick] == ["normalisation_wrong"]
    assert report.remedy is None  # one factor is not the std


def test_counts_tell_the_order_of_layers_where_the_motion_does_not(trained, other):
    report = examine(BY_NAME["layers 4 and 5 swapped"].run(trained, other))
    assert [(finding.check, finding.where) for finding in report.sick] == [("layer_order", "codebooks 4, 5")]
    assert "in the order 1, 2, 3, 5, 4, 6" in report.verdict


@pytest.mark.parametrize(
    "name", ["decoder of another run", "encoder of another run", "mean and std of another data set"]
)
def test_what_no_rearrangement_undoes_is_sick_all_the_same(trained, other, name):
    report = examine(BY_NAME[name].run(trained, other))
    assert report.status == 1
    assert report.remedy is None


@pytest.mark.parametrize(
    "name",
    [
        "last convolution zero",
        "first BatchNorm of the encoder reset",
        "layer 3 zero",
        "never trained",
        "an infinity in the encoder",
        "half precision overflowed and was clamped",
    ],
)
def test_what_tensors_show_by_themselves(trained, other, name):
    damage = BY_NAME[name]
    assert examine(damage.run(trained, other)).sick[0].check in damage.checks


def test_a_few_odd_clips_are_not_held_against_a_checkpoint(trained, clips):
    report = examine(trained, clips[3:6])
    assert report.status == 0
    assert all(finding.check.startswith("clips_") for finding in report.findings)
    assert report.measurements["clips"] == 3


@pytest.mark.parametrize("check", ["clips_normalised", "clips_unit"])
def test_what_is_wrong_with_clips_is_said_of_the_clips(trained, clips, check):
    def spoiled(features):
        if check == "clips_normalised":
            return (features - trained.mean) / trained.std
        metres = np.r_[1:67, 193:259]
        return features * np.where(np.isin(np.arange(263), metres), 100, 1).astype(np.float32)

    report = examine(trained, [Clip(clip.name, spoiled(clip.features)) for clip in clips])
    assert report.status == 0
    assert check in [finding.check for finding in report.findings]
    assert report.verdict.startswith("Healthy, but look at the clips")


def test_codes_and_counts_renumbered_together_are_no_damage(trained):
    order = torch.randperm(trained.config.num_embeddings)

    def renumber(model):
        layer = model.quantizer.layers[2]
        layer.embedding = layer.embedding[:, order].contiguous()
        layer.embedding_avg = layer.embedding_avg[:, order].contiguous()
        layer.cluster_size = layer.cluster_size[order]

    usage = trained.usage.copy()
    usage[2] = usage[2, order.numpy()]
    assert examine(replace(with_model(trained, renumber), usage=usage)).status == 0


def test_a_permuted_codebook_is_not_called_so_where_the_layer_is_useless(trained, other):
    checks = {f.check for f in examine(BY_NAME["layer 1 random"].run(trained, other)).findings}
    assert not checks & {"permuted_codebook", "layer_order"}


def test_wrong_frame_rate_on_the_label_is_repaired(trained):
    report = examine(replace(trained, fps=30.0))
    assert report.sick[0].check == "frame_rate_label"
    assert report.repaired.fps == 20


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
