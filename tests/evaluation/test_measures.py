from dataclasses import replace

import numpy as np
import pytest

from rvqvae import RVQVAE, RVQVAEConfig
from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.evaluation.feet import standing_feet
from rvqvae.evaluation.measures import ChannelMeasure, JointMeasure, measure_of
from rvqvae.evaluation.metrics import ALIGNMENTS, joint_errors_mm
from rvqvae.motion import LAYOUTS


def checkpoint(width, layout, rng):
    model = RVQVAE(RVQVAEConfig(input_dim=width, latent_dim=8, hidden_dim=12, num_embeddings=16)).eval()
    mean, std = rng.normal(size=width).astype(np.float32), rng.uniform(0.5, 2, width).astype(np.float32)
    return Checkpoint(model=model, mean=mean, std=std, layout=layout, fps=20.0, name="x", info={}, usage=None)


def test_joints_are_measured_as_the_library_measures_them(rng):
    measure = measure_of(checkpoint(263, "humanml3d", rng))
    assert isinstance(measure, JointMeasure)
    one, other = rng.normal(scale=0.1, size=(2, 9, 263))
    for way in measure.alignments:
        errors = measure.distances(measure.aligned(one)[way], measure.aligned(other)[way])
        np.testing.assert_allclose(errors, joint_errors_mm(one, other, way), atol=1e-9)
        assert measure.unit(way) == "mm"
    assert measure.alignments == ALIGNMENTS


@pytest.mark.parametrize("name", LAYOUTS)
def test_joints_of_every_known_layout_are_measured_in_millimetres(name, rng):
    layout = LAYOUTS[name]
    measure = measure_of(checkpoint(layout.width, name, rng))
    one, other = rng.normal(scale=0.1, size=(2, 9, layout.width))
    errors = measure.distances(*(measure.aligned(motion)["root"] for motion in (one, other)))
    assert errors.shape == (9, len(layout.skeleton))
    np.testing.assert_allclose(errors, joint_errors_mm(one, other, "root", layout), atol=1e-9)
    body = measure.aligned(one)
    np.testing.assert_allclose(body.path, body["global"][:, 0], atol=1e-12)
    np.testing.assert_allclose(body.between(3, 7), body["global"][3:7], atol=1e-12)
    assert standing_feet(one, layout).shape == (9, 4)


@pytest.mark.parametrize(("width", "layout"), [(668, "motion-s"), (20, "unknown")])
def test_other_layouts_are_measured_by_channel_and_never_in_millimetres(width, layout, rng):
    made = checkpoint(width, layout, rng)
    measure = measure_of(made)
    assert isinstance(measure, ChannelMeasure)
    one, other = rng.normal(size=(2, 9, width))
    errors = {
        w: measure.distances(measure.aligned(one)[w], measure.aligned(other)[w]) for w in measure.alignments
    }
    np.testing.assert_allclose(errors["raw"], np.abs(one - other))
    np.testing.assert_allclose(errors["standardised"], np.abs(one - other) / made.std)
    assert "mm" not in {measure.unit(way) for way in measure.alignments}


def test_an_unknown_layout_of_humanml3ds_width_has_no_joints(rng):
    assert isinstance(
        measure_of(replace(checkpoint(263, "humanml3d", rng), layout="unknown")), ChannelMeasure
    )
