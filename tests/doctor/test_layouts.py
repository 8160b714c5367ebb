"""What the doctor asks of a feature's meaning it asks the layout: units, rates, sides, the root."""

from dataclasses import replace

import numpy as np
import pytest

from app.lessons.damage import OTHER_FPS, other_frame_rate
from rvqvae import RVQVAE
from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.doctor import examine
from rvqvae.doctor.behaviour import sample_of
from rvqvae.doctor.fit import Judge
from rvqvae.doctor.hypotheses import clips as of_clips
from rvqvae.doctor.hypotheses import joints, normalisation
from rvqvae.motion import LAYOUTS, Clip
from tests.motion.test_layouts import body_of
from tests.training.test_layouts import features_of

EVERY = pytest.mark.parametrize("name", LAYOUTS)


def checkpoint_of(name, config, features):
    layout = LAYOUTS[name]
    model = RVQVAE(replace(config, input_dim=layout.width, output_dim=layout.width)).eval()
    mean, std = features.mean(0).astype(np.float32), (features.std(0) + 0.1).astype(np.float32)
    return Checkpoint(model.requires_grad_(False), mean, std, name, layout.fps, "tiny")


@EVERY
def test_units_and_rates_in_mean_and_std_are_undone(name, tiny_config, rng):
    layout, features = LAYOUTS[name], features_of(name, rng)
    checkpoint = checkpoint_of(name, tiny_config, features)
    sample = sample_of([Clip("clip", features.astype(np.float32), layout.fps, name)], layout)
    tried = list(normalisation.hypotheses(checkpoint, sample))
    by_rate = next(
        one for one in tried if one.check == "frame_rate" and f"those of {OTHER_FPS} " in one.sentence
    )
    repaired = by_rate.repair(other_frame_rate(checkpoint))
    np.testing.assert_allclose(repaired.std, checkpoint.std, rtol=1e-5)
    np.testing.assert_allclose(repaired.mean, checkpoint.mean, rtol=1e-5)
    assert f"not of {layout.fps:g}" in by_rate.sentence
    own = {1.0: "metres", 0.01: "centimetres", 0.001: "millimetres"}[layout.unit]
    other = "metres" if own != "metres" else "centimetres"
    by_unit = next(one for one in tried if f"are in {other}, not in {own}." in one.sentence)
    told = [layout.blocks.parts[part] for part in ("positions", "velocities") if part in layout.blocks.parts]
    factor = 1 / layout.unit if other == "metres" else 0.01
    for part in told:
        np.testing.assert_allclose(
            by_unit.repair(checkpoint).std[part], checkpoint.std[part] * factor, rtol=1e-5
        )
    assert by_unit.repair(checkpoint).std[layout.blocks.rotations].tolist() == (
        checkpoint.std[layout.blocks.rotations].tolist()
    )


@EVERY
def test_the_other_side_is_the_mirrored_joint_in_every_block(name):
    layout = LAYOUTS[name]
    order, joints_there = joints.other_side(layout), layout.skeleton.names
    assert order[order].tolist() == list(range(layout.width))
    features = np.arange(layout.width, dtype=float)[None].repeat(2, 0)
    if "positions" in layout.blocks.parts:
        swapped = layout.local_joints(features[:, order])
        np.testing.assert_array_equal(
            swapped[0, joints_there.index("left_hip")] - swapped[0, 0],
            (layout.local_joints(features)[0] - layout.local_joints(features)[0, 0])[
                joints_there.index("right_hip")
            ],
        )


def test_clips_of_kit_ml_in_metres_turned_or_at_another_rate_are_undone(tiny_config, rng):
    layout = LAYOUTS["kit-ml"]
    walk = body_of(layout, rng)
    right = layout.from_joints(walk)
    checkpoint = checkpoint_of("kit-ml", tiny_config, right)
    tried = {one.sentence: one for one in of_clips.hypotheses(checkpoint)}
    in_metres = tried["The clips' lengths are in metres; millimetres are expected."]
    wrong = Clip("wrong", layout.from_joints(walk / 1000), layout.fps, layout.name)
    lengths = [*range(1, 64), *range(64 + 120, 64 + 120 + 63)]
    np.testing.assert_allclose(in_metres.change(wrong).features[:, lengths], right[:, lengths], atol=0.02)
    assert "The clips have 20 frames a second; 12.5 are expected." in tried
    lying = Clip("lying", layout.from_joints(walk[..., [0, 2, 1]] * [1, -1, 1]), layout.fps, layout.name)
    upright = tried["The clips have z up; y is expected."].change(lying)
    assert np.median(layout.to_joints(upright.features)[:, 4, 1]) > 1.3


def test_a_second_of_every_layout_is_judged_in_millimetres(rng):
    for name, layout in LAYOUTS.items():
        features = features_of(name, rng).astype(np.float32)
        judge = Judge(sample_of([Clip("clip", features, layout.fps, name)], layout))
        assert judge.of_features(features[None, : judge.sample.features.shape[1]]).error_mm == pytest.approx(
            0, abs=0.1
        )
        assert np.isfinite(judge.mean_pose().error_mm)


def test_a_kit_ml_checkpoint_is_examined_on_the_sample_clips_converted(tiny_config, rng):
    report = examine(checkpoint_of("kit-ml", tiny_config, features_of("kit-ml", rng)))
    assert report.measurements["layout"] == "kit-ml"
    assert report.measurements["fps"] == 12.5
    assert report.measurements["mean_pose_mm"] > 50
    assert report.not_examined == []
